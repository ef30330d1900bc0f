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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.nixl4j.NixlAgent;
import io.nixl4j.route.contract.DelayedMemory;
import io.nixl4j.route.contract.HostBytes;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Regions of memory that the host cannot reach.
 */
class DeviceRegionTests {

	private static final RegionOptions VRAM = RegionOptions.of("kv").withType(MemoryType.VRAM).withDeviceId(2);

	private final DelayedMemory provider = new DelayedMemory(Duration.ZERO);

	@Test
	void memoryOfADeviceIsAllocatedAndFreedWithItsRegion() {
		try (NixlAgent agent = NixlAgent.builder().deviceMemory(List.of(this.provider)).build()) {
			MemoryRegion region = agent.allocate(4096, VRAM);
			assertThat(region.type()).isEqualTo(MemoryType.VRAM);
			assertThat(region.deviceId()).isEqualTo(2);
			assertThat(region.address()).isPositive();
			assertThat(((LocalRegion) region).isStaged()).isTrue();
			assertThat(HostBytes.of(region, 0, 4096).mismatch(java.nio.ByteBuffer.allocate(4096))).isEqualTo(-1);
			assertThatExceptionOfType(NixlException.class).isThrownBy(() -> region.buffer(0, 8))
				.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.UNSUPPORTED));
			assertThat(this.provider.blocks()).isEqualTo(1);
			region.close();
			assertThat(region.closed()).succeedsWithin(10, TimeUnit.SECONDS);
			assertThat(this.provider.blocks()).isZero();
		}
	}

	@Test
	void memoryOfADeviceThatTheCallerOwnsIsNotFreed() {
		try (NixlAgent agent = NixlAgent.builder().deviceMemory(List.of(this.provider)).build()) {
			MemoryRegion owner = agent.allocate(4096, VRAM);
			MemoryRegion part = agent.register(owner.address() + 1024, 512, VRAM.withName("part"));
			assertThat(part.address()).isEqualTo(owner.address() + 1024);
			part.close();
			assertThat(part.closed()).succeedsWithin(10, TimeUnit.SECONDS);
			assertThat(this.provider.blocks()).isEqualTo(1);
			assertThatExceptionOfType(NixlOutOfRangeException.class)
				.isThrownBy(() -> agent.register(owner.address() + 1024, 4096, VRAM.withName("beyond")));
		}
	}

	@Test
	void aHoldKeepsMemoryOfADeviceAllocated() {
		try (NixlAgent agent = NixlAgent.builder().deviceMemory(List.of(this.provider)).build()) {
			LocalRegion region = (LocalRegion) agent.allocate(4096, VRAM);
			assertThat(region.hold()).isTrue();
			region.close();
			assertThat(this.provider.blocks()).isEqualTo(1);
			region.unhold();
			assertThat(region.closed()).succeedsWithin(10, TimeUnit.SECONDS);
			assertThat(this.provider.blocks()).isZero();
		}
	}

	@Test
	void withoutAProviderTheRefusalNamesTheCure() {
		try (NixlAgent agent = NixlAgent.builder().deviceMemory(List.of()).build()) {
			assertThatExceptionOfType(NixlBackendException.class).isThrownBy(() -> agent.allocate(4096, VRAM))
				.withMessageContaining("VRAM")
				.withMessageContaining("DeviceMemoryProvider")
				.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.UNSUPPORTED));
			LocalRegion known = (LocalRegion) agent.register(1L << 40, 4096, VRAM);
			assertThat(known.isStaged()).isFalse();
		}
	}

	@Test
	void aProviderThatCannotWorkHereSaysWhy() {
		DeviceMemoryProvider broken = new DeviceMemoryProvider() {

			@Override
			public MemoryType type() {
				return MemoryType.VRAM;
			}

			@Override
			public DeviceMemory open(String agentName) {
				throw NixlError.UNSUPPORTED.exception("there is no driver; install it");
			}

		};
		try (NixlAgent agent = NixlAgent.builder().deviceMemory(List.of(broken)).build()) {
			assertThatExceptionOfType(NixlBackendException.class).isThrownBy(() -> agent.allocate(4096, VRAM))
				.withMessageContaining("there is no driver; install it");
		}
		try (NixlAgent agent = NixlAgent.builder().deviceMemory(List.of(broken, this.provider)).build()) {
			assertThat(agent.allocate(4096, VRAM).isOpen()).isTrue();
		}
	}

	@Test
	void runsThatAdjoinAreOne() {
		DeviceRuns runs = new DeviceRuns();
		runs.clear(3);
		runs.add(1000, 10, 10, 1);
		runs.add(1010, 20, 20, 1);
		runs.add(2000, 64, 16, 5);
		runs.add(2272, 8, 8, 1);
		assertThat(runs.size()).isEqualTo(3);
		assertThat(runs.deviceId()).isEqualTo(3);
		assertThat(runs.bytes()).isEqualTo(118);
		List<Long> first = List.of(runs.address(0), runs.length(0), runs.count(0));
		assertThat(first).containsExactly(1000L, 30L, 1L);
		assertThat(List.of(runs.address(1), runs.stride(1), runs.length(1), runs.count(1))).containsExactly(2000L, 64L,
				16L, 5L);
		runs.clear(0);
		List<Long> addresses = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			runs.add(100L * i, 8, 8, 1);
		}
		for (int i = 0; i < 1000; i++) {
			addresses.add(runs.address(i));
		}
		assertThat(addresses).startsWith(0L, 100L).endsWith(99_900L).doesNotHaveDuplicates();
	}

}
