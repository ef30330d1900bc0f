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

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Set;

import io.netty.buffer.Unpooled;

/**
 * A plain socket that says what it is told to say, right or wrong.
 */
public final class RawPeer implements AutoCloseable {

	private final Socket socket;

	private byte[] body = {};

	private RawPeer(Socket socket) {
		this.socket = socket;
	}

	public static RawPeer connect(InetSocketAddress address) {
		try {
			Socket socket = new Socket(address.getAddress(), address.getPort());
			socket.setSoTimeout((int) WireFixture.PATIENCE.toMillis());
			socket.setTcpNoDelay(true);
			return new RawPeer(socket);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Connects and goes through the handshake of a server without a secret. */
	public static RawPeer introduced(InetSocketAddress address, AgentIdentity self, ConnectionRole role, long sessionId,
			byte[] token) {
		RawPeer raw = connect(address);
		raw.send(hello(self, "", role, sessionId, token));
		require(raw.receiveType() == FrameType.CHALLENGE);
		raw.send(TestFrames.frame(FrameType.PROOF, 1, (header) -> header.key(WireKey.of("mac")).binary(new byte[0]),
				new byte[0], true));
		require(raw.receiveType() == FrameType.WELCOME);
		return raw;
	}

	public static byte[] hello(AgentIdentity self, String expected) {
		return hello(self, expected, ConnectionRole.SESSION, 0, new byte[0]);
	}

	public static byte[] hello(AgentIdentity self, String expected, ConnectionRole role, long sessionId, byte[] token) {
		CapturingWriter capturing = new CapturingWriter();
		new Hello(1, 1, Set.of(), Set.of(), role, self, expected, new byte[Hello.NONCE], sessionId, token, 0, false,
				WireLimits.MAX_BODY)
			.write(capturing);
		return capturing.frame();
	}

	public void send(byte[] bytes) {
		try {
			this.socket.getOutputStream().write(bytes);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Reads one frame and returns its type. */
	public int receiveType() {
		MsgPackReader header = receiveHeader();
		header.map();
		header.key();
		return header.unsignedInt(Integer.MAX_VALUE);
	}

	/** Reads one frame, which must be a REFUSED. */
	public WireException receiveRefusal() {
		MsgPackReader header = receiveHeader();
		int entries = header.map();
		header.key();
		require(header.unsignedInt(Integer.MAX_VALUE) == FrameType.REFUSED);
		return Refusal.read(entries - 1, header);
	}

	/** Reads one frame and returns its header; {@link #body()} has its body. */
	public MsgPackReader receiveHeader() {
		ByteBuffer prefix = ByteBuffer.wrap(read(FramePrefix.SIZE));
		byte[] header = read((int) prefix.getLong(0));
		this.body = read((int) prefix.getLong(8));
		return new MsgPackReader(Unpooled.wrappedBuffer(header));
	}

	/** Returns the body of the frame that was read last. */
	public byte[] body() {
		return this.body;
	}

	private byte[] read(int length) {
		try {
			byte[] bytes = this.socket.getInputStream().readNBytes(length);
			if (bytes.length < length) {
				throw new EOFException();
			}
			return bytes;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Whether the peer closed the connection, after whatever it still had to say. */
	public boolean atEnd() {
		try {
			InputStream in = this.socket.getInputStream();
			while (in.read() >= 0) {
				// read on
			}
			return true;
		}
		catch (SocketException ex) {
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static void require(boolean condition) {
		if (!condition) {
			throw new AssertionError("the peer answered something else");
		}
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
