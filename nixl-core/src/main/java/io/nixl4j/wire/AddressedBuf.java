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

package io.nixl4j.wire;

import java.nio.ByteBuffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;

/**
 * A direct buffer that is used again and again and knows its address. Without Unsafe
 * Netty makes an object to find one out, each time it is asked.
 */
abstract class AddressedBuf extends UnpooledDirectByteBuf {

	/** Zero if not known. */
	private long address;

	AddressedBuf(int initialCapacity, int maxCapacity) {
		super(UnpooledByteBufAllocator.DEFAULT, initialCapacity, maxCapacity);
	}

	AddressedBuf(ByteBuffer memory) {
		super(UnpooledByteBufAllocator.DEFAULT, memory, memory.capacity());
	}

	@Override
	public final long memoryAddress() {
		if (this.address == 0) {
			this.address = super.memoryAddress();
		}
		return this.address;
	}

	@Override
	public ByteBuf capacity(int newCapacity) {
		this.address = 0;
		return super.capacity(newCapacity);
	}

}
