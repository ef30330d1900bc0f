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
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the frame that was written last, as bytes.
 */
final class CapturingWriter implements FramedWriter {

	private ByteBuf header = Unpooled.buffer();

	private ByteBuf body = Unpooled.buffer();

	byte[] frame() {
		return TestFrames.frame(ByteBufUtil.getBytes(this.header), ByteBufUtil.getBytes(this.body), true);
	}

	@Override
	public boolean isWritable() {
		return true;
	}

	@Override
	public long pendingBytes() {
		return 0;
	}

	@Override
	public MsgPackWriter begin(int type, int entries) {
		this.header = Unpooled.buffer();
		this.body = Unpooled.buffer();
		return new MsgPackWriter(this.header).map(entries + 1).key(WireKey.TYPE).unsigned(type);
	}

	@Override
	public void body(ByteBuf piece) {
		this.body.writeBytes(piece);
		piece.release();
	}

	@Override
	public void end(@Nullable WriteListener listener) {
		if (listener != null) {
			listener.done();
		}
	}

	@Override
	public void flush() {
	}

	@Override
	public void send(int type, int entries, Consumer<MsgPackWriter> entriesWriter, byte @Nullable [] bytes) {
		entriesWriter.accept(begin(type, entries));
		if (bytes != null) {
			this.body.writeBytes(bytes);
		}
	}

}
