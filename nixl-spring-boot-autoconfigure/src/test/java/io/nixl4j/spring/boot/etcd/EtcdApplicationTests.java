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

package io.nixl4j.spring.boot.etcd;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.pkitesting.X509Bundle;
import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.certificates.TestAuthority;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.metadata.NixlMetadataStoreException;
import io.nixl4j.metadata.etcd.EtcdNixlMetadataStore;
import io.nixl4j.metadata.etcd.EtcdProcess;
import io.nixl4j.metadata.etcd.EtcdServerTls;
import io.nixl4j.spring.boot.TestApplication;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.pem.PemSslStore;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Applications whose agents find each other by a real etcd and nothing else.
 */
@Tag("etcd")
class EtcdApplicationTests {

	private static final String KEY = "data-plane.nixl.metadata.etcd.";

	private static final int SIZE = 4096;

	private static EtcdProcess etcd;

	@BeforeAll
	static void start() {
		etcd = EtcdProcess.start();
	}

	@AfterAll
	static void stop() {
		etcd.close();
	}

	@Test
	void twoApplicationsOfOneProcessFindEachOtherAndLeaveNothingBehind() throws InterruptedException {
		try (ConfigurableApplicationContext prefill = run("prefill-1", "two");
				ConfigurableApplicationContext decode = run("decode-1", "two")) {
			assertThat(prefill.getBean(NixlMetadataStore.class)).isInstanceOf(EtcdNixlMetadataStore.class)
				.isNotSameAs(decode.getBean(NixlMetadataStore.class));
			assertThat(etcd.keys("two/")).containsExactly("two/nixl_metadata/decode-1", "two/nixl_metadata/prefill-1");
			await().until(() -> engines(prefill).contains("decode-1"));
			write(prefill, decode);
		}
		assertThat(etcd.keys("two/")).isEmpty();
		assertThat(etcd.ctl("lease", "list")).contains("found 0 leases");
	}

	@Test
	void anotherNamespaceIsAnotherWorld() {
		try (ConfigurableApplicationContext left = run("left", "one-world");
				ConfigurableApplicationContext right = run("right", "other-world")) {
			assertThat(engines(left)).containsExactly("left");
			assertThat(engines(right)).containsExactly("right");
		}
	}

	@Test
	void aContextThatIsPausedOrStoppedIsNotFoundUntilItRunsAgain() throws InterruptedException {
		try (ConfigurableApplicationContext prefill = run("prefill-1", "pause");
				ConfigurableApplicationContext decode = run("decode-1", "pause")) {
			NixlAgent agent = decode.getBean(NixlAgent.class);
			Incarnation first = agent.incarnation().orElseThrow();
			decode.pause();
			await().untilAsserted(() -> assertThat(engines(prefill)).containsExactly("prefill-1"));
			decode.restart();
			await().untilAsserted(() -> assertThat(engines(prefill)).containsExactly("decode-1", "prefill-1"));
			decode.stop();
			await().untilAsserted(() -> assertThat(engines(prefill)).containsExactly("prefill-1"));
			decode.start();
			await()
				.untilAsserted(() -> assertThat(incarnation(prefill, "decode-1")).isEqualTo(agent.incarnation().get())
					.isNotEqualTo(first));
			write(prefill, decode);
		}
	}

	@Test
	void anEtcdThatComesBackHasTheAgentsAgain() {
		try (EtcdProcess other = EtcdProcess.start();
				ConfigurableApplicationContext context = run(other, "left", "back",
						"data-plane.nixl.metadata.etcd.lease-time=2s")) {
			other.kill();
			assertThat(engines(context)).containsExactly("left");
			other.wipe();
			other.restart();
			await().untilAsserted(() -> assertThat(other.keys("back/")).containsExactly("back/nixl_metadata/left"));
		}
	}

	@Test
	void anApplicationThatDoesNotFailFastIsPublishedWhenEtcdIsThere() {
		try (EtcdProcess other = EtcdProcess.start()) {
			other.kill();
			try (ConfigurableApplicationContext context = run(other, "left", "late", KEY + "fail-fast=false",
					KEY + "request-timeout=500ms")) {
				assertThat(context.getBean(NixlAgent.class).incarnation()).isPresent();
				other.restart();
				await().untilAsserted(() -> assertThat(other.keys("late/")).containsExactly("late/nixl_metadata/left"));
			}
			assertThat(other.keys("late/")).isEmpty();
		}
	}

	@Test
	void aUserWhoMayIsEnough() {
		try (EtcdProcess other = EtcdProcess.start()) {
			other.addUser("worker", "sesame", "default/");
			other.enableAuth("root-sesame");
			try (ConfigurableApplicationContext context = run(other, "left", "default", KEY + "username=worker",
					KEY + "password=sesame")) {
				assertThat(other.keys("default/")).containsExactly("default/nixl_metadata/left");
				assertThat(engines(context)).containsExactly("left");
			}
		}
	}

	@Test
	void connectionsAreEncryptedByTheBundleAndByItsUpdates() {
		TestAuthority authority = TestAuthority.create();
		X509Bundle own = authority.issue("worker", (builder) -> builder);
		try (EtcdProcess other = EtcdProcess.start(EtcdServerTls.mutual(authority));
				ConfigurableApplicationContext context = run(other, "left", "default", KEY + "ssl.bundle=etcd",
						"spring.ssl.bundle.pem.etcd.truststore.certificate=" + authority.pem(),
						"spring.ssl.bundle.pem.etcd.keystore.certificate=" + own.getCertificatePathPEM(),
						"spring.ssl.bundle.pem.etcd.keystore.private-key=" + own.getPrivateKeyPEM())) {
			assertThat(other.keys("default/")).containsExactly("default/nixl_metadata/left");
			EtcdNixlMetadataStore store = context.getBean(EtcdNixlMetadataStore.class);
			SslBundleRegistry bundles = context.getBean(SslBundleRegistry.class);
			bundles.updateBundle("etcd", bundle(own, TestAuthority.create()));
			await().untilAsserted(
					() -> assertThatExceptionOfType(NixlMetadataStoreException.class).isThrownBy(store::check));
			bundles.updateBundle("etcd", bundle(authority.issue("worker", (builder) -> builder), authority));
			await().untilAsserted(store::check);
			assertThat(other.keys("default/")).containsExactly("default/nixl_metadata/left");
		}
	}

	@Test
	void theClientIsTheApplicationsToChange() {
		try (ConfigurableApplicationContext context = run(etcd, "left", "custom", List.of(Counting.class))) {
			assertThat(context.getBean(Counting.class).clients).isNotEmpty();
			assertThat(etcd.keys("custom/")).containsExactly("custom/nixl_metadata/left");
		}
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(20, TimeUnit.SECONDS);
	}

	private static List<String> engines(ConfigurableApplicationContext context) {
		return context.getBean(NixlMetadataStore.class).list().stream().map(NixlMetadata::engineId).toList();
	}

	private static Incarnation incarnation(ConfigurableApplicationContext context, String engine) {
		return context.getBean(NixlMetadataStore.class).get(engine).additions().incarnation();
	}

	private static void write(ConfigurableApplicationContext from, ConfigurableApplicationContext to)
			throws InterruptedException {
		MemoryRegion source = from.getBean(NixlAgent.class).allocate("source", SIZE, MemoryType.DRAM, Permissions.READ);
		MemoryRegion target = to.getBean(NixlAgent.class).allocate("kv", SIZE, MemoryType.DRAM, Permissions.READ_WRITE);
		for (int i = 0; i < SIZE; i++) {
			source.buffer(0, SIZE).put(i, (byte) (i * 31));
		}
		NixlPeer peer = from.getBean(NixlAgent.class).connect(to.getBean(NixlAgent.class).engineId());
		peer.write(source.all(), peer.region("kv").all()).submit().await();
		assertThat(target.buffer(0, SIZE)).isEqualTo(source.buffer(0, SIZE));
	}

	private static SslBundle bundle(X509Bundle own, TestAuthority trusted) {
		return SslBundle.of(new PemSslStoreBundle(
				PemSslStore.load(PemSslStoreDetails.forCertificate(own.getCertificatePathPEM())
					.withPrivateKey(own.getPrivateKeyPEM())),
				PemSslStore.load(PemSslStoreDetails.forCertificate(trusted.pem()))));
	}

	private static ConfigurableApplicationContext run(String engine, String namespace) {
		return run(etcd, engine, namespace);
	}

	private static ConfigurableApplicationContext run(EtcdProcess server, String engine, String namespace,
			String... properties) {
		return run(server, engine, namespace, List.of(), properties);
	}

	private static ConfigurableApplicationContext run(EtcdProcess server, String engine, String namespace,
			List<Class<?>> configuration, String... properties) {
		List<String> all = new ArrayList<>(List.of(properties));
		all.add(KEY + "endpoints=" + server.url());
		all.add("data-plane.nixl.namespace=" + namespace);
		all.add("data-plane.nixl.agent-name=" + engine);
		return TestApplication.run(configuration, all.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	static class Counting {

		private final List<Object> clients = new ArrayList<>();

		@Bean
		NixlEtcdClientCustomizer counting() {
			return this.clients::add;
		}

	}

}
