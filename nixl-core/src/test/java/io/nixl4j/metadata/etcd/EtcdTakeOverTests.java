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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.options.PutOption;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataCodec;
import io.nixl4j.metadata.Predecessors;
import io.nixl4j.metadata.Predecessors.Life;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static io.nixl4j.metadata.etcd.StoreFixtures.FIRST;
import static io.nixl4j.metadata.etcd.StoreFixtures.SECOND;
import static io.nixl4j.metadata.etcd.StoreFixtures.card;
import static io.nixl4j.metadata.etcd.StoreFixtures.key;
import static io.nixl4j.metadata.etcd.StoreFixtures.options;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Who gets an engine id that another incarnation has.
 */
@Tag("etcd")
class EtcdTakeOverTests {

	private static EtcdProcess etcd;

	private final List<NixlMetadata> asked = new ArrayList<>();

	private EtcdNixlMetadataStore store;

	@BeforeAll
	static void startEtcd() {
		etcd = EtcdProcess.start();
	}

	@AfterAll
	static void stopEtcd() {
		etcd.close();
	}

	@BeforeEach
	void open() {
		this.store = EtcdNixlMetadataStore.open(options(etcd));
	}

	@AfterEach
	void close() {
		this.store.close();
		etcd.ctl("del", "--prefix", "");
	}

	@Test
	void aLivingIncarnationKeepsItsId() throws Exception {
		try (EtcdNixlMetadataStore owner = EtcdNixlMetadataStore.open(options(etcd))) {
			owner.put(card("e", FIRST)).join();
			NixlException refused = failure(this.store.put(card("e", SECOND), life(Life.ALIVE)));
			assertThat(refused.error()).isEqualTo(NixlError.REFUSED);
			assertThat(refused).hasMessageContaining("agent-e").hasMessageContaining("is alive");
			assertThat(this.asked).containsExactly(card("e", FIRST));
			assertThat(there("e")).isEqualTo(card("e", FIRST));
			owner.put(card("e", FIRST)).join();
		}
	}

	@Test
	void oneThatIsGoneLosesItAtOnceAndIsTold() throws Exception {
		try (EtcdNixlMetadataStore owner = EtcdNixlMetadataStore.open(options(etcd))) {
			owner.put(card("e", FIRST)).join();
			this.store.put(card("e", SECOND), life(Life.GONE)).get(2, TimeUnit.SECONDS);
			assertThat(there("e")).isEqualTo(card("e", SECOND));
			assertThat(failure(owner.put(card("e", FIRST))).error()).isEqualTo(NixlError.STALE);
			await().untilAsserted(() -> assertThat(owner.find("e")).contains(card("e", SECOND)));
			this.store.put(card("e", SECOND), life(Life.ALIVE)).join();
			assertThat(this.asked).as("not asked about itself").hasSize(1);
		}
		await().during(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(etcd.get(key("e"))).isPresent());
	}

	@Test
	void theLeaseOfOneOfWhichNothingIsKnownIsWaitedFor() throws Exception {
		long lease = putAs(card("e", FIRST), 3);
		assertThat(lease).isNotZero();
		CompletableFuture<Void> put = this.store.put(card("e", SECOND), life(Life.UNKNOWN));
		await().until(() -> !this.asked.isEmpty());
		assertThat(put).isNotDone();
		assertThat(there("e")).isEqualTo(card("e", FIRST));
		put.get(10, TimeUnit.SECONDS);
		assertThat(there("e")).isEqualTo(card("e", SECOND));
		assertThat(this.asked).hasSize(1);
	}

	@Test
	void whoeverLeavesWhileItWaitsPutsNothing() throws Exception {
		putAs(card("e", FIRST), 60);
		CompletableFuture<Void> put = this.store.put(card("e", SECOND),
				(earlier) -> CompletableFuture.failedFuture(new IllegalStateException("counts as unknown")));
		await().during(Duration.ofMillis(500)).until(() -> !put.isDone());
		assertThat(this.store.delete("e", SECOND).get(5, TimeUnit.SECONDS)).isFalse();
		assertThat(failure(put).error()).isEqualTo(NixlError.CANCELLED);
		assertThat(there("e")).isEqualTo(card("e", FIRST));
	}

	@Test
	void anEntryWithoutALeaseIsNotWaitedFor() throws Exception {
		etcd.put(key("e"), NixlMetadataCodec.encode(card("e", FIRST)));
		NixlException refused = failure(this.store.put(card("e", SECOND), life(Life.UNKNOWN)));
		assertThat(refused.error()).isEqualTo(NixlError.REFUSED);
		assertThat(refused).hasMessageContaining("no lease");
		this.store.put(card("e", SECOND), life(Life.GONE)).join();
		assertThat(there("e")).isEqualTo(card("e", SECOND));
	}

	@Test
	void whatIsNoCardOrHasNoIncarnationIsOverwritten() throws Exception {
		etcd.put(key("e"), new byte[] { 1 });
		this.store.put(card("e", SECOND), life(Life.ALIVE)).join();
		assertThat(there("e")).isEqualTo(card("e", SECOND));
		etcd.put(key("f"), NixlMetadataCodec.encode(card("f")));
		this.store.put(card("f", SECOND), life(Life.ALIVE)).join();
		assertThat(this.asked).isEmpty();
	}

	@Test
	void anEntryWhoseLeaseEndedIsPutAgain() {
		this.store.put(card("e", FIRST)).join();
		String lease = etcd.ctl("lease", "list").lines().reduce((before, last) -> last).orElseThrow();
		etcd.ctl("lease", "revoke", lease.strip());
		await().atMost(StoreFixtures.FIVE_SECONDS).untilAsserted(() -> assertThat(etcd.get(key("e"))).isPresent());
		await().untilAsserted(() -> assertThat(this.store.find("e")).contains(card("e", FIRST)));
		assertThat(etcd.ctl("lease", "list")).doesNotContain(lease.strip());
	}

	private Predecessors life(Life life) {
		return (earlier) -> {
			this.asked.add(earlier);
			return CompletableFuture.completedFuture(life);
		};
	}

	private static NixlMetadata there(String engineId) {
		return NixlMetadataCodec.decode(etcd.get(key(engineId)).orElseThrow());
	}

	/** Puts an entry as a process would that died since. */
	private static long putAs(NixlMetadata card, long leaseSeconds) throws Exception {
		try (Client client = Client.builder().endpoints(etcd.url()).build()) {
			long lease = client.getLeaseClient().grant(leaseSeconds).get(5, TimeUnit.SECONDS).getID();
			client.getKVClient()
				.put(ByteSequence.from(key(card.engineId()), UTF_8), ByteSequence.from(NixlMetadataCodec.encode(card)),
						PutOption.builder().withLeaseId(lease).build())
				.get(5, TimeUnit.SECONDS);
			return lease;
		}
	}

	private static NixlException failure(CompletableFuture<?> future) {
		Throwable failure = catchThrowable(() -> future.get(10, TimeUnit.SECONDS));
		assertThat(failure).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(NixlException.class);
		return (NixlException) failure.getCause();
	}

}
