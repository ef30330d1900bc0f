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

package io.nixl4j.spring.boot.event;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.RouteChange;
import io.nixl4j.memory.NixlError;
import io.nixl4j.spring.boot.support.TwoAgents;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Application events about peers.
 */
class NixlEventTests {

	private final ApplicationContextRunner contextRunner = TwoAgents.runner(NixlEventAutoConfiguration.class)
		.withUserConfiguration(Ears.class);

	@Test
	void bothAgentsTellOfAPeerThatJoinsAndLeaves() {
		this.contextRunner.run((context) -> {
			TwoAgents.ready(context);
			NixlPeer peer = TwoAgents.connect(context);
			Ears ears = context.getBean(Ears.class);
			Awaitility.await().until(() -> ears.joined.size() == 2);
			NixlPeerJoined joined = ears.joined.stream()
				.filter((event) -> event.getAgentName().equals("left"))
				.findFirst()
				.orElseThrow();
			assertThat(joined.getAgent()).isSameAs(context.getBean("left"));
			assertThat(joined.getSource()).isSameAs(context.getBean("left"));
			assertThat(joined.getEngineId()).isEqualTo("right");
			assertThat(joined.getIncarnation()).isEqualTo(peer.incarnation());
			assertThat(joined.getRoute()).isEqualTo("tcp");
			assertThat(joined.getReason()).isEqualTo("tcp is the preferred route");
			assertThat(joined.getPeer().isConnected()).isTrue();
			peer.disconnect();
			Awaitility.await().until(() -> ears.left.size() == 2);
			NixlPeerLeft left = ears.left.stream()
				.filter((event) -> event.getAgentName().equals("left"))
				.findFirst()
				.orElseThrow();
			assertThat(left.getPeer()).isSameAs(joined.getPeer());
			assertThat(left.getRoute()).isEqualTo("tcp");
			assertThat(left.getReason()).isEqualTo("The session was ended at this end");
			assertThat(left.getCause()).hasMessage(left.getReason());
			assertThat(ears.all).hasSize(4);
			assertThat(joined).asString()
				.isEqualTo("NixlPeerJoined[agent left, peer right, route tcp: tcp is the preferred route]");
		});
	}

	@Test
	void aChangeOfTheRouteIsPublishedWithBothRoutes() {
		this.contextRunner.run((context) -> {
			TwoAgents.ready(context);
			NixlAgent agent = context.getBean("left", NixlAgent.class);
			NixlPeer peer = TwoAgents.connect(context);
			List<NixlRouteChanged> events = new CopyOnWriteArrayList<>();
			List<AgentEvents> ended = new CopyOnWriteArrayList<>();
			AgentEvents listener = new AgentEvents("left", agent, (event) -> {
				if (event instanceof NixlRouteChanged changed) {
					events.add(changed);
				}
			}, ended::add);
			listener.joined(peer, new RouteChange(null, "tcp", "the only one"));
			listener.routeChanged(peer, new RouteChange("tcp", null, "tcp: no connection is open"));
			listener.routeChanged(peer, new RouteChange(null, "tcp", "tcp is the preferred route"));
			assertThat(listener.hasPeers()).isTrue();
			assertThat(events).extracting(NixlRouteChanged::getPreviousRoute).containsExactly("tcp", null);
			assertThat(events).extracting(NixlPeerEvent::getRoute).containsExactly(null, "tcp");
			assertThat(events.get(0).getReason()).isEqualTo("tcp: no connection is open");
			listener.left(peer, NixlError.PEER_LOST.exception("gone"));
			assertThat(listener.hasPeers()).isFalse();
			assertThat(ended).containsExactly(listener);
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aStopEndsWithTheLastPeerThatHasLeft(boolean pauses) {
		this.contextRunner.run((context) -> {
			ConfigurableApplicationContext application = context.getSourceApplicationContext();
			Ears ears = context.getBean(Ears.class);
			TwoAgents.ready(context);
			TwoAgents.connect(context);
			Awaitility.await().until(() -> ears.joined.size() == 2);
			if (pauses) {
				application.pause();
			}
			else {
				application.stop();
			}
			assertThat(ears.left).hasSize(2);
			ears.clear();
			if (pauses) {
				application.restart();
			}
			else {
				application.start();
			}
			TwoAgents.connect(context);
			Awaitility.await().until(() -> ears.joined.size() == 2);
			application.close();
			assertThat(ears.left).hasSize(2);
			assertThat(ears.all).hasSize(4);
		});
	}

	@Test
	void aListenerThatBlocksDoesNotKeepTheApplicationFromEnding() {
		this.contextRunner.withUserConfiguration(Slow.class).run((context) -> {
			TwoAgents.ready(context);
			TwoAgents.connect(context);
			Ears ears = context.getBean(Ears.class);
			Awaitility.await().until(() -> ears.joined.size() == 2);
			NixlAgent agent = context.getBean("left", NixlAgent.class);
			context.getSourceApplicationContext().close();
			assertThat(agent.incarnation()).isEmpty();
		});
	}

	@Test
	void phasesEncloseThoseOfAgents() {
		assertThat(PeerEventPublisher.PHASE).isEqualTo(SmartLifecycle.DEFAULT_PHASE - 4097);
	}

	@Test
	void withoutAgentsThereIsNoPublisher() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(NixlEventAutoConfiguration.class))
			.withPropertyValues("data-plane.nixl.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(PeerEventPublisher.class));
	}

	/**
	 * Hears everything.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Ears {

		private final List<NixlPeerEvent> all = new CopyOnWriteArrayList<>();

		private final List<NixlPeerJoined> joined = new CopyOnWriteArrayList<>();

		private final List<NixlPeerLeft> left = new CopyOnWriteArrayList<>();

		@EventListener
		void any(NixlPeerEvent event) {
			this.all.add(event);
		}

		@EventListener
		void left(NixlPeerLeft event) {
			this.left.add(event);
		}

		@Bean
		ApplicationListener<NixlPeerJoined> joinedListener() {
			return this.joined::add;
		}

		private void clear() {
			this.all.clear();
			this.joined.clear();
			this.left.clear();
		}

	}

	/**
	 * Does not return before it is interrupted.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Slow {

		@EventListener
		void left(NixlPeerLeft event) throws InterruptedException {
			new CountDownLatch(1).await(5, TimeUnit.SECONDS);
		}

	}

}
