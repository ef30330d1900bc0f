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
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The JVM's own memory, with its frees counted and, if wanted, put off.
 */
final class CountingMemory implements NativeMemory {

	final AtomicInteger freed = new AtomicInteger();

	final AtomicInteger refusals = new AtomicInteger();

	private final NativeMemory memory = NativeMemory.create();

	@Override
	public Block allocate(long length) {
		return new CountingBlock(this.memory.allocate(length));
	}

	@Override
	public Block view(long address, long length) {
		return new CountingBlock(this.memory.view(address, length));
	}

	@Override
	public Block view(ByteBuffer direct) {
		return new CountingBlock(this.memory.view(direct));
	}

	private final class CountingBlock implements Block {

		private final Block block;

		CountingBlock(Block block) {
			this.block = block;
		}

		@Override
		public long address() {
			return this.block.address();
		}

		@Override
		public long length() {
			return this.block.length();
		}

		@Override
		public ByteBuffer cut(long offset, int length) {
			return this.block.cut(offset, length);
		}

		@Override
		public void lend() {
			this.block.lend();
		}

		@Override
		public boolean free() {
			if (CountingMemory.this.refusals.getAndDecrement() > 0) {
				return false;
			}
			boolean free = this.block.free();
			if (free) {
				CountingMemory.this.freed.incrementAndGet();
			}
			return free;
		}

	}

}
