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

package io.nixl4j.metadata.etcd;

import java.time.Duration;
import java.util.List;

import io.nixl4j.certificates.TestAuthority;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class EtcdOptionsTests {

	private static final String PASSWORD = "a-secret-of-a-test";

	@Test
	void defaultsAreThoseOfTheDocumentation() {
		EtcdOptions options = EtcdOptions.of("http://etcd-0:2379", "http://etcd-1");
		assertThat(options.endpoints()).containsExactly("http://etcd-0:2379", "http://etcd-1:2379");
		assertThat(options.namespace()).isEqualTo("default");
		assertThat(options.leaseTime()).isEqualTo(Duration.ofSeconds(10));
		assertThat(options.requestTimeout()).isEqualTo(Duration.ofSeconds(2));
		assertThat(options.user()).isNull();
		assertThat(options.tls()).isNull();
		assertThat(options.secure()).isFalse();
	}

	@Test
	void withersChangeACopyAndKeepTheRest() {
		EtcdTls tls = EtcdTls.trusting(TestAuthority.create().trust()).withAuthority("etcd.example");
		EtcdOptions first = EtcdOptions.of("[::1]:23790");
		EtcdOptions all = first.withNamespace("a/b")
			.withUser("nixl", PASSWORD)
			.withTls(tls)
			.withLeaseTime(Duration.ofSeconds(5))
			.withRequestTimeout(Duration.ofMillis(700))
			.withClientCustomizer((builder) -> {
			});
		assertThat(all.endpoints()).containsExactly("[::1]:23790");
		assertThat(all.namespace()).isEqualTo("a/b");
		assertThat(all.user()).isEqualTo("nixl");
		assertThat(all.password()).isEqualTo(PASSWORD);
		assertThat(all.tls()).isEqualTo(tls);
		assertThat(all.leaseTime()).isEqualTo(Duration.ofSeconds(5));
		assertThat(all.requestTimeout()).isEqualTo(Duration.ofMillis(700));
		assertThat(all.secure()).isTrue();
		assertThat(first.namespace()).isEqualTo("default");
		assertThat(first.user()).isNull();
	}

	@Test
	void noTextShowsThePassword() {
		EtcdOptions options = EtcdOptions.of("https://etcd").withUser("nixl", PASSWORD);
		assertThat(options.toString()).contains("etcd", "nixl", "TLS").doesNotContain(PASSWORD);
		assertThatIllegalArgumentException().isThrownBy(() -> EtcdOptions.of("http://nixl:" + PASSWORD + "@etcd"))
			.satisfies((ex) -> assertThat(ex).message().doesNotContain(PASSWORD));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "etcd:0", "etcd:70000", "etcd:x", "ftp://etcd", "http://etcd/path", "http://etcd?a=b",
			"http://", "http://a b", "http://user@etcd", "::1:2379" })
	void endpointsHaveOneOfThreeForms(String endpoint) {
		assertThatIllegalArgumentException().isThrownBy(() -> EtcdOptions.of(endpoint))
			.withMessageContaining("host:port");
	}

	@Test
	void endpointsAreEncryptedAllOrNone() {
		assertThatIllegalArgumentException().isThrownBy(() -> EtcdOptions.of(List.of()));
		assertThatIllegalArgumentException().isThrownBy(() -> EtcdOptions.of("http://a", "https://b"))
			.withMessageContaining("mix");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> EtcdOptions.of("http://a").withTls(EtcdTls.trustedByJvm()))
			.withMessageContaining("http");
		assertThat(EtcdOptions.of("a").withTls(EtcdTls.trustedByJvm()).secure()).isTrue();
		assertThat(EtcdOptions.of("https://a", "b").secure()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/a", "a/", "a\nb" })
	void namespacesAreFirstPartsOfKeys(String namespace) {
		assertThatIllegalArgumentException().isThrownBy(() -> EtcdOptions.of("a").withNamespace(namespace));
	}

	@Test
	void timesAreBounded() {
		EtcdOptions options = EtcdOptions.of("a");
		assertThatIllegalArgumentException().isThrownBy(() -> options.withLeaseTime(Duration.ofSeconds(1)));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withLeaseTime(Duration.ofMillis(2500)));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withLeaseTime(Duration.ofHours(2)));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withRequestTimeout(Duration.ofMillis(1)));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withRequestTimeout(Duration.ofDays(1)));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withUser("", PASSWORD));
		assertThatIllegalArgumentException().isThrownBy(() -> options.withUser("nixl", ""));
	}

}
