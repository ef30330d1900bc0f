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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlOutOfRangeException;
import io.nixl4j.memory.NixlRefusedException;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataCodec;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.metadata.Predecessors.Life;
import io.nixl4j.route.tcp.TcpRouteProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What an agent finds out about another incarnation that has its engine id, by real
 * sockets.
 */
class TakenEngineIdTests {

	private static final String ENGINE = "decode-1";

	private final AskingStore store = new AskingStore();

	private final List<NixlAgent> agents = new ArrayList<>();

	private NixlAgent agent(String name, NixlMetadataStore metadata, TcpOptions tcp) {
		NixlAgent agent = NixlAgent.builder()
			.name(name)
			.engineId(name.startsWith("decode") ? ENGINE : name)
			.routes(List.of(new TcpRouteProvider()))
			.tcp(tcp)
			.timeouts(Timeouts.defaults().withConnect(Duration.ofSeconds(1)))
			.metadataStore(metadata)
			.build();
		this.agents.add(agent);
		agent.start();
		return agent;
	}

	private NixlAgent published(String name, NixlMetadataStore metadata) {
		NixlAgent agent = agent(name, metadata, TcpOptions.defaults());
		agent.publish();
		return agent;
	}

	/** What an agent says about another one whose card this is. */
	private Life asked(NixlMetadata card) {
		if (this.store.find(ENGINE).isEmpty()) {
			published("decode-b", this.store);
		}
		return this.store.predecessors().life(card).toCompletableFuture().join();
	}

	private static NixlMetadata cardAt(int port) {
		return cardAt("127.0.0.1:" + port);
	}

	private static NixlMetadata cardAt(String endpoint) {
		return new NixlMetadata(ENGINE, Map.of(), "decode-a",
				NixlMetadata.Additions.none().withIncarnation(Incarnation.random()).withSessionEndpoint(endpoint));
	}

	@AfterEach
	void close() {
		this.agents.forEach(NixlAgent::close);
	}

	@Test
	void whoAnswersKeepsItsEngineIdAndTheOtherOneIsRefused() {
		NixlAgent first = published("decode-a", this.store);
		NixlAgent second = agent("decode-b", this.store, TcpOptions.defaults());
		assertThatExceptionOfType(NixlRefusedException.class).isThrownBy(second::publish)
			.withMessageContainingAll(ENGINE, "decode-a", "127.0.0.1:" + first.port());
		assertThat(this.store.get(ENGINE).additions().incarnation()).isEqualTo(first.incarnation().orElseThrow());
		first.close();
		second.publish();
		assertThat(this.store.get(ENGINE).additions().incarnation()).isEqualTo(second.incarnation().orElseThrow());
	}

	@Test
	void whoIsSeenAgainUnderItsOwnIncarnationIsAlive() {
		NixlAgent first = published("decode-a", new AskingStore());
		assertThat(asked(NixlMetadataCodec.decode(first.localMetadata()))).isEqualTo(Life.ALIVE);
	}

	@Test
	void anAddressOfThisHostWhereNobodyListensIsProof() throws IOException {
		int free;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			free = socket.getLocalPort();
		}
		this.store.put(cardAt(free)).join();
		NixlAgent next = published("decode-b", this.store);
		assertThat(this.store.get(ENGINE).additions().incarnation()).isEqualTo(next.incarnation().orElseThrow());
		assertThat(asked(cardAt("localhost:" + free))).isEqualTo(Life.GONE);
	}

	@Test
	void anAddressOfThisHostWhereAnotherIncarnationListensIsProof() {
		NixlAgent other = published("decode-a", new AskingStore());
		assertThat(asked(cardAt(other.port()))).isEqualTo(Life.GONE);
	}

	@Test
	void anAddressOfThisHostWhereAnotherEngineListensIsProof() {
		NixlAgent other = published("prefill-1", new AskingStore());
		assertThat(asked(cardAt(other.port()))).isEqualTo(Life.GONE);
	}

	@Test
	void theNextIncarnationAtTheSamePortTakesOver() {
		NixlAgent next = agent("decode-b", this.store, TcpOptions.defaults());
		this.store.put(cardAt(next.port())).join();
		next.publish();
		assertThat(this.store.get(ENGINE).additions().incarnation()).isEqualTo(next.incarnation().orElseThrow());
	}

	@Test
	void whoHasWithdrawnMayHaveSomethingToFinish() {
		NixlAgent first = published("decode-a", new AskingStore());
		NixlMetadata card = NixlMetadataCodec.decode(first.localMetadata());
		first.withdraw();
		assertThat(asked(card)).isEqualTo(Life.UNKNOWN);
	}

	@Test
	void whoDoesNotAnswerIsUnknownWithinTheConnectTimeout() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
			long begin = System.nanoTime();
			assertThat(asked(cardAt(silent.getLocalPort()))).isEqualTo(Life.UNKNOWN);
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
		}
	}

	@Test
	void whoCannotProveItselfIsUnknown() {
		NixlAgent first = agent("decode-a", new AskingStore(), TcpOptions.defaults().withSecret("another secret"));
		first.publish();
		assertThat(asked(NixlMetadataCodec.decode(first.localMetadata()))).isEqualTo(Life.UNKNOWN);
	}

	@Test
	void whoCannotBeAskedIsUnknown() {
		assertThat(asked(cardAt("192.0.2.1:7400"))).as("another host").isEqualTo(Life.UNKNOWN);
		assertThat(asked(cardAt("no-such-host.invalid:7400"))).isEqualTo(Life.UNKNOWN);
		NixlMetadata.Additions additions = cardAt(1).additions();
		assertThat(asked(cardAt(1).withAdditions(additions.withSessionEndpoint(null)))).isEqualTo(Life.UNKNOWN);
		assertThat(asked(cardAt(1).withAdditions(additions.withIncarnation(null)))).isEqualTo(Life.UNKNOWN);
	}

	@Test
	void publishingGoesOnWithoutTheCallerWhereTheStoreWaits() {
		CompletableFuture<Void> lease = new CompletableFuture<>();
		AskingStore slow = new AskingStore(lease);
		NixlAgent agent = agent("decode-a", slow, TcpOptions.defaults());
		agent.publish();
		assertThat(slow.find(ENGINE)).isEmpty();
		agent.updateModel("SmolLM2-135M");
		lease.complete(null);
		await().untilAsserted(() -> assertThat(slow.get(ENGINE).additions().model()).isEqualTo("SmolLM2-135M"));
	}

	@Test
	void whoIsRefusedLateIsNotPublishedAndMayTryAgain() {
		CompletableFuture<Void> lease = new CompletableFuture<>();
		AskingStore slow = new AskingStore(lease);
		NixlAgent first = published("decode-a", new AskingStore());
		slow.put(NixlMetadataCodec.decode(first.localMetadata())).join();
		NixlAgent second = agent("decode-b", slow, TcpOptions.defaults());
		second.publish();
		lease.complete(null);
		await().untilAsserted(() -> assertThatExceptionOfType(NixlRefusedException.class).isThrownBy(second::publish));
	}

	@Test
	void rolesModelAndCapacityAreOnTheCardAndMayChange() {
		NixlAgent agent = NixlAgent.builder()
			.name(ENGINE)
			.routes(List.of(new TcpRouteProvider()))
			.metadataStore(this.store)
			.zone("zone-a")
			.roles(List.of("decode"))
			.model("SmolLM2-135M")
			.capacity(Map.of("free", 7L))
			.build();
		this.agents.add(agent);
		agent.updateCapacity(Map.of("free", 8L));
		agent.start();
		agent.publish();
		assertThat(this.store.get(ENGINE).additions()).satisfies((said) -> {
			assertThat(said.zone()).isEqualTo("zone-a");
			assertThat(said.roles()).containsExactly("decode");
			assertThat(said.model()).isEqualTo("SmolLM2-135M");
			assertThat(said.capacity()).containsExactly(Map.entry("free", 8L));
			assertThat(said.incarnation()).isEqualTo(agent.incarnation().orElseThrow());
		});
		List<NixlMetadata> heard = new ArrayList<>();
		this.store.watch(Runnable::run, new NixlMetadataStore.Listener() {

			@Override
			public void put(NixlMetadata metadata) {
				synchronized (heard) {
					heard.add(metadata);
				}
			}

			@Override
			public void deleted(String engineId) {
				throw new IllegalStateException("nothing is deleted");
			}

		});
		for (long free = 1000; free >= 0; free--) {
			agent.updateCapacity(Map.of("free", free));
		}
		agent.updateRoles(List.of("prefill", "decode"));
		agent.updateModel(null);
		await().untilAsserted(() -> assertThat(this.store.get(ENGINE).additions()).satisfies((said) -> {
			assertThat(said.roles()).containsExactly("prefill", "decode");
			assertThat(said.model()).isNull();
			assertThat(said.capacity()).containsExactly(Map.entry("free", 0L));
		}));
		synchronized (heard) {
			assertThat(heard).as("changes of a second are put together").hasSizeLessThan(5);
		}
	}

	@Test
	void whatDoesNotFitTheCardIsRefusedAndChangesNothing() {
		NixlAgent agent = agent(ENGINE, this.store, TcpOptions.defaults());
		agent.updateRoles(List.of("decode"));
		assertThatExceptionOfType(NixlOutOfRangeException.class)
			.isThrownBy(() -> agent.updateRoles(Collections.nCopies(100, "r".repeat(1000))))
			.withMessageContaining("could not be written");
		agent.publish();
		assertThat(this.store.get(ENGINE).additions().roles()).containsExactly("decode");
	}

}
