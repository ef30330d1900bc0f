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

package io.nixl4j.spring.boot.test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.NixlPeer;
import io.nixl4j.spring.boot.event.NixlPeerEvent;
import io.nixl4j.spring.boot.listener.NixlNotificationListener;
import io.nixl4j.spring.boot.listener.NotificationSender;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that listens sees faults as it would in production, and its listeners
 * belong to its own agent although there are peers beside it.
 */
@SpringBootTest(properties = { "data-plane.nixl.engine-id=gateway", "data-plane.nixl.timeouts.peer=2s" })
@AutoConfigureTestNixl
class ListenersAndEventsTests {

	@Autowired
	private NixlAgent agent;

	@Autowired
	@Qualifier("decode")
	private NixlAgent decode;

	@Autowired
	private NixlFaults faults;

	@Autowired
	private Heard heard;

	private int before;

	@BeforeEach
	void connect() {
		this.decode.connect("gateway");
		// The session may be that of the test before.
		FaultyAgents.soon().until(() -> "NixlPeerJoined".equals(this.heard.lastEvent()));
		this.before = this.heard.events.size();
		this.heard.texts.clear();
	}

	@Test
	void listenerIsThatOfTheApplicationsAgent() {
		FaultyAgents.get(this.decode.connect("gateway").notify("hello".getBytes(UTF_8)));
		FaultyAgents.soon().untilAsserted(() -> assertThat(this.heard.texts).containsExactly("hello of decode"));
	}

	@Test
	void notificationThatIsHeldBackIsHeardOnce() {
		NixlPeer peer = this.decode.connect("gateway");
		this.faults.partition("gateway", "decode");
		CompletableFuture<Void> told = peer.notify("late".getBytes(UTF_8));
		assertThat(this.heard.texts).isEmpty();
		this.faults.heal();
		FaultyAgents.get(told);
		FaultyAgents.soon().untilAsserted(() -> assertThat(this.heard.texts).containsExactly("late of decode"));
		assertThat(events()).isEmpty();
	}

	@Test
	void peerThatRestartsLeavesAndJoins() {
		this.faults.restart("decode");
		this.agent.connect("decode");
		FaultyAgents.soon().untilAsserted(() -> assertThat(events()).containsExactly("NixlPeerLeft", "NixlPeerJoined"));
	}

	@Test
	void peerBeyondAPartitionLeaves() {
		this.faults.partition("gateway", "decode");
		FaultyAgents.soon().untilAsserted(() -> assertThat(events()).containsExactly("NixlPeerLeft"));
	}

	private List<String> events() {
		return this.heard.events.stream().skip(this.before).toList();
	}

	/**
	 * The application.
	 */
	static class Heard {

		private final List<String> texts = new CopyOnWriteArrayList<>();

		private final List<String> events = new CopyOnWriteArrayList<>();

		@NixlNotificationListener
		void text(String text, @NotificationSender String sender) {
			this.texts.add(text + " of " + sender);
		}

		@EventListener(condition = "#event.agent.engineId() == 'gateway'")
		void event(NixlPeerEvent event) {
			this.events.add(event.getClass().getSimpleName());
		}

		String lastEvent() {
			return this.events.isEmpty() ? "" : this.events.get(this.events.size() - 1);
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Heard heard() {
			return new Heard();
		}

	}

	@TestConfiguration
	static class Peers {

		@Bean(defaultCandidate = false)
		NixlAgent decode(NixlAgentBuilder builder) {
			return builder.name("decode").build();
		}

	}

}
