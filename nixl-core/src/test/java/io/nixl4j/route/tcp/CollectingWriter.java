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

package io.nixl4j.route.tcp;

import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nixl4j.wire.FramedWriter;
import io.nixl4j.wire.MsgPackWriter;
import org.jspecify.annotations.Nullable;

/**
 * Collects the pieces of a body, and how many there were.
 */
final class CollectingWriter implements FramedWriter {

	final ByteBuf body = Unpooled.buffer();

	int pieces;

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
		return new MsgPackWriter(Unpooled.buffer());
	}

	@Override
	public void body(ByteBuf piece) {
		this.pieces++;
		this.body.writeBytes(piece);
		piece.release();
	}

	@Override
	public void end(@Nullable WriteListener listener) {
	}

	@Override
	public void flush() {
	}

	@Override
	public void send(int type, int entries, Consumer<MsgPackWriter> header, byte @Nullable [] bytes) {
	}

}
