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

import io.nixl4j.certificates.TestAuthority;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

/**
 * The etcd of the tests does what they believe of it.
 */
@Tag("etcd")
class EtcdProcessTests {

	private static final byte[] BINARY = { 0, 10, -1, 13, 10 };

	private static final byte[] OTHER = { 7 };

	@Test
	void whatWasPutOutlivesAKillButNotAWipe() {
		try (EtcdProcess etcd = EtcdProcess.start()) {
			etcd.put("a/1", BINARY);
			etcd.put("a/10", OTHER);
			assertThat(etcd.get("a/1")).hasValue(BINARY);
			assertThat(etcd.get("a/10")).hasValue(OTHER);
			assertThat(etcd.get("a/")).isEmpty();
			assertThat(etcd.keys("a/")).containsExactly("a/1", "a/10");
			assertThat(etcd.entries("a/")).containsExactly(entry("a/1", BINARY), entry("a/10", OTHER));
			long revision = etcd.revision();
			etcd.kill();
			etcd.restart();
			assertThat(etcd.get("a/1")).hasValue(BINARY);
			assertThat(etcd.revision()).isEqualTo(revision);
			etcd.kill();
			etcd.wipe();
			etcd.restart();
			assertThat(etcd.keys("")).isEmpty();
			assertThat(etcd.revision()).isLessThan(revision);
		}
	}

	@Test
	void theFrozenOneAnswersNobodyUntilItIsThawed() {
		try (EtcdProcess etcd = EtcdProcess.start()) {
			etcd.put("a", BINARY);
			etcd.freeze();
			assertThatIllegalStateException()
				.isThrownBy(() -> etcd.ctl("get", "a", "--command-timeout", "300ms", "--dial-timeout", "300ms"));
			etcd.thaw();
			assertThat(etcd.get("a")).hasValue(BINARY);
			etcd.freeze();
			etcd.kill();
		}
	}

	@Test
	void oldRevisionsAreGoneWhenItIsCompacted() {
		try (EtcdProcess etcd = EtcdProcess.start()) {
			etcd.put("a", BINARY);
			long first = etcd.revision();
			etcd.put("a", OTHER);
			assertThat(etcd.compact()).isEqualTo(first + 1);
			assertThatIllegalStateException().isThrownBy(() -> etcd.ctl("get", "a", "--rev", Long.toString(first)))
				.withMessageContaining("compacted");
		}
	}

	@Test
	void usersMayTouchTheirOwnKeysOnly() {
		try (EtcdProcess etcd = EtcdProcess.start()) {
			etcd.addUser("worker", "of-a-test", "default/");
			etcd.enableAuth("also-of-a-test");
			etcd.put("other/1", BINARY);
			assertThat(etcd.ctl("put", "default/1", "v", "--user", "worker:of-a-test")).contains("OK");
			assertThatIllegalStateException().isThrownBy(() -> etcd.ctl("get", "other/1", "--user", "worker:of-a-test"))
				.withMessageContaining("permission denied");
			assertThatIllegalStateException().isThrownBy(() -> etcd.ctl("get", "default/1", "--user", "worker:wrong"))
				.withMessageContaining("authentication failed");
		}
	}

	@Test
	void mutualTlsDemandsACertificate() {
		EtcdServerTls tls = EtcdServerTls.mutual(TestAuthority.create());
		try (EtcdProcess etcd = EtcdProcess.start(tls)) {
			assertThat(etcd.url()).startsWith("https://");
			etcd.put("a", BINARY);
			assertThat(etcd.get("a")).hasValue(BINARY);
			assertThatIllegalStateException().isThrownBy(() -> etcd.ctl("get", "a", "--cert", "", "--key", "",
					"--command-timeout", "1s", "--dial-timeout", "1s"));
		}
	}

	@Test
	void aClusterServesWithoutOneOfItsThree() {
		try (EtcdCluster cluster = EtcdCluster.start()) {
			cluster.node(0).put("a", BINARY);
			cluster.node(1).kill();
			// The one that was killed may have led the others, who refuse until they have
			// a
			// leader.
			await().ignoreExceptions().untilAsserted(() -> cluster.node(2).put("b", BINARY));
			assertThat(cluster.node(0).get("b")).hasValue(BINARY);
			cluster.node(1).restart();
			assertThat(cluster.node(1).get("b")).hasValue(BINARY);
		}
	}

}
