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

import java.lang.ref.Reference;
import java.nio.ByteBuffer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

@EnabledForJreRange(maxVersion = 21, disabledReason = "From Java 22 on memory comes from arenas")
class UnsafeMemoryTests {

	private static final int LENGTH = 1 << 20;

	private final UnsafeMemory memory = new UnsafeMemory();

	@Test
	void lentMemoryLivesAsLongAsAnySliceOfItAndNoLonger() {
		ByteBuffer slice = lendAndFree();
		for (int i = 0; i < 5; i++) {
			System.gc();
			assertThat(this.memory.lingering()).isEqualTo(LENGTH);
			assertThat(slice.getLong(0)).isEqualTo(42);
		}
		Reference.reachabilityFence(slice);
		slice = null;
		await().untilAsserted(() -> {
			System.gc();
			assertThat(this.memory.lingering()).isZero();
		});
	}

	@Test
	void memoryThatNobodyBorrowedIsFreedAtOnce() {
		NativeMemory.Block block = this.memory.allocate(LENGTH);
		block.cut(0, LENGTH);
		assertThat(block.free()).isTrue();
		assertThat(this.memory.lingering()).isZero();
	}

	@Test
	void memoryIsFreedOnce() {
		NativeMemory.Block block = this.memory.allocate(LENGTH);
		assertThat(block.free()).isTrue();
		assertThatIllegalStateException().isThrownBy(block::free);
	}

	private ByteBuffer lendAndFree() {
		NativeMemory.Block block = this.memory.allocate(LENGTH);
		block.lend();
		ByteBuffer slice = block.cut(0, LENGTH).putLong(8, 42).duplicate().slice(8, 8).asReadOnlyBuffer();
		assertThat(block.free()).isTrue();
		return slice;
	}

}
