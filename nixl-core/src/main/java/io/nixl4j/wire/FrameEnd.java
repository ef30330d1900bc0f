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

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Nothing, queued behind the last piece of a frame: Netty lets go of it when it has let
 * go of all pieces, sent or not, and that is told. Unlike a promise it is used again.
 */
final class FrameEnd extends UnpooledDirectByteBuf {

	private final ChannelFramedWriter home;

	private FramedWriter.@Nullable WriteListener listener;

	FrameEnd(ChannelFramedWriter home) {
		super(UnpooledByteBufAllocator.DEFAULT, ByteBuffer.allocateDirect(0), 0);
		this.home = home;
	}

	/** Sets whom to tell. */
	FrameEnd of(FramedWriter.WriteListener told) {
		this.listener = told;
		return this;
	}

	@Override
	protected void deallocate() {
		FramedWriter.WriteListener told = this.listener;
		this.listener = null;
		resetRefCnt();
		this.home.spare(this);
		if (told != null) {
			told.done();
		}
	}

}
