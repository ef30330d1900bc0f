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

import java.util.function.Function;
import java.util.function.Supplier;

import javax.net.ssl.SSLException;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the context of the newest keys, since making one is slow. One for each side. Any
 * thread may use it.
 */
final class TlsContexts {

	private final Supplier<TlsMaterial> material;

	private final Function<TlsMaterial, SslContextBuilder> factory;

	private @Nullable TlsMaterial current;

	private @Nullable SslContext context;

	private boolean closed;

	TlsContexts(Supplier<TlsMaterial> material, Function<TlsMaterial, SslContextBuilder> factory) {
		this.material = material;
		this.factory = factory;
	}

	/** Makes the handler of a new connection. */
	synchronized SslHandler newHandler(ByteBufAllocator allocator) throws SSLException {
		return refresh().newHandler(allocator);
	}

	/** Finds out whether the keys of this moment can be used. */
	synchronized void check() throws SSLException {
		ReferenceCountUtil.release(refresh().newEngine(UnpooledByteBufAllocator.DEFAULT));
	}

	private SslContext refresh() throws SSLException {
		if (this.closed) {
			throw new IllegalStateException("the agent is stopping");
		}
		TlsMaterial newest = this.material.get();
		SslContext usable = this.context;
		if (usable == null || !newest.equals(this.current)) {
			SslContext made = this.factory.apply(newest).build();
			// connections that use the former one hold it themselves
			ReferenceCountUtil.release(usable);
			this.current = newest;
			this.context = made;
			usable = made;
		}
		return usable;
	}

	synchronized void close() {
		this.closed = true;
		ReferenceCountUtil.release(this.context);
		this.context = null;
	}

}
