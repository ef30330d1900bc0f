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

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class DeviceMemoriesTests {

	private final List<MemoryType> closed = new ArrayList<>();

	@Test
	void whatWasOpenedIsClosedIfALaterProviderThrows() {
		Provider good = new Provider(MemoryType.VRAM, () -> new Memory(MemoryType.VRAM, false));
		Provider broken = new Provider(MemoryType.FILE, () -> {
			throw new IllegalStateException("a driver that is broken");
		});
		assertThatIllegalStateException().isThrownBy(() -> DeviceMemories.open("agent", List.of(good, broken)))
			.withMessage("a driver that is broken");
		assertThat(this.closed).containsExactly(MemoryType.VRAM);
	}

	@Test
	void allAreClosedWhateverOneOfThemThrows() {
		DeviceMemories memories = DeviceMemories.open("agent",
				List.of(new Provider(MemoryType.VRAM, () -> new Memory(MemoryType.VRAM, true)),
						new Provider(MemoryType.FILE, () -> new Memory(MemoryType.FILE, true))));
		assertThatIllegalStateException().isThrownBy(memories::close)
			.satisfies((ex) -> assertThat(ex.getSuppressed()).hasSize(1));
		assertThat(this.closed).containsExactlyInAnyOrder(MemoryType.VRAM, MemoryType.FILE);
	}

	private record Provider(MemoryType type, Supplier<DeviceMemory> opener) implements DeviceMemoryProvider {

		@Override
		public DeviceMemory open(String agentName) {
			return this.opener.get();
		}

	}

	/** Memory that is opened and closed, and nothing else. */
	private final class Memory implements DeviceMemory {

		private final MemoryType type;

		private final boolean fails;

		Memory(MemoryType type, boolean fails) {
			this.type = type;
			this.fails = fails;
		}

		@Override
		public MemoryType type() {
			return this.type;
		}

		@Override
		public DeviceBlock allocate(long deviceId, long bytes) {
			throw new UnsupportedOperationException();
		}

		@Override
		public DeviceBlock adopt(long deviceId, long address, long bytes) {
			throw new UnsupportedOperationException();
		}

		@Override
		public StagingMemory allocateStaging(int bytes) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void copyOut(DeviceRuns from, StagingMemory to, int offset, CopyListener listener) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void copyIn(StagingMemory from, int offset, DeviceRuns to, CopyListener listener) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void close() {
			DeviceMemoriesTests.this.closed.add(this.type);
			if (this.fails) {
				throw new IllegalStateException("a driver that is broken");
			}
		}

	}

}
