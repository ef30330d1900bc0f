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

import java.util.function.Supplier;

import javax.net.ssl.SSLException;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.nixl4j.memory.NixlError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS of one agent: each connection begins with the keys that are there at that
 * moment. Any thread may use it.
 */
public final class TlsEndpoint implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(TlsEndpoint.class);

	private final TlsContexts server;

	private final TlsContexts client;

	private final boolean engineNamed;

	/**
	 * Creates the TLS of an agent.
	 * @param material asked for each connection; must not block
	 * @param provider what does the cryptography
	 * @param clientCertificate whether those who connect must show a certificate
	 * @param engineNamed whether a peer's certificate must name its engine id
	 * @throws WireException {@code UNSUPPORTED} if OpenSSL is wanted and not there,
	 * {@code BACKEND} if the keys cannot be used
	 */
	public TlsEndpoint(Supplier<TlsMaterial> material, Provider provider, ClientCertificate clientCertificate,
			boolean engineNamed) {
		SslProvider chosen = choose(provider);
		ClientAuth clientAuth = switch (clientCertificate) {
			case NEEDED -> ClientAuth.REQUIRE;
			case WANTED -> ClientAuth.OPTIONAL;
			case NONE -> ClientAuth.NONE;
		};
		this.server = new TlsContexts(material,
				(current) -> complete(SslContextBuilder.forServer(current.keyManagers()).clientAuth(clientAuth), chosen,
						current));
		// a peer is known by its engine id, not by the name of its host
		this.client = new TlsContexts(material, (current) -> complete(
				SslContextBuilder.forClient().keyManager(current.keyManagers()).endpointIdentificationAlgorithm(null),
				chosen, current));
		this.engineNamed = engineNamed;
		try {
			// what is wrong with the first keys shows at the start
			this.server.check();
			this.client.check();
		}
		catch (SSLException | RuntimeException ex) {
			close();
			throw unusable(ex);
		}
	}

	private static SslContextBuilder complete(SslContextBuilder builder, SslProvider provider, TlsMaterial material) {
		return builder.sslProvider(provider)
			.trustManager(material.trustManagers())
			.protocols(material.protocols())
			.ciphers(material.ciphers().isEmpty() ? null : material.ciphers());
	}

	private static SslProvider choose(Provider provider) {
		if (provider == Provider.JDK) {
			return SslProvider.JDK;
		}
		Throwable cause = OpenSsl.unavailabilityCause();
		if (cause == null) {
			return SslProvider.OPENSSL_REFCNT;
		}
		String cure = "for OpenSSL's speed add io.netty:netty-tcnative-boringssl-static with the classifier of this"
				+ " platform";
		if (provider == Provider.OPENSSL) {
			throw new WireException(NixlError.UNSUPPORTED, "OpenSSL is not there; " + cure, false, cause);
		}
		logger.info("TLS is the JDK's own; {} ({})", cure, cause.toString());
		return SslProvider.JDK;
	}

	/** Whether a peer's certificate must name its engine id. */
	boolean engineNamed() {
		return this.engineNamed;
	}

	/**
	 * Makes the handler of an accepted connection.
	 * @throws WireException if the keys cannot be used
	 */
	SslHandler accepted(ByteBufAllocator allocator) {
		return handler(this.server, allocator);
	}

	/**
	 * Makes the handler of a connection to a peer.
	 * @throws WireException if the keys cannot be used
	 */
	SslHandler opened(ByteBufAllocator allocator) {
		return handler(this.client, allocator);
	}

	private static SslHandler handler(TlsContexts contexts, ByteBufAllocator allocator) {
		try {
			return contexts.newHandler(allocator);
		}
		catch (SSLException | RuntimeException ex) {
			logger.warn("TLS cannot be used with the keys that are configured: {}", ex.toString());
			throw unusable(ex);
		}
	}

	private static WireException unusable(Exception cause) {
		return new WireException(NixlError.BACKEND,
				"TLS cannot be used with the keys that are configured; check tcp.ssl", false, cause);
	}

	/** Gives back what the keys hold outside the heap; connections live on. */
	@Override
	public void close() {
		this.server.close();
		this.client.close();
	}

	/** Implementations of TLS. */
	public enum Provider {

		/** OpenSSL where it is on the class path, else the JDK. */
		AUTO,

		/** The JDK's own. */
		JDK,

		/** OpenSSL or nothing. */
		OPENSSL

	}

	/** What is asked of those who connect. */
	public enum ClientCertificate {

		/** They are refused without. */
		NEEDED,

		/** They may show one. */
		WANTED,

		/** They are not asked. */
		NONE

	}

}
