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

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.nixl4j.TlsOptions.ClientAuthentication;
import io.nixl4j.TlsOptions.Material;
import io.nixl4j.TlsOptions.Provider;
import io.nixl4j.certificates.TestAuthority;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Agents that encrypt their connections.
 */
class TlsAgentTests {

	private static final int BYTES = 5 << 20;

	private static final TestAuthority AUTHORITY = TestAuthority.create();

	private static Material material(String engineId) {
		return Material.of(AUTHORITY.keys(engineId), AUTHORITY.trust());
	}

	private static NixlAgentBuilder builder(String engineId) {
		return NixlAgent.builder().name(engineId).timeouts(Timeouts.defaults().withConnect(Duration.ofSeconds(30)));
	}

	@ParameterizedTest
	@EnumSource(value = Provider.class, names = { "JDK", "OPENSSL" })
	void writesReadsAndNotificationsGoThroughMutualTls(Provider provider) throws Exception {
		CompletableFuture<Notification> notified = new CompletableFuture<>();
		try (NixlAgent target = builder("target").tls(TlsOptions.mutual(material("target")).withProvider(provider))
			.build();
				NixlAgent initiator = builder("initiator")
					.tls(TlsOptions.mutual(material("initiator")).withProvider(provider))
					.build()) {
			MemoryRegion memory = target.allocate("memory", 2 * BYTES, MemoryType.DRAM, Permissions.READ_WRITE);
			target.onNotification(notified::complete);
			target.start();
			target.publish();
			MemoryRegion source = initiator.allocate("source", BYTES, MemoryType.DRAM, Permissions.READ_WRITE);
			MemoryRegion back = initiator.allocate("back", BYTES, MemoryType.DRAM, Permissions.READ_WRITE);
			fill(source.buffer(0, BYTES));
			initiator.start();
			NixlPeer peer = initiator.connect("127.0.0.1", target.port());
			peer.write(source.blocks(BYTES, 0), peer.region("memory").blocks(BYTES, 1))
				.notification("moved")
				.submit()
				.result()
				.get(30, TimeUnit.SECONDS);
			assertThat(notified.get(30, TimeUnit.SECONDS).text()).isEqualTo("moved");
			assertThat(memory.buffer(BYTES, BYTES)).isEqualTo(source.buffer(0, BYTES));
			peer.read(back.blocks(BYTES, 0), peer.region("memory").blocks(BYTES, 1))
				.submit()
				.result()
				.get(30, TimeUnit.SECONDS);
			assertThat(back.buffer(0, BYTES)).isEqualTo(source.buffer(0, BYTES));
		}
	}

	private static void fill(ByteBuffer buffer) {
		for (int i = 0; buffer.remaining() >= Integer.BYTES; i++) {
			buffer.putInt(i * 0x9e3779b9);
		}
	}

	@Test
	void anAgentIsNotTakenForAnotherEngine() {
		try (NixlAgent target = builder("target").tls(TlsOptions.mutual(material("target"))).build();
				NixlAgent impostor = builder("prefill-1").tls(TlsOptions.mutual(material("prefill-2"))).build()) {
			target.start();
			target.publish();
			impostor.start();
			assertThatExceptionOfType(NixlException.class)
				.isThrownBy(() -> impostor.connect("127.0.0.1", target.port()))
				.withMessageContaining("does not name it")
				.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.REFUSED));
			assertThat(target.peers()).isEmpty();
		}
	}

	@Test
	void newKeysAreTakenWithoutARestart() {
		TestAuthority next = TestAuthority.create();
		AtomicReference<Material> current = new AtomicReference<>(material("target"));
		try (NixlAgent target = builder("target").tls(TlsOptions.mutual(() -> current.get())).build();
				NixlAgent early = builder("early").tls(TlsOptions.mutual(material("early"))).build();
				NixlAgent late = builder("late").tls(TlsOptions.mutual(Material.of(next.keys("late"), next.trust())))
					.build()) {
			target.start();
			target.publish();
			early.start();
			early.connect("127.0.0.1", target.port());
			current.set(Material.of(next.keys("target"), next.trust()));
			late.start();
			late.connect("127.0.0.1", target.port());
			assertThat(target.peers()).hasSize(2);
		}
	}

	@Test
	void keysThatCannotBeUsedFailTheStart() {
		Material broken = new Material(AUTHORITY.keys("target"), AUTHORITY.trust(), java.util.List.of("SSLv0"),
				java.util.List.of());
		try (NixlAgent target = builder("target").tls(TlsOptions.mutual(broken).withProvider(Provider.JDK)).build()) {
			assertThatExceptionOfType(NixlException.class).isThrownBy(target::start).withMessageContaining("tcp.ssl");
		}
	}

	@Test
	void optionsShowNoKeys() {
		TlsOptions options = TlsOptions.mutual(material("a")).withClientAuthentication(ClientAuthentication.WANT);
		assertThat(options.toString()).isEqualTo("TlsOptions[AUTO, client authentication WANT, ENGINE_ID]");
		assertThat(material("a").toString()).isEqualTo("Material[hidden]");
	}

}
