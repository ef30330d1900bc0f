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

import io.netty.pkitesting.X509Bundle;
import io.nixl4j.NixlAgent;
import io.nixl4j.TlsOptions;
import io.nixl4j.TlsOptions.Material;
import io.nixl4j.certificates.TestAuthority;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStore;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Agents encrypt by the application's SSL bundle, and follow it.
 */
class NixlTlsAutoConfigurationTests {

	private static final TestAuthority AUTHORITY = TestAuthority.create();

	private static final X509Bundle DECODE = AUTHORITY.issue("decode-1");

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, NixlAgentAutoConfiguration.class,
				NixlLifecycleAutoConfiguration.class, NixlMetadataStoreAutoConfiguration.class,
				NixlRouteAutoConfiguration.class, NixlTlsAutoConfiguration.class,
				NixlUnknownKeysAutoConfiguration.class))
		.withPropertyValues("data-plane.nixl.agent-name=decode-1", "data-plane.nixl.transport=tcp",
				"data-plane.nixl.tcp.ssl.bundle=mesh",
				"spring.ssl.bundle.pem.mesh.keystore.certificate=" + DECODE.getCertificatePathPEM(),
				"spring.ssl.bundle.pem.mesh.keystore.private-key=" + DECODE.getPrivateKeyPEM(),
				"spring.ssl.bundle.pem.mesh.truststore.certificate=" + AUTHORITY.pem());

	private static NixlAgent peer(TestAuthority authority) {
		NixlAgent agent = NixlAgent.builder()
			.name("prefill-1")
			.tls(TlsOptions.mutual(Material.of(authority.keys("prefill-1"), authority.trust())))
			.build();
		agent.start();
		return agent;
	}

	@Test
	void connectionsAreEncryptedByTheBundleAndByItsUpdates() {
		this.contextRunner.run((context) -> {
			NixlAgent decode = context.getBean(NixlAgent.class);
			decode.publish();
			try (NixlAgent prefill = peer(AUTHORITY)) {
				prefill.connect("127.0.0.1", decode.port());
				assertThat(decode.peers()).hasSize(1);
			}
			TestAuthority next = TestAuthority.create();
			X509Bundle changed = next.issue("decode-1");
			context.getBean(SslBundleRegistry.class)
				.updateBundle("mesh",
						SslBundle.of(stores(changed.getCertificatePathPEM(), changed.getPrivateKeyPEM(), next.pem())));
			try (NixlAgent former = peer(AUTHORITY); NixlAgent prefill = peer(next)) {
				assertThatExceptionOfType(NixlException.class)
					.isThrownBy(() -> former.connect("127.0.0.1", decode.port()))
					.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.REFUSED));
				prefill.connect("127.0.0.1", decode.port());
			}
		});
	}

	private static SslStoreBundle stores(String certificate, String key, String trusted) {
		return new PemSslStoreBundle(
				PemSslStore.load(org.springframework.boot.ssl.pem.PemSslStoreDetails.forCertificate(certificate)
					.withPrivateKey(key)),
				PemSslStore.load(org.springframework.boot.ssl.pem.PemSslStoreDetails.forCertificate(trusted)));
	}

	@Test
	void aPeerWithoutTlsIsToldWhatToSet() {
		this.contextRunner.run((context) -> {
			NixlAgent decode = context.getBean(NixlAgent.class);
			decode.publish();
			try (NixlAgent plain = NixlAgent.builder().name("plain").build()) {
				plain.start();
				assertThatExceptionOfType(NixlException.class)
					.isThrownBy(() -> plain.connect("127.0.0.1", decode.port()))
					.withMessageContaining("tcp.ssl");
			}
		});
	}

	@Test
	void aBundleThatCannotBeUsedIsNotTaken() {
		this.contextRunner.run((context) -> {
			NixlAgent decode = context.getBean(NixlAgent.class);
			decode.publish();
			context.getBean(SslBundleRegistry.class)
				.updateBundle("mesh", SslBundle.of(new PemSslStoreBundle(null, PemSslStore
					.load(org.springframework.boot.ssl.pem.PemSslStoreDetails.forCertificate(AUTHORITY.pem())))));
			try (NixlAgent prefill = peer(AUTHORITY)) {
				prefill.connect("127.0.0.1", decode.port());
			}
		});
	}

	@Test
	void aMissingBundleFailsTheStart() {
		assertThat(StartFailure.of(java.util.List.of(), "data-plane.nixl.tcp.ssl.bundle=mesh"))
			.contains("data-plane.nixl.tcp.ssl.bundle names the SSL bundle 'mesh'")
			.containsSubsequence("Action:", "spring.ssl.bundle.pem.mesh");
	}

	@Test
	void aBundleWithoutAKeyFailsTheStart() {
		assertThat(StartFailure.of(java.util.List.of(), "data-plane.nixl.tcp.ssl.bundle=mesh",
				"spring.ssl.bundle.pem.mesh.truststore.certificate=" + AUTHORITY.pem()))
			.contains("has no key")
			.containsSubsequence("Action:", "certificate and its private key");
	}

}
