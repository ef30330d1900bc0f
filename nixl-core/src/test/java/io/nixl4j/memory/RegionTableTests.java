/*
 * Copyright 2026-present the nixl4j authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.nixl4j.memory;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RegionTableTests {

	private static final RegionOptions OPTIONS = RegionOptions.of("kv");

	private final CountingMemory memory = new CountingMemory();

	private final RegionTable table = new RegionTable(Duration.ofSeconds(30), Runnable::run, this.memory);

	@AfterEach
	void close() {
		this.table.close();
		assertThat(this.table.closed()).succeedsWithin(10, TimeUnit.SECONDS);
	}

	@Test
	void regionsAreFoundByNameAndId() {
		LocalRegion kv = this.table.allocate(10, OPTIONS);
		LocalRegion unnamed = this.table.allocate(10, RegionOptions.of(""));
		LocalRegion other = this.table.allocate(10, RegionOptions.of(""));
		assertThat(this.table.byName("kv")).contains(kv);
		assertThat(this.table.byName("")).isEmpty();
		assertThat(this.table.byName("k")).isEmpty();
		assertThat(this.table.byId(unnamed.id())).contains(unnamed);
		assertThat(this.table.byId(99)).isEmpty();
		assertThat(this.table.open()).containsExactly(kv, unnamed, other);
		assertThat(this.table.open()).extracting(LocalRegion::id).containsExactly(1L, 2L, 3L);
		kv.close();
		assertThat(this.table.byName("kv")).isEmpty();
		assertThat(this.table.byId(1)).isEmpty();
		assertThat(this.table.open()).containsExactly(unnamed, other);
	}

	@Test
	void nameIsTakenUntilItsRegionCloses() {
		LocalRegion first = this.table.allocate(10, OPTIONS);
		assertThatExceptionOfType(NixlRefusedException.class).isThrownBy(() -> this.table.allocate(10, OPTIONS))
			.withMessageContaining("'kv'");
		assertThatExceptionOfType(NixlRefusedException.class)
			.isThrownBy(() -> this.table.register(ByteBuffer.allocateDirect(10), OPTIONS));
		assertThat(this.table.open()).containsExactly(first);
		assertThat(this.memory.freed).hasValue(0);
		first.close();
		LocalRegion second = this.table.allocate(10, OPTIONS);
		assertThat(second.id()).isGreaterThan(first.id());
		assertThat(this.table.byName("kv")).contains(second);
	}

	@Test
	void nameOfMemoryThatCouldNotBeHadIsFree() {
		assertThatExceptionOfType(NixlBackendException.class)
			.isThrownBy(() -> this.table.allocate(RegionTable.MAX_LENGTH, OPTIONS))
			.withCauseInstanceOf(OutOfMemoryError.class)
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.BACKEND));
		assertThat(this.table.open()).isEmpty();
		assertThat(this.table.allocate(10, OPTIONS).isOpen()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "0, EMPTY", "-1, OUT_OF_RANGE", "70368744177665, OUT_OF_RANGE", "9223372036854775807, OUT_OF_RANGE",
			"-9223372036854775808, OUT_OF_RANGE" })
	void lengthsThatCannotBeAreRefused(long length, NixlError error) {
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> this.table.allocate(length, OPTIONS))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(error));
		assertThatExceptionOfType(NixlOutOfRangeException.class)
			.isThrownBy(() -> this.table.register(4096, length, OPTIONS))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(error));
		assertThat(this.table.allocate(10, OPTIONS).isOpen()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 9 })
	void addressesThatCannotBeAreRefused(long address) {
		assertThatExceptionOfType(NixlOutOfRangeException.class)
			.isThrownBy(() -> this.table.register(address, 10, OPTIONS));
		assertThatExceptionOfType(NixlOutOfRangeException.class)
			.isThrownBy(() -> this.table.register(address, 10, OPTIONS.withType(MemoryType.VRAM)));
	}

	@Test
	void filesAreRefused() {
		RegionOptions file = OPTIONS.withType(MemoryType.FILE);
		List<Runnable> requests = List.of(() -> this.table.allocate(10, file),
				() -> this.table.register(4096, 10, file),
				() -> this.table.register(ByteBuffer.allocateDirect(10), file));
		for (Runnable request : requests) {
			assertThatExceptionOfType(NixlBackendException.class).isThrownBy(request::run)
				.withMessageContaining("FILE")
				.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.UNSUPPORTED));
		}
		assertThat(this.table.allocate(10, OPTIONS).isOpen()).isTrue();
	}

	@Test
	void memoryOfADeviceIsNotAllocatedHere() {
		RegionOptions vram = OPTIONS.withType(MemoryType.VRAM);
		assertThatExceptionOfType(NixlBackendException.class).isThrownBy(() -> this.table.allocate(10, vram))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.UNSUPPORTED));
	}

	@Test
	void buffersThatCannotBeRegisteredAreRefused() {
		for (ByteBuffer buffer : List.of(ByteBuffer.allocate(10), ByteBuffer.allocateDirect(10).asReadOnlyBuffer())) {
			assertThatExceptionOfType(NixlBackendException.class).isThrownBy(() -> this.table.register(buffer, OPTIONS))
				.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.UNSUPPORTED));
		}
		assertThatExceptionOfType(NixlOutOfRangeException.class)
			.isThrownBy(() -> this.table.register(ByteBuffer.allocateDirect(10).position(10), OPTIONS))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.EMPTY));
	}

	@Test
	void closedTableRegistersNothing() {
		LocalRegion region = this.table.allocate(10, OPTIONS);
		this.table.close();
		assertThat(region.isOpen()).isFalse();
		assertThat(this.memory.freed).hasValue(1);
		assertThatExceptionOfType(NixlBackendException.class).isThrownBy(() -> this.table.allocate(10, OPTIONS))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.CLOSED));
		region.close();
		assertThat(region.closed()).isCompleted();
		assertThat(this.memory.freed).hasValue(1);
	}

	@Test
	void trustFollowsThePermissionsUnlessChosen() {
		assertThat(OPTIONS.trust()).isEqualTo(RegionOptions.Trust.TRUSTED);
		assertThat(OPTIONS.withPermissions(Permissions.READ).trust()).isEqualTo(RegionOptions.Trust.CHECKED);
		assertThat(OPTIONS.withPermissions(Permissions.WRITE).trust()).isEqualTo(RegionOptions.Trust.CHECKED);
		assertThat(OPTIONS.withTrust(RegionOptions.Trust.TRUSTED).withPermissions(Permissions.READ).trust())
			.isEqualTo(RegionOptions.Trust.TRUSTED);
		assertThat(OPTIONS.withTrust(RegionOptions.Trust.CHECKED).trust()).isEqualTo(RegionOptions.Trust.CHECKED);
	}

	@Test
	void optionsKeepTheRest() {
		RegionOptions options = OPTIONS.withListed(false)
			.withGrantTo(Set.of("decode-1"))
			.withDeviceId(2)
			.withType(MemoryType.VRAM)
			.withName("other")
			.withPermissions(Permissions.WRITE);
		assertThat(options).isEqualTo(
				new RegionOptions("other", MemoryType.VRAM, 2, Permissions.WRITE, null, false, Set.of("decode-1")));
	}

	@Test
	void optionsThatCannotBeAreRefused() {
		for (String name : List.of("a\nb", "\u0000", "x".repeat(257))) {
			assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> RegionOptions.of(name));
		}
		assertThat(RegionOptions.of("x".repeat(256)).name()).hasSize(256);
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> OPTIONS.withDeviceId(-1));
	}

}
