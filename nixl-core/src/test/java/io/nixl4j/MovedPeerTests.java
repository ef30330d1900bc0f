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

package io.nixl4j;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataNotFoundException;
import io.nixl4j.route.tcp.TcpRouteProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Who is being connected to while its process has died: the store says when it is at
 * another address, or nowhere.
 */
class MovedPeerTests {

	private static final String ENGINE = "decode-1";

	/** Far longer than the test may take. */
	private static final Duration CONNECT = Duration.ofMinutes(1);

	private final InMemoryNixlMetadataStore store = new InMemoryNixlMetadataStore();

	private final NixlAgent agent = agent("prefill-1");

	private final NixlAgent peer = agent(ENGINE);

	private NixlAgent agent(String engineId) {
		return NixlAgent.builder()
			.name(engineId)
			.routes(List.of(new TcpRouteProvider()))
			.metadataStore(this.store)
			.timeouts(Timeouts.defaults().withConnect(CONNECT))
			.build();
	}

	@BeforeEach
	void start() throws IOException {
		int port;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = socket.getLocalPort();
		}
		this.store
			.put(new NixlMetadata(ENGINE, Map.of(), "decode-a",
					NixlMetadata.Additions.none()
						.withIncarnation(Incarnation.random())
						.withSessionEndpoint("127.0.0.1:" + port)))
			.join();
		this.agent.start();
		this.peer.start();
	}

	@AfterEach
	void close() {
		this.agent.close();
		this.peer.close();
	}

	@Test
	void isReachedWhereItIsNow() {
		CompletableFuture<NixlPeer> connecting = this.agent.connectAsync(ENGINE);
		this.peer.publish();
		assertThat(connecting).succeedsWithin(Duration.ofSeconds(20));
		assertThat(connecting.join().incarnation()).isEqualTo(this.peer.incarnation().orElseThrow());
	}

	@Test
	void isGivenUpWhenItIsGone() {
		CompletableFuture<NixlPeer> connecting = this.agent.connectAsync(ENGINE);
		this.store.delete(ENGINE).join();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> connecting.get(20, TimeUnit.SECONDS))
			.withCauseInstanceOf(NixlMetadataNotFoundException.class);
	}

}
