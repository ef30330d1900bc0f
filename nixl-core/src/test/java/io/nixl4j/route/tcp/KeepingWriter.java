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

import java.util.List;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nixl4j.wire.FramedWriter;
import io.nixl4j.wire.MsgPackWriter;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the pieces of bodies as they were handed over.
 *
 * @param pieces gets them; their owner is who made the list
 */
record KeepingWriter(List<ByteBuf> pieces) implements FramedWriter {

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
		this.pieces.add(piece);
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
