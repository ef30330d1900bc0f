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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Takes every frame of type NOTIFY with its body, and drops the others.
 */
class RecordingHandler implements FrameHandler, FramedReader.Frames {

	final List<Integer> types = new CopyOnWriteArrayList<>();

	final List<byte[]> bodies = new CopyOnWriteArrayList<>();

	final List<String> fates = new CopyOnWriteArrayList<>();

	final CompletableFuture<@Nullable WireException> closed = new CompletableFuture<>();

	@Override
	public @Nullable BodySink frame(int type, int entries, MsgPackReader header, int bodyLength) {
		this.types.add(type);
		for (int i = 0; i < entries; i++) {
			header.key();
			header.skip();
		}
		header.expectEnd();
		return (type == FrameType.NOTIFY) ? new Recorded(new CollectedBody(bodyLength, this.bodies::add, () -> {
		})) : null;
	}

	@Override
	public void closed(@Nullable WireException cause) {
		this.closed.complete(cause);
	}

	/** Notes the fate of a body. */
	private final class Recorded implements BodySink {

		private final CollectedBody body;

		private final List<String> ownFates = new ArrayList<>();

		Recorded(CollectedBody body) {
			this.body = body;
		}

		@Override
		public ByteBuf next() {
			return this.body.next();
		}

		@Override
		public void placed(int bytes) {
			this.body.placed(bytes);
		}

		@Override
		public void complete(boolean checksumOk) {
			note(checksumOk ? "complete" : "corrupt");
			this.body.complete(checksumOk);
		}

		@Override
		public void aborted() {
			note("aborted");
		}

		private void note(String fate) {
			this.ownFates.add(fate);
			RecordingHandler.this.fates.add(this.ownFates.size() == 1 ? fate : "second fate");
		}

	}

}
