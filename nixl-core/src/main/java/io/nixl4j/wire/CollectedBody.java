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

import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Collects a small body in an array of its own, for frames whose bodies are no region's.
 */
public final class CollectedBody implements BodySink {

	private final byte[] bytes;

	private final Consumer<byte[]> whole;

	private final Runnable damaged;

	private int filled;

	/**
	 * Creates a sink.
	 * @param length the body's length, which the caller has bounded
	 * @param whole gets the body when it is there and its checksum was right; not called
	 * otherwise
	 * @param damaged run instead if its checksum was wrong
	 */
	public CollectedBody(int length, Consumer<byte[]> whole, Runnable damaged) {
		this.bytes = new byte[length];
		this.whole = whole;
		this.damaged = damaged;
	}

	@Override
	public ByteBuf next() {
		int left = this.bytes.length - this.filled;
		return Unpooled.wrappedBuffer(this.bytes, this.filled, left).writerIndex(0);
	}

	@Override
	public void placed(int count) {
		this.filled += count;
	}

	@Override
	public void complete(boolean checksumOk) {
		if (checksumOk) {
			this.whole.accept(this.bytes);
		}
		else {
			this.damaged.run();
		}
	}

	@Override
	public void aborted() {
	}

}
