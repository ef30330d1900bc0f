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

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;

/**
 * A real connection without a socket: what it sends can be looked at, and it receives
 * what it is given. Everything happens on the calling thread.
 */
public final class EmbeddedConnection {

	private final EmbeddedChannel channel = new EmbeddedChannel();

	private final ChannelConnection connection;

	/** A connection before its handshake. */
	EmbeddedConnection(WireLimits limits, boolean opener) {
		this.connection = new ChannelConnection(this.channel, limits, opener,
				new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), null);
		this.channel.pipeline().addLast(this.connection);
	}

	/**
	 * Creates a connection that has its handshake behind it.
	 * @param role what it is for
	 * @param opener whether this end opened it
	 * @param peer who is at the other end
	 * @param sessionId the session
	 * @param lane the lane's number, 0 for a session
	 * @return the connection, whose bodies carry checksums
	 */
	public static EmbeddedConnection open(ConnectionRole role, boolean opener, AgentIdentity peer, long sessionId,
			int lane) {
		EmbeddedConnection embedded = new EmbeddedConnection(WireLimits.defaults(), opener);
		embedded.connection.finishHandshake(new HandshakeResult(role, peer, sessionId, new byte[0], true, Set.of(),
				lane, true, WireLimits.MAX_BODY, null));
		return embedded;
	}

	/**
	 * Returns the connection.
	 * @return the connection
	 */
	public Connection connection() {
		return this.connection;
	}

	ChannelConnection handshaking() {
		return this.connection;
	}

	/**
	 * Returns whether the connection is open.
	 * @return {@code false} once either end has closed it
	 */
	public boolean isOpen() {
		return this.channel.isOpen();
	}

	/**
	 * As if the socket took nothing, or something again.
	 * @param writable whether it takes something
	 */
	public void writable(boolean writable) {
		this.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
		this.channel.runPendingTasks();
	}

	/**
	 * Takes what was sent.
	 * @return the frames since the last call, in order
	 */
	public List<byte[]> sent() {
		this.channel.runPendingTasks();
		ByteArrayOutputStream sent = new ByteArrayOutputStream();
		for (ByteBuf piece = this.channel.readOutbound(); piece != null; piece = this.channel.readOutbound()) {
			sent.writeBytes(ByteBufUtil.getBytes(piece));
			piece.release();
		}
		return frames(ByteBuffer.wrap(sent.toByteArray()));
	}

	private static List<byte[]> frames(ByteBuffer sent) {
		List<byte[]> frames = new ArrayList<>();
		while (sent.hasRemaining()) {
			long lengths = sent.getLong(sent.position()) + sent.getLong(sent.position() + 8);
			byte[] frame = new byte[Math.toIntExact(FramePrefix.SIZE + lengths)];
			sent.get(frame);
			frames.add(frame);
		}
		return frames;
	}

	/**
	 * Receives bytes, into the memory that the connection offers as it offers it to a
	 * socket.
	 * @param bytes the bytes
	 */
	public void receive(byte[] bytes) {
		ByteBuffer left = ByteBuffer.wrap(bytes);
		while (left.hasRemaining() && this.channel.isOpen()) {
			ByteBuf memory = this.connection.recvAllocator().newHandle().allocate(this.channel.alloc());
			int count = Math.min(memory.writableBytes(), left.remaining());
			memory.writeBytes(left.slice().limit(count));
			left.position(left.position() + count);
			this.channel.pipeline().fireChannelRead(memory);
		}
		this.channel.pipeline().fireChannelReadComplete();
		this.channel.runPendingTasks();
	}

}
