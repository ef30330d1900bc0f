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

import java.util.List;
import java.util.function.Supplier;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * TLS by OpenSSL that decrypts where the bytes belong, as a socket would read them there:
 * OpenSSL fills whatever memory it is given and keeps the rest of a record. Handshakes,
 * the peer's end and all that is out of the ordinary are left to Netty.
 */
final class StraightSslHandler extends SslHandler {

	private final Supplier<@Nullable ByteBuf> memory;

	/**
	 * Creates a handler.
	 * @param engine OpenSSL's, as Netty makes it for its own handlers: one that takes
	 * several records at once
	 * @param memory gives memory for the next decrypted bytes, owned by the caller, or
	 * {@code null} if they shall come in a buffer of TLS's
	 */
	StraightSslHandler(SSLEngine engine, Supplier<@Nullable ByteBuf> memory) {
		super(engine);
		this.memory = memory;
	}

	@Override
	protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws SSLException {
		if (in.nioBufferCount() != 1 || !handshakeFuture().isSuccess()) {
			super.decode(context, in, out);
			return;
		}
		boolean more = true;
		while (more) {
			ByteBuf target = this.memory.get();
			SSLEngineResult result = (target != null) ? decrypt(context, in, target) : null;
			if (result == null || !isOrdinary(result)) {
				// tells of it again, and takes what OpenSSL has left of a record
				super.decode(context, in, out);
				return;
			}
			more = in.isReadable() || result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW;
		}
	}

	/** Passes on what was decrypted into the memory. */
	private SSLEngineResult decrypt(ChannelHandlerContext context, ByteBuf in, ByteBuf target) throws SSLException {
		boolean passedOn = false;
		try {
			SSLEngineResult result = engine().unwrap(in.internalNioBuffer(in.readerIndex(), in.readableBytes()),
					target.internalNioBuffer(target.writerIndex(), target.writableBytes()));
			in.skipBytes(result.bytesConsumed());
			if (result.bytesProduced() > 0) {
				target.writerIndex(target.writerIndex() + result.bytesProduced());
				passedOn = true;
				context.fireChannelRead(target);
			}
			return result;
		}
		finally {
			if (!passedOn) {
				target.release();
			}
		}
	}

	private static boolean isOrdinary(SSLEngineResult result) {
		return result.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING
				&& result.getStatus() != SSLEngineResult.Status.CLOSED
				&& result.bytesConsumed() + result.bytesProduced() > 0;
	}

}
