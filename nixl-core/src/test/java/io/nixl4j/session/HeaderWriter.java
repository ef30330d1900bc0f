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

package io.nixl4j.session;

import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.nixl4j.wire.FramedWriter;
import io.nixl4j.wire.MsgPackWriter;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the header's entries and the body of the frame that was sent last.
 */
final class HeaderWriter implements FramedWriter {

	private int type;

	private int entries;

	private byte[] header = {};

	private byte @Nullable [] body;

	int type() {
		return this.type;
	}

	int entries() {
		return this.entries;
	}

	byte[] header() {
		return this.header;
	}

	byte @Nullable [] body() {
		return this.body;
	}

	@Override
	public void send(int frameType, int count, Consumer<MsgPackWriter> writer, byte @Nullable [] bytes) {
		ByteBuf target = Unpooled.buffer();
		writer.accept(new MsgPackWriter(target));
		this.type = frameType;
		this.entries = count;
		this.header = ByteBufUtil.getBytes(target);
		this.body = bytes;
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
	public MsgPackWriter begin(int frameType, int count) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void body(ByteBuf piece) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void end(@Nullable WriteListener listener) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void flush() {
		throw new UnsupportedOperationException();
	}

}
