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

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Set;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.NixlPeer;
import io.nixl4j.TcpOptions;
import io.nixl4j.Transfer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.Permissions;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.spring.boot.NixlAgentBuilderCustomizer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that is configured for production, whose agents use no sockets in a
 * test.
 */
@SpringBootTest(properties = { "spring.application.name=gateway", "data-plane.nixl.engine-id=gateway-1",
		"data-plane.nixl.enabled=false", "data-plane.nixl.transport=native", "data-plane.nixl.fallback=none",
		"data-plane.nixl.rdma-interface=ib0", "data-plane.nixl.tcp.port=1",
		"data-plane.nixl.peers.decode-1=192.0.2.1:18515", "data-plane.nixl.timeouts.transfer=100ms" })
@AutoConfigureTestNixl
class AutoConfigureTestNixlTests {

	private static final int SIZE = 4096;

	private static final Set<String> BEFORE = OpenSockets.now();

	@Autowired
	private ApplicationContext context;

	@Autowired
	private NixlAgent agent;

	@Autowired
	@Qualifier("decode")
	private NixlAgent decode;

	@Autowired
	private NixlFaults faults;

	@Autowired
	private NixlMetadataStore store;

	@Test
	void agentsOfTheContextMeetInsideTheProcess() {
		assertThat(this.agent.engineId()).isEqualTo("gateway-1");
		assertThat(this.context.getBeansOfType(NixlAgent.class)).hasSize(3).allSatisfy((name, bean) -> {
			assertThat(bean.port()).isEqualTo(-1);
			assertThat(bean.routes()).containsExactly("memory");
		});
		MemoryRegion source = this.agent.allocate("source", SIZE, MemoryType.DRAM, Permissions.READ_WRITE);
		MemoryRegion target = this.decode.allocate("target", SIZE, MemoryType.DRAM, Permissions.READ_WRITE);
		FaultyAgents.stamp(source, 0, SIZE, 7);
		// Not where the configuration says that it is.
		NixlPeer peer = this.agent.connect("decode-1");
		FaultyAgents
			.get(peer.write(source.all(), peer.region("target").all()).timeout(FaultyAgents.LONG).submit().result());
		assertThat(FaultyAgents.isStamped(target, 0, SIZE, 7)).isTrue();
		assertThat(this.decode.connect("gateway-1").isConnected()).isTrue();
		source.close();
		target.close();
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void noSocketIsOpen() throws IOException {
		assertThat(OpenSockets.now()).isEqualTo(BEFORE);
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			assertThat(OpenSockets.now()).as("with port %s", socket.getLocalPort()).hasSize(BEFORE.size() + 1);
		}
	}

	@Test
	void storeInMemoryTakesThePlaceOfTheApplicationsOwn() {
		assertThat(this.store).isInstanceOf(InMemoryNixlMetadataStore.class);
		NixlMetadataStore own = this.context.getBean("ownStore", NixlMetadataStore.class);
		assertThat(own).isNotSameAs(this.store);
		assertThat(own.list()).isEmpty();
		assertThat(this.store.list()).extracting("engineId").contains("gateway-1", "decode-1");
	}

	@Test
	void beanThatIsAnAgentRestartsByItsEngineId() {
		NixlPeer before = this.agent.connect("decode-1");
		this.faults.restart("decode-1");
		FaultyAgents.soon().until(() -> !before.isConnected());
		assertThat(this.agent.connect("decode-1").incarnation()).isNotEqualTo(before.incarnation());
	}

	@Test
	void otherKeysOfTheConfigurationHold() {
		MemoryRegion source = this.agent.allocate("short", SIZE, MemoryType.DRAM, Permissions.READ_WRITE);
		MemoryRegion target = this.decode.allocate("short", SIZE, MemoryType.DRAM, Permissions.READ_WRITE);
		this.faults.between("gateway-1", "decode-1").delay(Duration.ofDays(1));
		NixlPeer peer = this.agent.connect("decode-1");
		FaultyAgents.soon().until(() -> peer.regions().stream().anyMatch((region) -> region.name().equals("short")));
		Transfer write = peer.write(source.all(), peer.region("short").all()).submit();
		assertThat(FaultyAgents.failureOf(write)).isEqualTo(NixlError.TIMED_OUT);
		this.faults.clear();
		FaultyAgents.awaitStill(write);
		source.close();
		target.close();
	}

	@BeforeAll
	@AfterAll
	static void noThreadOfASocketIsThere() {
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.noneMatch((name) -> name.startsWith("nixl-") && name.contains("loop"));
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

		@Bean
		NixlMetadataStore ownStore() {
			return new InMemoryNixlMetadataStore();
		}

		@Bean
		NixlAgentBuilderCustomizer ownSockets() {
			return (builder) -> builder.tcp(TcpOptions.defaults());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Peers {

		@Bean(defaultCandidate = false)
		NixlAgent decode(NixlAgentBuilder builder) {
			return builder.name("decode-1").build();
		}

		@Bean(defaultCandidate = false)
		NixlAgent prefill(NixlAgentBuilder builder) {
			return builder.build();
		}

	}

}
