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

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.NixlPeer;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.annotation.DirtiesContext.ClassMode;
import org.springframework.test.context.TestContextManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two contexts that are cached, and alternate as classes of tests do that ask for one or
 * the other: Spring pauses one while the other is used. Their engines have the same ids.
 */
class CachedContextsTests {

	private static final int ROUNDS = 5;

	private static final int SIZE = 4096;

	@Test
	void transfersWorkBehindEachSwitch() throws Exception {
		First first = new First();
		Second second = new Second();
		Set<Incarnation> incarnations = new HashSet<>();
		for (int round = 1; round <= ROUNDS; round++) {
			long word = round;
			try (InUse use = new InUse(first)) {
				use.method(() -> first.transfer(word));
				incarnations.add(first.agent.incarnation().orElseThrow());
				assertThat(second.agent == null || second.agent.incarnation().isEmpty()).as("the second is paused")
					.isTrue();
			}
			try (InUse use = new InUse(second)) {
				use.method(() -> second.transfer(-word));
				incarnations.add(second.agent.incarnation().orElseThrow());
				assertThat(first.agent.incarnation()).as("the first is paused").isEmpty();
			}
			// Each has a network of its own, and regions outlast a pause.
			assertThat(FaultyAgents.isStamped(first.target, 0, SIZE, word)).isTrue();
			assertThat(FaultyAgents.isStamped(second.target, 0, SIZE, -word)).isTrue();
		}
		assertThat(incarnations).hasSize(2 * ROUNDS);
		assertThat(first.agent).isNotSameAs(second.agent);
		assertThat(first.faults).isNotSameAs(second.faults);
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void noneOfThemOpensASocket() throws Exception {
		Set<String> before = OpenSockets.now();
		for (Contents contents : List.of(new First(), new Second())) {
			try (InUse use = new InUse(contents)) {
				use.method(() -> assertThat(OpenSockets.now()).isEqualTo(before));
			}
		}
	}

	@Test
	void faultsEndWithTheirTestMethod() throws Exception {
		First first = new First();
		try (InUse use = new InUse(first)) {
			use.method(() -> first.faults.partition("gateway", "decode").everywhere().failNext().lateBytesNext());
			use.method(() -> first.transfer(1));
		}
	}

	@Test
	void contextThatIsClosedBehindItsMethodWaitsForNothingThatIsHeldBack() throws Exception {
		Dirty dirty = new Dirty();
		try (InUse use = new InUse(dirty)) {
			use.method(() -> {
				NixlPeer peer = dirty.agent.connect("decode");
				dirty.faults.partition("gateway", "decode");
				peer.write(dirty.source.all(), peer.region("target").all()).submit();
				assertThat(dirty.faults.heldBack()).isEqualTo(1);
			});
			// It would wait for an hour.
			assertThat(use.isContextOpen()).isFalse();
			assertThat(dirty.agent.incarnation()).isEmpty();
		}
	}

	/**
	 * Something that a test method does.
	 */
	@FunctionalInterface
	private interface Body {

		void run() throws Exception;

	}

	/**
	 * A test class between its beginning and its end, with its context.
	 */
	private static final class InUse implements AutoCloseable {

		private final Contents instance;

		private final TestContextManager manager;

		InUse(Contents instance) throws Exception {
			this.instance = instance;
			this.manager = new TestContextManager(instance.getClass());
			this.manager.beforeTestClass();
			this.manager.prepareTestInstance(instance);
		}

		void method(Body body) throws Exception {
			this.manager.beforeTestMethod(this.instance, Object.class.getMethod("toString"));
			body.run();
			this.manager.afterTestMethod(this.instance, Object.class.getMethod("toString"), null);
		}

		boolean isContextOpen() {
			return this.manager.getTestContext().hasApplicationContext();
		}

		@Override
		public void close() {
			try {
				this.manager.afterTestClass();
			}
			catch (Exception ex) {
				throw new AssertionError(ex);
			}
		}

	}

	/**
	 * What a test class has injected.
	 */
	abstract static class Contents {

		@Autowired
		NixlAgent agent;

		@Autowired
		@Qualifier("decode")
		NixlAgent decode;

		@Autowired
		@Qualifier("source")
		MemoryRegion source;

		@Autowired
		@Qualifier("target")
		MemoryRegion target;

		@Autowired
		NixlFaults faults;

		void transfer(long word) {
			FaultyAgents.stamp(this.source, 0, SIZE, word);
			NixlPeer peer = this.agent.connect("decode");
			FaultyAgents.get(peer.write(this.source.all(), peer.region("target").all()).submit().result());
			assertThat(FaultyAgents.isStamped(this.target, 0, SIZE, word)).isTrue();
		}

	}

	@SpringBootTest(classes = Application.class, properties = "context=first")
	@AutoConfigureTestNixl
	static class First extends Contents {

	}

	@SpringBootTest(classes = Application.class, properties = "context=second")
	@AutoConfigureTestNixl
	static class Second extends Contents {

	}

	@SpringBootTest(classes = Application.class,
			properties = { "context=dirty", "data-plane.nixl.timeouts.drain=1h",
					"data-plane.nixl.timeouts.transfer=1h" })
	@AutoConfigureTestNixl
	@DirtiesContext(classMode = ClassMode.AFTER_EACH_TEST_METHOD)
	static class Dirty extends Contents {

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

		@Bean
		NixlAgent gateway(NixlAgentBuilder builder) {
			return builder.name("gateway").build();
		}

		@Bean(defaultCandidate = false)
		NixlAgent decode(NixlAgentBuilder builder) {
			return builder.name("decode").build();
		}

		@Bean
		MemoryRegion source(NixlAgent gateway) {
			return gateway.allocate("source", SIZE, MemoryType.DRAM, Permissions.READ_WRITE);
		}

		@Bean
		MemoryRegion target(@Qualifier("decode") NixlAgent decode) {
			return decode.allocate("target", SIZE, MemoryType.DRAM, Permissions.READ_WRITE);
		}

	}

}
