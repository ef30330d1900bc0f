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
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatIndexOutOfBoundsException;

class LocalRegionTests {

	private static final RegionOptions OPTIONS = RegionOptions.of("kv");

	private final RegionTable table = new RegionTable(Duration.ofSeconds(30));

	@AfterEach
	void everyRegionIsFreed() {
		this.table.close();
		assertThat(this.table.closed()).succeedsWithin(10, TimeUnit.SECONDS);
		assertThat(this.table.quarantined()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "1", "7", "4095", "4096", "65537", "67108864" })
	void allocatedMemoryIsZeroAndHoldsWhatIsWritten(int length) {
		// Whatever was there before must not be seen
		for (int round = 0; round < 3; round++) {
			LocalRegion region = this.table.allocate(length, OPTIONS.withName("r" + round));
			ByteBuffer buffer = region.buffer(0, length);
			assertThat(buffer.mismatch(ByteBuffer.allocate(length))).isEqualTo(-1);
			byte[] bytes = random(length);
			buffer.put(bytes);
			assertThat(region.window(0).slice(0, length).mismatch(ByteBuffer.wrap(bytes))).isEqualTo(-1);
			region.close();
			assertThat(region.closed()).succeedsWithin(10, TimeUnit.SECONDS);
		}
	}

	@Test
	void regionSaysHowItWasRegistered() {
		LocalRegion region = this.table.allocate(8192, OPTIONS.withPermissions(Permissions.READ));
		assertThat(region.name()).isEqualTo("kv");
		assertThat(region.length()).isEqualTo(8192);
		assertThat(region.address()).isPositive();
		assertThat(region.address() % 4096).isZero();
		assertThat(region.type()).isEqualTo(MemoryType.DRAM);
		assertThat(region.deviceId()).isZero();
		assertThat(region.permissions()).isEqualTo(Permissions.READ);
		assertThat(region.options().trust()).isEqualTo(RegionOptions.Trust.CHECKED);
		assertThat(region.isOpen()).isTrue();
		assertThat(region.windows()).isOne();
		assertThat(region).hasToString("LocalRegion[id=1, name=kv, length=8192, type=DRAM]");
	}

	@Test
	void bufferIsAViewOfItsRange() {
		LocalRegion region = this.table.allocate(1000, OPTIONS);
		ByteBuffer buffer = region.buffer(100, 50);
		assertThat(buffer.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
		assertThat(buffer.isDirect()).isTrue();
		assertThat(buffer.position()).isZero();
		assertThat(buffer.limit()).isEqualTo(50);
		assertThat(buffer.capacity()).isEqualTo(50);
		buffer.putInt(0, 0x01020304);
		assertThat(region.window(0).get(103)).isEqualTo((byte) 4);
		assertThat(region.buffer(102, 2).get(0)).isEqualTo((byte) 3);
		assertThatIndexOutOfBoundsException().isThrownBy(() -> buffer.get(50));
	}

	@ParameterizedTest
	@CsvSource({ "-1, 1", "0, 0", "0, -1", "0, 1001", "1000, 1", "999, 2", "9223372036854775807, 2147483647" })
	void buffersBeyondTheRegionAreRefused(long offset, int length) {
		LocalRegion region = this.table.allocate(1000, OPTIONS);
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> region.buffer(offset, length));
		assertThat(region.holds()).isZero();
	}

	@Test
	void buffersOfMoreThanAGibibyteAreRefused() {
		try (LocalRegion region = this.table.register(1L << 40, 2L << 30, OPTIONS)) {
			assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> region.buffer(0, (1 << 30) + 1))
				.withMessageContaining("1 GiB");
			assertThat(region.buffer((1L << 30) - 1, 1 << 30).capacity()).isEqualTo(1 << 30);
		}
	}

	@Test
	void windowsStepByAGibibyteAndAreTwoLong() {
		// Nothing touches this memory, so it need not be there
		LocalRegion region = this.table.register(1L << 40, (3L << 30) + 5, OPTIONS);
		assertThat(region.windows()).isEqualTo(4);
		assertThat(region.window(0).capacity()).isEqualTo(Integer.MAX_VALUE - 8);
		assertThat(region.window(1).capacity()).isEqualTo(Integer.MAX_VALUE - 8);
		assertThat(region.window(2).capacity()).isEqualTo((1 << 30) + 5);
		assertThat(region.window(3).capacity()).isEqualTo(5);
		assertThatIndexOutOfBoundsException().isThrownBy(() -> region.window(4));
		assertThatIndexOutOfBoundsException().isThrownBy(() -> region.window(-1));
	}

	@Test
	void registeredAddressIsTheCallersMemory() {
		LocalRegion owner = this.table.allocate(4096, OPTIONS);
		LocalRegion view = this.table.register(owner.address() + 16, 100, OPTIONS.withName("view"));
		view.buffer(0, 100).putLong(0, 0x1122334455667788L);
		assertThat(owner.buffer(16, 8).getLong()).isEqualTo(0x1122334455667788L);
		view.close();
		assertThat(view.closed()).succeedsWithin(10, TimeUnit.SECONDS);
		assertThat(owner.buffer(16, 8).getLong()).isEqualTo(0x1122334455667788L);
	}

	@Test
	void registeredBufferIsTheCallersMemoryFromPositionToLimit() {
		ByteBuffer direct = ByteBuffer.allocateDirect(100).order(ByteOrder.LITTLE_ENDIAN).position(10).limit(50);
		LocalRegion region = this.table.register(direct, OPTIONS);
		direct.clear();
		assertThat(region.length()).isEqualTo(40);
		region.buffer(4, 4).putInt(0x0a0b0c0d);
		assertThat(direct.order(ByteOrder.BIG_ENDIAN).getInt(14)).isEqualTo(0x0a0b0c0d);
		LocalRegion same = this.table.register(region.address(), 40, OPTIONS.withName("same"));
		assertThat(same.buffer(4, 4).getInt()).isEqualTo(0x0a0b0c0d);
		ByteBuffer held = region.buffer(0, 40);
		region.close();
		assertThat(region.closed()).succeedsWithin(10, TimeUnit.SECONDS);
		// The caller's buffer lives, and what was lent of it
		assertThat(direct.getInt(14)).isEqualTo(0x0a0b0c0d);
		assertThat(held.getInt(4)).isEqualTo(0x0a0b0c0d);
	}

	@Test
	void memoryOfADeviceHasNoBuffers() {
		LocalRegion region = this.table.register(1L << 40, 80L << 30,
				OPTIONS.withType(MemoryType.VRAM).withDeviceId(3));
		assertThat(region.type()).isEqualTo(MemoryType.VRAM);
		assertThat(region.deviceId()).isEqualTo(3);
		assertThat(region.windows()).isZero();
		assertThat(region.all().bytes()).isEqualTo(80L << 30);
		assertThatExceptionOfType(NixlBackendException.class).isThrownBy(() -> region.buffer(0, 1))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.UNSUPPORTED));
		assertThatExceptionOfType(NixlBackendException.class).isThrownBy(() -> region.window(0));
	}

	@ParameterizedTest
	@CsvSource({ "0, 0", "5, 3", "16777216, 9000000" })
	void copyPutsEqualBytes(long from, long to) {
		int length = 20_000_003;
		LocalRegion source = this.table.allocate(40_000_000, OPTIONS);
		LocalRegion target = this.table.allocate(40_000_000, OPTIONS.withName("target"));
		byte[] bytes = random(length);
		source.buffer(from, length).put(bytes);
		source.copyTo(from, target, to, length);
		assertThat(target.buffer(to, length).mismatch(ByteBuffer.wrap(bytes))).isEqualTo(-1);
		ByteBuffer all = target.buffer(0, 40_000_000);
		for (int i = 0; i < to; i++) {
			assertThat(all.get(i)).isZero();
		}
		assertThat(all.get((int) to + length)).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "0, 1", "1, 0", "0, 9000000", "9000000, 0", "0, 0" })
	void copyOfOverlappingRangesPutsTheOldBytes(long from, long to) {
		int length = 20_000_003;
		LocalRegion region = this.table.allocate(40_000_000, OPTIONS);
		LocalRegion same = this.table.register(region.address(), 40_000_000, OPTIONS.withName("same"));
		for (LocalRegion target : new LocalRegion[] { region, same }) {
			byte[] bytes = random(length);
			region.buffer(from, length).put(bytes);
			region.copyTo(from, target, to, length);
			assertThat(region.buffer(to, length).mismatch(ByteBuffer.wrap(bytes))).isEqualTo(-1);
		}
	}

	@Test
	void copyBeyondEitherRegionIsRefused() {
		LocalRegion small = this.table.allocate(10, OPTIONS);
		LocalRegion large = this.table.allocate(20, OPTIONS.withName("large"));
		large.buffer(0, 20).put(random(20));
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> large.copyTo(0, small, 0, 11));
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> large.copyTo(0, small, 10, 1));
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> small.copyTo(0, large, 0, 11));
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> small.copyTo(-1, large, 0, 1));
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> small.copyTo(0, large, 0, 0));
		assertThat(small.buffer(0, 10).mismatch(ByteBuffer.allocate(10))).isEqualTo(-1);
	}

	@Test
	void holdsAreCounted() {
		LocalRegion region = this.table.allocate(10, OPTIONS);
		assertThatIllegalStateException().isThrownBy(region::unhold);
		assertThat(region.hold()).isTrue();
		assertThat(region.hold()).isTrue();
		assertThat(region.holds()).isEqualTo(2);
		region.unhold();
		region.unhold();
		assertThat(region.holds()).isZero();
		assertThatIllegalStateException().isThrownBy(region::unhold);
	}

	@Test
	void closedRegionGivesNothingOut() {
		LocalRegion region = this.table.allocate(10, OPTIONS);
		region.close();
		assertThat(region.isOpen()).isFalse();
		assertThat(region.hold()).isFalse();
		assertThat(region.holds()).isZero();
		assertThatExceptionOfType(NixlRegionClosedException.class).isThrownBy(() -> region.buffer(0, 1))
			.withMessageContaining("'kv'");
		assertThat(region.closed()).succeedsWithin(10, TimeUnit.SECONDS);
		assertThatExceptionOfType(NixlRegionClosedException.class).isThrownBy(() -> region.window(0));
		assertThatIllegalStateException().isThrownBy(region::unhold);
		region.close();
	}

	@Test
	void closedIsTheRegionsOwnToComplete() {
		LocalRegion region = this.table.allocate(10, OPTIONS);
		region.closed().complete(null);
		assertThat(region.closed()).isNotDone();
		assertThat(region.isOpen()).isTrue();
	}

	@Test
	void epochIsTheAgents() {
		LocalRegion region = this.table.allocate(10, OPTIONS);
		long before = region.epoch();
		assertThat(this.table.raiseEpoch()).isEqualTo(before + 1);
		assertThat(region.epoch()).isEqualTo(before + 1);
	}

	private static byte[] random(int length) {
		byte[] bytes = new byte[length];
		new Random(length).nextBytes(bytes);
		return bytes;
	}

}
