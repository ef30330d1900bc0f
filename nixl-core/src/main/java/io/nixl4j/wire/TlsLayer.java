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

import java.util.ArrayDeque;
import java.util.Objects;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * TLS below one connection. OpenSSL decrypts into the memory that the reader wants the
 * bytes in; the JDK's bytes arrive in buffers of its own, so a body's are copied once
 * more to where they belong. Used by the connection's event loop.
 */
final class TlsLayer {

	/** Enough for several records with one system call. */
	private static final int READ_BYTES = 256 << 10;

	/** How long a connection that is closed waits until the peer was told. */
	private static final long CLOSE_MILLIS = 500;

	private final SslHandler handler;

	/** What came in and is behind the frame that the reader paused at. */
	private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();

	private boolean feeding;

	private @Nullable FramedReader reader;

	/** The reader's memory that is decrypted into. */
	private @Nullable ByteBuf straight;

	private @Nullable Channel channel;

	/**
	 * Creates the layer.
	 * @param made Netty's handler, not used before
	 */
	TlsLayer(SslHandler made) {
		this.handler = (made.engine() instanceof ReferenceCountedOpenSslEngine)
				? new StraightSslHandler(made.engine(), this::readersMemory) : made;
		// the handshake's own deadline covers this one too
		this.handler.setHandshakeTimeoutMillis(0);
		this.handler.setCloseNotifyFlushTimeoutMillis(CLOSE_MILLIS);
		// pieces are encrypted from where they lie, instead of being copied together
		this.handler.setWrapDataSize(0);
	}

	void addTo(Channel channel, FramedReader reader) {
		this.reader = reader;
		this.channel = channel;
		channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(READ_BYTES));
		channel.pipeline().addLast(this.handler);
	}

	/** What the peer's certificate says, {@code null} if it showed none. */
	@Nullable PeerCertificate certificate() {
		return PeerCertificate.of(this.handler.engine().getSession());
	}

	/** Not while older bytes wait, which come first. */
	private @Nullable ByteBuf readersMemory() {
		FramedReader current = Objects.requireNonNull(this.reader);
		if (current.paused() || this.feeding || !this.waiting.isEmpty()) {
			return null;
		}
		this.straight = current.receiveBuffer();
		return this.straight;
	}

	/** Takes decrypted bytes over. */
	void received(ByteBuf bytes) {
		if (bytes == this.straight) {
			this.straight = null;
			Objects.requireNonNull(this.reader).received(bytes);
			return;
		}
		this.waiting.addLast(bytes);
		resumed();
	}

	/** Hands over what waits, as long as the reader takes it. */
	void resumed() {
		if (this.feeding) {
			// resumed by what a frame led to: whoever feeds goes on
			return;
		}
		this.feeding = true;
		try {
			feed(Objects.requireNonNull(this.reader));
		}
		finally {
			this.feeding = false;
		}
	}

	private void feed(FramedReader current) {
		ByteBuf next = this.waiting.peekFirst();
		while (next != null) {
			current.feed(next);
			if (next.isReadable()) {
				return;
			}
			this.waiting.removeFirst();
			next.release();
			next = this.waiting.peekFirst();
		}
	}

	/** Tells a peer that does not speak TLS why it will be closed. */
	void tellInPlain(WireException reason) {
		Channel current = Objects.requireNonNull(this.channel);
		ChannelHandlerContext below = current.pipeline().context(this.handler);
		if (below != null) {
			below.writeAndFlush(Refusal.encoded(current.alloc(), reason));
		}
	}

	/** Drops what waits. */
	void drop() {
		this.waiting.forEach(ByteBuf::release);
		this.waiting.clear();
	}

	/** Closes the channel without waiting for what the peer has not taken yet. */
	void closeAtOnce() {
		Channel current = Objects.requireNonNull(this.channel);
		ChannelHandlerContext below = current.pipeline().context(this.handler);
		if (below != null) {
			below.close();
		}
		else {
			current.close();
		}
	}

}
