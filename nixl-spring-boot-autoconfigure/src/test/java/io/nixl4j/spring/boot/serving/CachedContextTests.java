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

package io.nixl4j.spring.boot.serving;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.serving.Router;
import io.nixl4j.spring.boot.event.NixlPeerJoined;
import io.nixl4j.spring.boot.event.NixlPeerLeft;
import io.nixl4j.spring.boot.listener.NixlNotificationListener;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestContextManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two test classes with different configurations alternate, so Spring pauses the context
 * of the one and restarts it for its next turn.
 */
class CachedContextTests {

	private static final String ROLES = "data-plane.nixl.serving.roles=router,prefill,decode";

	private static final String LAYERS = "data-plane.nixl.serving.layout.layers=3";

	private static final String HEADS = "data-plane.nixl.serving.layout.heads=2";

	private static final String HEAD_SIZE = "data-plane.nixl.serving.layout.head-size=8";

	private static final String PREFILL = "data-plane.nixl.serving.prefill.blocks=8";

	private static final String DECODE = "data-plane.nixl.serving.decode.blocks=8";

	private static final int ROUNDS = 4;

	@Test
	void contextsThatAlternateServeAndListenEachTime() throws Exception {
		Turn pushing = new Turn(Pushing.class);
		Turn pulling = new Turn(Pulling.class);
		try {
			for (int round = 0; round < ROUNDS; round++) {
				pushing.take(round);
				pulling.take(round);
			}
			assertThat(pushing.context).isNotSameAs(pulling.context);
		}
		finally {
			pushing.end();
			pulling.end();
		}
	}

	/**
	 * A test class, as the test framework runs it again and again.
	 */
	private static final class Turn {

		private final TestContextManager manager;

		private ApplicationContext context;

		private Incarnation incarnation;

		Turn(Class<?> testClass) {
			this.manager = new TestContextManager(testClass);
		}

		void take(int round) throws Exception {
			this.manager.beforeTestClass();
			ApplicationContext current = this.manager.getTestContext().getApplicationContext();
			assertThat(round == 0 || current == this.context).as("one context in all rounds").isTrue();
			this.context = current;
			NixlAgent tier = current.getBean("tier", NixlAgent.class);
			assertThat(tier.incarnation()).isPresent().get().isNotEqualTo(this.incarnation);
			this.incarnation = tier.incarnation().get();
			check(round);
			this.manager.afterTestClass();
		}

		void end() {
			this.manager.getTestContext().markApplicationContextDirty(DirtiesContext.HierarchyMode.EXHAUSTIVE);
		}

		private void check(int round) throws InterruptedException {
			assertThat(Engines.answer(this.context.getBean(Router.class), "request-" + round))
				.isEqualTo(List.of(100, 101, 102, 103, 104));
			assertThat(this.context.getBean(StampingPrefill.class).engine().prefills).hasValue(round + 1);
			Tier listening = this.context.getBean(Tier.class);
			this.context.getBean("nixlRouterAgent", NixlAgent.class)
				.connect("tier")
				.notify(("round " + round).getBytes(StandardCharsets.UTF_8))
				.join();
			assertThat(listening.heard.poll(10, TimeUnit.SECONDS)).isEqualTo("round " + round);
			if (round > 0) {
				assertThat(listening.events.poll(10, TimeUnit.SECONDS)).isEqualTo("left");
			}
			assertThat(listening.events.poll(10, TimeUnit.SECONDS)).isEqualTo("joined");
		}

	}

	@SpringBootTest(classes = Application.class, properties = { "data-plane.nixl.transport=tcp", ROLES, LAYERS, HEADS,
			HEAD_SIZE, PREFILL, DECODE, "data-plane.nixl.serving.decode.transfer-mode=push" })
	static class Pushing {

	}

	@SpringBootTest(classes = Application.class, properties = { ROLES, LAYERS, HEADS, HEAD_SIZE, PREFILL, DECODE,
			"data-plane.nixl.serving.decode.transfer-mode=pull" })
	static class Pulling {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Engines.ForPrefill.class, Engines.ForDecode.class, Tier.class })
	static class Application {

		@Bean
		NixlAgent tier(NixlAgentBuilder builder) {
			return builder.name("tier").build();
		}

	}

	/**
	 * An application's listener.
	 */
	static class Tier {

		private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

		private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

		@NixlNotificationListener(agent = "tier")
		void listen(String payload) {
			this.heard.add(payload);
		}

		@EventListener(condition = "event.agentName == 'tier'")
		void joined(NixlPeerJoined event) {
			this.events.add("joined");
		}

		@EventListener(condition = "event.agentName == 'tier'")
		void left(NixlPeerLeft event) {
			this.events.add("left");
		}

	}

}
