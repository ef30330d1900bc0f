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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.NixlRefusedException;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.route.local.LocalRouteProvider;
import io.nixl4j.route.tcp.TcpRouteProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What an agent tells of its peers, and who takes its notifications.
 */
class PeerListenerTests {

	private final InProcessNetwork network = new InProcessNetwork();

	private final InMemoryNixlMetadataStore store = new InMemoryNixlMetadataStore();

	private final List<NixlAgent> agents = new ArrayList<>();

	private final Recorder recorder = new Recorder();

	private NixlAgent agent(String name) {
		return agent(name, new LocalRouteProvider());
	}

	private NixlAgent agent(String name, RouteProvider... routes) {
		NixlAgent agent = NixlAgent.builder()
			.name(name)
			.routes(List.of(routes))
			.network((routes[0] instanceof LocalRouteProvider) ? this.network : null)
			.metadataStore(this.store)
			.build();
		this.agents.add(agent);
		agent.start();
		agent.publish();
		return agent;
	}

	@AfterEach
	void close() {
		this.agents.forEach(NixlAgent::close);
	}

	@Test
	void bothEndsHearOfASessionAndOfItsEndOnceInOrder() {
		NixlAgent prefill = agent("prefill-1");
		NixlAgent decode = agent("decode-1");
		Recorder far = new Recorder();
		prefill.addPeerListener(this.recorder);
		prefill.addPeerListener(this.recorder);
		decode.addPeerListener(far);
		NixlPeer peer = prefill.connect("decode-1");
		await().until(() -> this.recorder.events.size() == 1 && far.events.size() == 1);
		peer.disconnect();
		await().untilAsserted(
				() -> assertThat(this.recorder.events).containsExactly("joined decode-1 by memory", "left decode-1"));
		await().untilAsserted(
				() -> assertThat(far.events).containsExactly("joined prefill-1 by memory", "left prefill-1"));
		assertThat(this.recorder.peers).hasSize(2)
			.allSatisfy((each) -> assertThat(each).isSameAs(this.recorder.peers.get(0)));
		assertThat(this.recorder.peers.get(0).incarnation()).isEqualTo(peer.incarnation());
		assertThat(this.recorder.reasons).containsExactly("memory is the preferred route",
				"The session was ended at this end");
	}

	@Test
	void aPeerIsThereWhenItsJoiningIsTold() {
		NixlAgent prefill = agent("prefill-1");
		agent("decode-1");
		CompletableFuture<Boolean> found = new CompletableFuture<>();
		prefill.addPeerListener(new PeerListener() {
			@Override
			public void joined(NixlPeer peer, RouteChange route) {
				found.complete(prefill.peer(peer.engineId()).isPresent());
			}
		});
		prefill.connect("decode-1");
		assertThat(found).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
	}

	@Test
	void aNewIncarnationOfAPeerLeavesAndJoins() {
		NixlAgent prefill = agent("prefill-1");
		NixlAgent decode = agent("decode-1");
		prefill.addPeerListener(this.recorder);
		prefill.connect("decode-1");
		await().until(() -> this.recorder.events.size() == 1);
		decode.stop();
		decode.start();
		decode.publish();
		prefill.connect("decode-1");
		await().untilAsserted(() -> assertThat(this.recorder.events).containsExactly("joined decode-1 by memory",
				"left decode-1", "joined decode-1 by memory"));
		assertThat(this.recorder.peers.get(2).incarnation()).isNotEqualTo(this.recorder.peers.get(0).incarnation());
	}

	@Test
	void aListenerStaysOverARestartOfItsAgent() {
		NixlAgent prefill = agent("prefill-1");
		agent("decode-1");
		prefill.addPeerListener(this.recorder);
		prefill.connect("decode-1");
		await().until(() -> this.recorder.events.size() == 1);
		prefill.stop();
		prefill.start();
		prefill.connect("decode-1");
		await().untilAsserted(() -> assertThat(this.recorder.events).containsExactly("joined decode-1 by memory",
				"left decode-1", "joined decode-1 by memory"));
	}

	@Test
	void whoComesLateHearsOfPeersThatAreThere() {
		NixlAgent prefill = agent("prefill-1");
		agent("decode-1");
		agent("decode-2");
		prefill.connect("decode-1");
		prefill.connect("decode-2").disconnect();
		await().until(() -> prefill.peers().size() == 1);
		prefill.addPeerListener(this.recorder);
		await().untilAsserted(() -> assertThat(this.recorder.events).containsExactly("joined decode-1 by memory"));
	}

	@Test
	void whoWasTakenOffHearsNothingMore() {
		NixlAgent prefill = agent("prefill-1");
		agent("decode-1");
		Recorder other = new Recorder();
		prefill.addPeerListener(this.recorder);
		prefill.addPeerListener(other);
		NixlPeer peer = prefill.connect("decode-1");
		await().until(() -> other.events.size() == 1);
		prefill.removePeerListener(this.recorder);
		peer.disconnect();
		await().until(() -> other.events.size() == 2);
		assertThat(this.recorder.events).containsExactly("joined decode-1 by memory");
	}

	@Test
	void aListenerThatFailsOrBlocksKeepsNothingButEventsBack() throws InterruptedException {
		NixlAgent prefill = agent("prefill-1");
		agent("decode-1");
		CountDownLatch free = new CountDownLatch(1);
		prefill.addPeerListener(new PeerListener() {
			@Override
			public void joined(NixlPeer peer, RouteChange route) {
				try {
					free.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
				throw new IllegalStateException("on purpose");
			}
		});
		prefill.addPeerListener(this.recorder);
		NixlPeer peer = prefill.connect("decode-1");
		assertThat(peer.notify("hello".getBytes())).succeedsWithin(Duration.ofSeconds(10));
		assertThat(this.recorder.events).isEmpty();
		free.countDown();
		await().untilAsserted(() -> assertThat(this.recorder.events).containsExactly("joined decode-1 by memory"));
	}

	@Test
	void aWorseRouteSaysWhyItIsNotABetterOne() {
		NixlAgent prefill = agent("prefill-1", new TcpRouteProvider());
		NixlAgent decode = agent("decode-1", new LocalRouteProvider(), new TcpRouteProvider());
		decode.addPeerListener(this.recorder);
		prefill.connect("decode-1");
		await().untilAsserted(() -> assertThat(this.recorder.events).containsExactly("joined prefill-1 by tcp"));
		assertThat(this.recorder.reasons.get(0)).startsWith("memory: ");
	}

	@Test
	void notificationsHaveOneHandlerAtATime() {
		NixlAgent prefill = agent("prefill-1");
		NixlAgent decode = agent("decode-1");
		List<String> first = new CopyOnWriteArrayList<>();
		List<String> second = new CopyOnWriteArrayList<>();
		NotificationHandler handler = (notification) -> first.add(notification.text());
		decode.onNotification(handler);
		decode.onNotification(handler);
		assertThatExceptionOfType(NixlRefusedException.class)
			.isThrownBy(() -> decode.onNotification((notification) -> second.add(notification.text())))
			.withMessageContainingAll("decode-1", "taken already", "onNotification(null)");
		NixlPeer peer = prefill.connect("decode-1");
		peer.notify("one".getBytes()).join();
		await().untilAsserted(() -> assertThat(first).containsExactly("one"));
		decode.onNotification(null);
		peer.notify("two".getBytes()).join();
		decode.onNotification((notification) -> second.add(notification.text()));
		await().untilAsserted(() -> assertThat(second).containsExactly("two"));
		assertThat(first).containsExactly("one");
	}

	/**
	 * Writes down what it hears.
	 */
	private static final class Recorder implements PeerListener {

		private final List<String> events = new CopyOnWriteArrayList<>();

		private final List<String> reasons = new CopyOnWriteArrayList<>();

		private final List<NixlPeer> peers = new CopyOnWriteArrayList<>();

		@Override
		public void joined(NixlPeer peer, RouteChange route) {
			assertThat(route.before()).isNull();
			add(peer, "joined " + peer.engineId() + " by " + route.after(), route.reason());
		}

		@Override
		public void routeChanged(NixlPeer peer, RouteChange change) {
			add(peer, change.before() + " to " + change.after(), change.reason());
		}

		@Override
		public void left(NixlPeer peer, NixlException cause) {
			add(peer, "left " + peer.engineId(), String.valueOf(cause.getMessage()));
		}

		private void add(NixlPeer peer, String event, String reason) {
			this.peers.add(peer);
			this.reasons.add(reason);
			this.events.add(event);
		}

	}

}
