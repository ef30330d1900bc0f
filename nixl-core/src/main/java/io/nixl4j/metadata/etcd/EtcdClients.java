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
package io.nixl4j.metadata.etcd;

import java.time.Duration;
import java.util.concurrent.ExecutorService;

import javax.net.ssl.SSLException;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.nixl4j.metadata.NixlMetadataStoreException;
import io.nixl4j.metadata.NixlMetadataStoreException.Problem;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Builds clients of jetcd, all of them on one event loop.
 */
final class EtcdClients {

	/** The most that one answer or one step of a watch may bring. */
	private static final int MAX_MESSAGE = 128 * 1024 * 1024;

	/** The least that gRPC allows, and what etcd tolerates of its clients. */
	private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

	private static final Duration LONGEST_BEAT = Duration.ofSeconds(2);

	private static final Duration SHORTEST_BEAT = Duration.ofMillis(500);

	private final EtcdOptions options;

	private final ExecutorService executor;

	private final ClientVertx vertx = ClientVertx.create();

	private volatile @Nullable EtcdTls tls;

	private volatile @Nullable SslContext context;

	EtcdClients(EtcdOptions options, ExecutorService executor) {
		this.options = options;
		this.executor = executor;
		if (options.secure()) {
			try {
				EtcdTls tls = options.tls();
				useTls((tls != null) ? tls : EtcdTls.trustedByJvm());
			}
			catch (RuntimeException ex) {
				this.vertx.shutDown();
				throw ex;
			}
		}
	}

	/** How long the question whether etcd answers may take. */
	Duration beatTimeout() {
		Duration request = this.options.requestTimeout();
		Duration least = (request.compareTo(SHORTEST_BEAT) < 0) ? SHORTEST_BEAT : request;
		return (least.compareTo(LONGEST_BEAT) < 0) ? least : LONGEST_BEAT;
	}

	/** Builds clients with these keys from now on, if they can be used at all. */
	void useTls(EtcdTls other) {
		this.context = sslContext(other);
		this.tls = other;
	}

	Client build() {
		EtcdTls current = this.tls;
		ClientBuilder builder = Client.builder();
		String user = this.options.user();
		String password = this.options.password();
		if (user != null && password != null) {
			builder.user(ByteSequence.from(user, UTF_8)).password(ByteSequence.from(password, UTF_8));
		}
		if (current != null) {
			if (current.authority() != null) {
				builder.authority(current.authority());
			}
			builder.sslContext(this.context);
		}
		builder.endpoints(this.options.members().stream().map((member) -> member.uri(current != null)).toList())
			.vertx(this.vertx)
			.executorService(this.executor)
			.maxInboundMessageSize(MAX_MESSAGE)
			// Fails at once where nothing is connected: what is to be done again is our
			// own decision.
			.waitForReady(false)
			.retryMaxAttempts(0)
			.connectTimeout(beatTimeout())
			.keepaliveTime(KEEP_ALIVE)
			.keepaliveTimeout(beatTimeout())
			.keepaliveWithoutCalls(false);
		this.options.clientCustomizer().accept(builder);
		// Last, so that nobody can take it away: a beat without a deadline might never
		// end.
		return builder.interceptor(new RequestDeadlines(this.options.requestTimeout(), beatTimeout())).build();
	}

	void close() {
		this.vertx.shutDown();
	}

	private static SslContext sslContext(EtcdTls tls) {
		try {
			SslContextBuilder builder = SslContextBuilder.forClient();
			if (tls.keys() != null) {
				builder.keyManager(tls.keys());
			}
			if (tls.trust() != null) {
				builder.trustManager(tls.trust());
			}
			return GrpcSslContexts.configure(builder, SslProvider.JDK).build();
		}
		catch (SSLException ex) {
			throw new NixlMetadataStoreException(Problem.TLS,
					"The keys or the trusted certificates for etcd cannot be used: " + ex.getMessage(), null,
					"connect to etcd", ex);
		}
	}

}
