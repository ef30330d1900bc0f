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

package io.nixl4j.spring.boot;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.nixl4j.InProcessNetwork;
import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.NixlPeer;
import io.nixl4j.Transfer;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.route.local.LocalRouteProvider;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How agents live with their application.
 */
@ExtendWith(OutputCaptureExtension.class)
class LifecycleTests {

	private static final int SIZE = 4096;

	@Test
	void aStartIsOneLineThatSaysWhatThereIs(CapturedOutput output) {
		try (ConfigurableApplicationContext context = TestApplication.run(List.of(), "spring.config.name=seed",
				"data-plane.nixl.agent-name=left", "data-plane.nixl.engine-id=decode-1")) {
			int port = context.getBean(NixlAgent.class).port();
			assertThat(output.toString().lines().filter((line) -> line.contains("Started agent"))).singleElement()
				.asString()
				.contains("INFO", "agent left of engine decode-1", "routes [memory, tcp]",
						"store InMemoryNixlMetadataStore", "port " + port, "RDMA interface ib0 (not used");
		}
	}

	@Test
	void phasesEncloseWhatUsesAgents() {
		assertThat(NixlAgentLifecycle.PHASE).isEqualTo(SmartLifecycle.DEFAULT_PHASE - 4096);
		assertThat(NixlPublication.PHASE).isEqualTo(SmartLifecycle.DEFAULT_PHASE);
	}

	@Test
	void aStopWithdrawsThenDrainsThenClosesSocketsThenTheStore() {
		ConfigurableApplicationContext context = TestApplication.run(List.of(HeldTransfers.class));
		HeldTransfers held = context.getBean(HeldTransfers.class);
		held.events.clear();
		try (NixlAgent outsider = outsider(context.getBean(InProcessNetwork.class))) {
			Transfer transfer = held.write(outsider.engineId());
			CompletableFuture<Void> closing = CompletableFuture.runAsync(context::close);
			try {
				// The other agent has nothing to wait for.
				Awaitility.await().until(() -> held.events.contains("decode-1 closed"));
				assertThat(held.events).containsExactly("withdrawn", "withdrawn", "decode-1 closed");
				assertThat(held.worker.running).isFalse();
				assertThat(closing).isNotDone();
				assertThat(transfer.result()).isNotDone();
				assertThat(held.accepts()).isTrue();
			}
			finally {
				held.route.release();
			}
			assertThat(transfer.result()).succeedsWithin(Duration.ofSeconds(10));
			assertThat(closing).succeedsWithin(Duration.ofSeconds(10));
		}
		assertThat(held.events).containsExactly("withdrawn", "withdrawn", "decode-1 closed", "prefill-1 closed",
				"store closed, sockets closed");
		assertThat(held.source.isOpen()).isFalse();
	}

	/** A peer that is not stopped with the application. */
	private static NixlAgent outsider(InProcessNetwork network) {
		NixlAgent agent = NixlAgent.builder()
			.name("outsider")
			.tcp(null)
			.network(network)
			.routes(List.of(new LocalRouteProvider()))
			.build();
		agent.allocate("kv", SIZE, MemoryType.DRAM, Permissions.READ_WRITE);
		agent.start();
		agent.publish();
		return agent;
	}

	@Test
	void whatUsesAgentsStartsAfterThemAndStopsBeforeTheyDo() {
		ConfigurableApplicationContext context = TestApplication.run(List.of(HeldTransfers.class));
		HeldTransfers held = context.getBean(HeldTransfers.class);
		assertThat(held.worker.portAtStart).isPositive();
		context.close();
		assertThat(held.worker.portAtStop).isEqualTo(held.worker.portAtStart);
	}

	@ParameterizedTest
	@EnumSource
	void aRestartIsANewIncarnationWithTheSameRegions(Pause pause) throws InterruptedException {
		try (ConfigurableApplicationContext context = TestApplication.run(List.of(HeldTransfers.class))) {
			HeldTransfers held = context.getBean(HeldTransfers.class);
			NixlMetadataStore store = context.getBean(NixlMetadataStore.class);
			Incarnation before = held.decode.incarnation().orElseThrow();
			long address = held.target.address();
			pause.stop.accept(context);
			assertThat(held.decode.incarnation()).isEmpty();
			assertThat(held.decode.port()).isEqualTo(-1);
			assertThat(store.list()).isEmpty();
			assertThat(held.target.isOpen()).isTrue();
			Awaitility.await().untilAsserted(() -> assertThat(TestThreads.named("nixl-keep-alive")).isEmpty());
			pause.start.accept(context);
			assertThat(held.decode.incarnation()).isPresent().get().isNotEqualTo(before);
			assertThat(store.find("decode-1")).get()
				.extracting((card) -> card.memoryDescriptors().get("kv").address())
				.isEqualTo(address);
			ByteBuffer target = held.target.buffer(0, SIZE);
			target.put(0, (byte) 0);
			Transfer transfer = held.write("decode-1");
			held.route.release();
			transfer.await();
			assertThat(target.get(0)).isEqualTo((byte) 7);
		}
	}

	@Test
	void aRestartPublishesAfterEverythingElseHasStarted() {
		try (ConfigurableApplicationContext context = TestApplication.run(List.of(HeldTransfers.class))) {
			HeldTransfers held = context.getBean(HeldTransfers.class);
			context.stop();
			held.events.clear();
			context.start();
			assertThat(held.events).containsExactly("worker started", "published", "published");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "prefill", "decode" })
	void aFailedStartLeavesNoThread(String taken) throws IOException {
		try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			String output = StartFailure.of(List.of(TwoAgents.class), "port." + taken + "=" + other.getLocalPort());
			assertThat(output).contains("Agent '" + taken, String.valueOf(other.getLocalPort()));
		}
		awaitNoThreads();
	}

	@Test
	void aStartThatFailsAfterTheAgentsLeavesNoThread() {
		assertThat(StartFailure.of(List.of(TwoAgents.class, FailsLast.class))).contains("fails last");
		awaitNoThreads();
	}

	@Test
	void anEndLeavesNoThread() {
		ConfigurableApplicationContext context = TestApplication.run(List.of(TwoAgents.class));
		assertThat(TestThreads.named("nixl-keep-alive")).hasSize(1);
		context.close();
		awaitNoThreads();
	}

	private static void awaitNoThreads() {
		// The cleaner serves the whole JVM.
		Awaitility.await()
			.untilAsserted(() -> assertThat(TestThreads.named("nixl-")).isSubsetOf("nixl-memory-cleaner"));
	}

	/**
	 * The two ways of stopping a context that is started again.
	 */
	enum Pause {

		STOP(ConfigurableApplicationContext::stop, ConfigurableApplicationContext::start),

		PAUSE(ConfigurableApplicationContext::pause, ConfigurableApplicationContext::restart);

		private final Consumer<ConfigurableApplicationContext> stop;

		private final Consumer<ConfigurableApplicationContext> start;

		Pause(Consumer<ConfigurableApplicationContext> stop, Consumer<ConfigurableApplicationContext> start) {
			this.stop = stop;
			this.start = start;
		}

	}

	/**
	 * Two agents whose transfers move when the test says so.
	 */
	@Configuration(proxyBeanMethods = false)
	static class HeldTransfers {

		private final List<String> events = new CopyOnWriteArrayList<>();

		private final HeldRouteProvider route = new HeldRouteProvider((agent) -> this.events.add(agent + " closed"));

		private final NixlMetadataStore store = new RecordingStore(this::stored);

		private NixlAgent prefill;

		private NixlAgent decode;

		private MemoryRegion source;

		private MemoryRegion target;

		private Worker worker;

		private int port;

		@Bean
		NixlMetadataStore store() {
			return this.store;
		}

		@Bean
		NixlAgentBuilderCustomizer held() {
			return (builder) -> builder.routes(List.of(this.route));
		}

		@Bean
		NixlAgent prefill(NixlAgentBuilder builder) {
			this.prefill = builder.name("prefill-1").build();
			this.source = this.prefill.allocate("source", SIZE, MemoryType.DRAM, Permissions.READ);
			this.source.buffer(0, SIZE).put(0, (byte) 7);
			return this.prefill;
		}

		@Bean
		NixlAgent decode(NixlAgentBuilder builder) {
			this.decode = builder.name("decode-1").build();
			this.target = this.decode.allocate("kv", SIZE, MemoryType.DRAM, Permissions.READ_WRITE);
			return this.decode;
		}

		@Bean
		Worker worker() {
			this.worker = new Worker(this);
			return this.worker;
		}

		Transfer write(String engine) {
			NixlPeer peer = this.prefill.connect(engine);
			Transfer transfer = peer.write(this.source.all(), peer.region("kv").all()).submit();
			Awaitility.await().until(() -> this.route.held() == 1);
			this.port = this.prefill.port();
			return transfer;
		}

		boolean accepts() {
			try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
				return socket.isConnected();
			}
			catch (IOException ex) {
				return false;
			}
		}

		private void stored(String event) {
			boolean closed = event.equals("store closed");
			this.events.add((closed && !accepts()) ? "store closed, sockets closed" : event);
		}

	}

	/**
	 * What uses agents, as an application's own threads do.
	 */
	static final class Worker implements SmartLifecycle {

		private final HeldTransfers held;

		private volatile boolean running;

		private volatile int portAtStart;

		private volatile int portAtStop;

		Worker(HeldTransfers held) {
			this.held = held;
		}

		@Override
		public void start() {
			this.portAtStart = this.held.decode.port();
			this.held.events.add("worker started");
			this.running = true;
		}

		@Override
		public void stop() {
			this.portAtStop = this.held.decode.port();
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return DEFAULT_PHASE - 2048;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoAgents {

		@Bean
		NixlAgent prefill(NixlAgentBuilder builder, Environment environment) {
			return builder.name("prefill-1").port(environment.getProperty("port.prefill", Integer.class, 0)).build();
		}

		@Bean
		NixlAgent decode(NixlAgentBuilder builder, Environment environment) {
			return builder.name("decode-1").port(environment.getProperty("port.decode", Integer.class, 0)).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FailsLast {

		@Bean
		SmartLifecycle failing() {
			return new SmartLifecycle() {

				@Override
				public void start() {
					throw new IllegalStateException("fails last");
				}

				@Override
				public void stop() {
				}

				@Override
				public boolean isRunning() {
					return false;
				}

			};
		}

	}

}
