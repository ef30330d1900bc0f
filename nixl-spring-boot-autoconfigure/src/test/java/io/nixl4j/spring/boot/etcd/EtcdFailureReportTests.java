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

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.netty.pkitesting.X509Bundle;
import io.nixl4j.certificates.TestAuthority;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.metadata.etcd.EtcdProcess;
import io.nixl4j.metadata.etcd.EtcdServerTls;
import io.nixl4j.spring.boot.StartFailure;
import io.nixl4j.spring.boot.TestApplication;
import io.nixl4j.spring.boot.support.FreePort;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a start says that meets a real etcd and cannot use it.
 */
@Tag("etcd")
class EtcdFailureReportTests {

	private static final String KEY = "data-plane.nixl.metadata.etcd.";

	private static final TestAuthority AUTHORITY = TestAuthority.create();

	private static final Instant YESTERDAY = Instant.now().minus(Duration.ofDays(1));

	private static EtcdProcess withUsers;

	private static EtcdProcess encrypted;

	@BeforeAll
	static void start() {
		withUsers = EtcdProcess.start();
		withUsers.addUser("worker", "sesame", "theirs/");
		withUsers.ctl("user", "add", "reader:sesame");
		withUsers.ctl("role", "add", "reader");
		withUsers.ctl("role", "grant-permission", "--prefix=true", "reader", "read", "default/");
		withUsers.ctl("user", "grant-role", "reader", "reader");
		withUsers.enableAuth("root-sesame");
		encrypted = EtcdProcess.start(EtcdServerTls.mutual(AUTHORITY));
	}

	@AfterAll
	static void stop() {
		withUsers.close();
		encrypted.close();
	}

	@Test
	void aWrongPassword() {
		assertThat(report(withUsers, KEY + "username=worker", KEY + "password=simsim"))
			.contains("does not accept user 'worker'", "from " + KEY + "endpoints")
			.containsSubsequence("Action:", KEY + "username and " + KEY + "password")
			.doesNotContain("simsim");
	}

	@Test
	void aUserThatIsNotThere() {
		assertThat(report(withUsers, KEY + "username=nobody", KEY + "password=simsim"))
			.contains("does not accept user 'nobody'")
			.containsSubsequence("Action:", KEY + "username and " + KEY + "password");
	}

	@Test
	void noUser() {
		assertThat(report(withUsers)).contains("wants a user")
			.containsSubsequence("Action:", "Set " + KEY + "username and " + KEY + "password");
	}

	@Test
	void aUserWhoMayNot() {
		assertThat(report(withUsers, KEY + "username=worker", KEY + "password=sesame"))
			.contains("default/nixl_metadata/")
			.containsSubsequence("Action:", KEY + "username", "etcdctl role grant-permission",
					"data-plane.nixl.namespace")
			.doesNotContain("sesame");
	}

	@Test
	void aUserWhoMayOnlyRead() {
		assertThat(report(withUsers, KEY + "username=reader", KEY + "password=sesame"))
			.contains("The metadata store cannot be used: User 'reader'")
			.containsSubsequence("Action:", KEY + "username", "etcdctl role grant-permission");
	}

	@Test
	void nobodyThere() {
		String endpoint = "http://127.0.0.1:" + FreePort.find();
		assertThat(report(endpoint)).contains(endpoint)
			.containsPattern("cannot be reached|does not answer")
			.containsSubsequence("Action:", KEY + "endpoints", "data-plane.nixl.timeouts.connect", KEY + "fail-fast");
	}

	@Test
	void aNameThatIsTaken() {
		try (EtcdProcess etcd = EtcdProcess.start();
				ConfigurableApplicationContext first = TestApplication.run(List.of(), KEY + "endpoints=" + etcd.url(),
						"data-plane.nixl.engine-id=decode-1", "data-plane.nixl.agent-name=first")) {
			assertThat(report(etcd, "data-plane.nixl.engine-id=decode-1", "data-plane.nixl.agent-name=second"))
				.contains("Agent 'second' cannot be published", "decode-1", "first")
				.containsSubsequence("Action:", "data-plane.nixl.engine-id", "engineId(..)",
						"data-plane.nixl.namespace");
			assertThat(first.getBean(NixlMetadataStore.class).get("decode-1").agentName()).isEqualTo("first");
		}
	}

	@Test
	void anotherConnectionThanThatOfTheKeysIsNamed() {
		String report = StartFailure.of(List.of(Elsewhere.class), "data-plane.nixl.timeouts.connect=1s",
				KEY + "request-timeout=500ms");
		assertThat(report).contains("(from " + Nowhere.class.getName() + ")")
			.containsSubsequence("Action:", "the connection's endpoints")
			.doesNotContain(KEY + "endpoints");
	}

	@Test
	void withoutTlsWhereEtcdWantsIt() {
		assertThat(report("http://127.0.0.1:" + encrypted.port())).containsSubsequence("Action:", KEY + "endpoints",
				"https");
	}

	@Test
	void withTlsWhereEtcdHasNone() {
		assertThat(report("https://127.0.0.1:" + withUsers.port(), bundle(client(), AUTHORITY)))
			.containsSubsequence("Action:", KEY);
	}

	@Test
	void anAuthorityThatIsNotTrusted() {
		assertThat(report(encrypted, bundle(client(), TestAuthority.create()))).contains("TLS")
			.containsSubsequence("Action:", KEY + "ssl.bundle trusts the authority");
	}

	@Test
	void anAuthorityThatTheJvmDoesNotTrust() {
		assertThat(report(encrypted)).contains("TLS")
			.containsSubsequence("Action:", "Set " + KEY + "ssl.bundle", "authority which signed");
	}

	@Test
	void noCertificateToShow() {
		assertThat(report(encrypted, bundle(null, AUTHORITY))).contains("TLS")
			.containsSubsequence("Action:", KEY + "ssl.bundle has no certificate to show", "private key");
	}

	@Test
	void aCertificateThatHasExpired() {
		X509Bundle expired = AUTHORITY.issue("worker",
				(builder) -> builder.notBefore(YESTERDAY.minus(Duration.ofDays(9))).notAfter(YESTERDAY));
		assertThat(report(encrypted, bundle(expired, AUTHORITY))).contains("TLS")
			.containsSubsequence("Action:", "The certificate that " + KEY + "ssl.bundle has to show expired at",
					"CN=worker", "renew it");
	}

	@Test
	void aCertificateOfEtcdThatHasExpired() {
		X509Bundle expired = AUTHORITY.issue("etcd",
				(builder) -> builder.addSanIpAddress("127.0.0.1")
					.notBefore(YESTERDAY.minus(Duration.ofDays(9)))
					.notAfter(YESTERDAY));
		EtcdServerTls mutual = EtcdServerTls.mutual(AUTHORITY);
		try (EtcdProcess etcd = EtcdProcess.start(new EtcdServerTls(expired, AUTHORITY, mutual.own()))) {
			assertThat(report(etcd, bundle(client(), AUTHORITY))).contains("TLS", "NotAfter");
		}
	}

	@Test
	void aCertificateThatEtcdDoesNotTrust() {
		assertThat(report(encrypted, bundle(TestAuthority.create().issue("stranger"), AUTHORITY))).contains("TLS")
			.containsSubsequence("Action:", "etcd trusts the authority which signed the bundle's");
	}

	@Test
	void aBundleThatIsNotThere() {
		assertThat(report(encrypted, KEY + "ssl.bundle=etcd"))
			.contains(KEY + "ssl.bundle names the SSL bundle 'etcd', which is not there")
			.containsSubsequence("Action:", "spring.ssl.bundle.pem.etcd");
	}

	@Test
	void aBundleForAnEndpointThatSaysHttp() {
		assertThat(report("http://127.0.0.1:" + encrypted.port(), bundle(client(), AUTHORITY)))
			.containsSubsequence("Action:", KEY + "ssl.bundle");
	}

	private static X509Bundle client() {
		return AUTHORITY.issue("worker", (builder) -> builder);
	}

	private static String[] bundle(@Nullable X509Bundle own, TestAuthority trusted) {
		List<String> properties = new ArrayList<>(
				List.of(KEY + "ssl.bundle=etcd", "spring.ssl.bundle.pem.etcd.truststore.certificate=" + trusted.pem()));
		if (own != null) {
			properties.add("spring.ssl.bundle.pem.etcd.keystore.certificate=" + own.getCertificatePathPEM());
			properties.add("spring.ssl.bundle.pem.etcd.keystore.private-key=" + own.getPrivateKeyPEM());
		}
		return properties.toArray(String[]::new);
	}

	private static String report(EtcdProcess etcd, String... properties) {
		return report(etcd.url(), properties);
	}

	private static String report(String endpoint, String... properties) {
		List<String> all = new ArrayList<>(List.of(properties));
		all.add(KEY + "endpoints=" + endpoint);
		all.add(KEY + "request-timeout=1s");
		all.add("data-plane.nixl.timeouts.connect=1s");
		String report = StartFailure.of(List.of(), all.toArray(String[]::new));
		assertThat(report).contains("APPLICATION FAILED TO START");
		return report;
	}

	@Configuration(proxyBeanMethods = false)
	static class Elsewhere {

		@Bean
		NixlEtcdConnectionDetails elsewhere() {
			return new Nowhere();
		}

	}

	private static final class Nowhere implements NixlEtcdConnectionDetails {

		private final String endpoint = "127.0.0.1:" + FreePort.find();

		@Override
		public List<String> getEndpoints() {
			return List.of(this.endpoint);
		}

	}

}
