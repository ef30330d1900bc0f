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

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.wire.BodySink;
import io.nixl4j.wire.CollectedBody;
import io.nixl4j.wire.Connection;
import io.nixl4j.wire.FrameHandler;
import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.MsgPackReader;
import io.nixl4j.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * A session over a connection of its own, so that no transfer delays it.
 */
final class WireLink implements SessionLink {

	private final Connection connection;

	/** Of the loop: said when the socket takes something again. */
	private SessionMessage.@Nullable Pong owed;

	WireLink(Connection connection) {
		this.connection = connection;
	}

	@Override
	public void start(Receiver receiver) {
		this.connection.start(new Frames(this, receiver, this.connection));
	}

	@Override
	public void send(SessionMessage message) {
		onLoop(() -> write(message));
	}

	private void write(SessionMessage message) {
		if (message instanceof SessionMessage.Pong pong) {
			// Nothing bounds a peer's PINGs, so their answers must not pile up: the last
			// says it all.
			boolean writable = this.connection.writer().isWritable();
			this.owed = writable ? null : pong;
			if (!writable) {
				return;
			}
		}
		try {
			SessionCodec.write(message, this.connection.writer());
		}
		catch (RuntimeException | OutOfMemoryError ex) {
			// Left out, it would be missed by nobody: messages are counted only.
			this.connection.close(new WireException(NixlError.BACKEND, "a message could not be sent", false, ex));
		}
	}

	private void writable() {
		SessionMessage.Pong pong = this.owed;
		if (pong != null) {
			write(pong);
		}
	}

	@Override
	public void close() {
		onLoop(() -> this.connection.close(null));
	}

	// Always queued, on the loop's own thread too: what it says itself must not overtake
	// what other threads have said before.
	private void onLoop(Runnable task) {
		try {
			this.connection.loop().execute(task);
		}
		catch (RejectedExecutionException ex) {
			// The loops have ended, and the connection with them.
		}
	}

	@Override
	public Optional<InetSocketAddress> address() {
		return this.connection.opener() ? Optional.of(this.connection.remoteAddress()) : Optional.empty();
	}

	/**
	 * Turns frames into messages.
	 *
	 * @param link whose connection it is
	 * @param receiver gets them
	 * @param connection brings them
	 */
	private record Frames(WireLink link, Receiver receiver, Connection connection) implements FrameHandler {

		@Override
		public @Nullable BodySink frame(int type, int entries, MsgPackReader header, int bodyLength) {
			if (type == FrameType.NOTIFY) {
				long number = SessionCodec.readNumber(entries, header);
				if (bodyLength > NotificationOutbox.MAX_PAYLOAD) {
					throw WireException.protocol("a notification is longer than " + NotificationOutbox.MAX_PAYLOAD);
				}
				if (bodyLength > 0) {
					return new CollectedBody(bodyLength,
							(payload) -> this.receiver.received(new SessionMessage.Notify(number, payload)),
							() -> this.connection.close(
									new WireException(NixlError.CORRUPT, "the checksum of a notification is wrong")));
				}
				this.receiver.received(new SessionMessage.Notify(number, new byte[0]));
				return null;
			}
			this.receiver.received(SessionCodec.read(type, entries, header));
			return null;
		}

		@Override
		public void writable() {
			this.link.writable();
		}

		@Override
		public void closed(@Nullable WireException cause) {
			this.receiver.lost((cause != null) ? exception(cause) : null);
		}

		private static NixlException exception(WireException cause) {
			return cause.error().exception(String.valueOf(cause.getMessage()), null, null, cause);
		}

	}

}
