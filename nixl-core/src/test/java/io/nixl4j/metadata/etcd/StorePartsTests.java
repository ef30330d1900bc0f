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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import javax.net.ssl.SSLHandshakeException;

import io.etcd.jetcd.ByteSequence;
import io.grpc.Status;
import io.nixl4j.memory.NixlStaleException;
import io.nixl4j.metadata.NixlMetadataStoreException.Problem;
import io.nixl4j.metadata.etcd.OwnedEntries.Owned;
import org.junit.jupiter.api.Test;

import static io.nixl4j.metadata.etcd.StoreFixtures.FIRST;
import static io.nixl4j.metadata.etcd.StoreFixtures.SECOND;
import static io.nixl4j.metadata.etcd.StoreFixtures.card;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The small parts of the store, without etcd.
 */
class StorePartsTests {

	@Test
	void aStoreIsLostWhenItsIdChangesOrItsRevisionGoesBack() {
		StoreLossDetector detector = new StoreLossDetector();
		assertThat(detector.isLost(7, 100)).isFalse();
		detector.accept(7, 100);
		detector.seen(105);
		detector.seen(103);
		assertThat(detector.isLost(7, 105)).isFalse();
		assertThat(detector.isLost(7, 104)).isTrue();
		assertThat(detector.isLost(8, 1000)).isTrue();
		detector.accept(8, 3);
		assertThat(detector.isLost(8, 3)).isFalse();
	}

	@Test
	void keysAreExactAndForeignOnesNameNoEngine() {
		EtcdKeys keys = new EtcdKeys("default");
		ByteSequence key = keys.of("worker-\ud83d\ude00");
		assertThat(key.toString(UTF_8)).isEqualTo("default/nixl_metadata/worker-\ud83d\ude00");
		assertThat(keys.engineId(key)).isEqualTo("worker-\ud83d\ude00");
		assertThat(keys.engineId(keys.of("a/b"))).isNull();
		assertThat(keys.engineId(keys.prefix())).isNull();
		assertThat(keys.engineId(keys.prefix().concat(ByteSequence.from(new byte[] { -1 })))).isNull();
	}

	@Test
	void workForOneEngineIsDoneInOrderAndForOthersBeside() {
		EngineQueues queues = new EngineQueues();
		List<String> begun = new ArrayList<>();
		CompletableFuture<String> first = new CompletableFuture<>();
		queues.run("a", () -> {
			begun.add("a1");
			return first;
		});
		queues.run("a", () -> {
			begun.add("a2");
			throw new IllegalStateException("on purpose");
		});
		CompletableFuture<String> third = queues.run("a", () -> {
			begun.add("a3");
			return CompletableFuture.completedFuture("3");
		});
		queues.run("b", () -> {
			begun.add("b1");
			return CompletableFuture.completedFuture("b");
		});
		assertThat(begun).containsExactly("a1", "b1");
		assertThat(queues.isIdle("a")).isFalse();
		first.completeExceptionally(new IllegalStateException("on purpose"));
		assertThat(begun).containsExactly("a1", "b1", "a2", "a3");
		assertThat(third).isCompletedWithValue("3");
		assertThat(queues.isIdle("a")).isTrue();
	}

	@Test
	void anIncarnationThatLostItsNameIsRemembered() {
		OwnedEntries entries = new OwnedEntries();
		Owned owned = entries.add(card("e", FIRST), new byte[0], 5);
		assertThat(entries.get(card("e", FIRST))).isSameAs(owned);
		assertThat(entries.get(card("e", SECOND))).isNull();
		entries.add(card("e", SECOND), new byte[0], 6);
		assertThatExceptionOfType(NixlStaleException.class).isThrownBy(() -> entries.checkNotLost(card("e", FIRST)));
		entries.lose(card("e", SECOND));
		assertThat(entries.all()).isEmpty();
		assertThatExceptionOfType(NixlStaleException.class).isThrownBy(() -> entries.checkNotLost(card("e", SECOND)));
		entries.checkNotLost(card("f", FIRST));
	}

	@Test
	void failuresAreKnownByTheirCauses() {
		assertThat(EtcdFailures.problem(Status.UNAVAILABLE.asRuntimeException())).isEqualTo(Problem.UNREACHABLE);
		assertThat(EtcdFailures
			.problem(Status.UNAUTHENTICATED.withCause(Status.UNAVAILABLE.asRuntimeException()).asRuntimeException()))
			.isEqualTo(Problem.UNREACHABLE);
		assertThat(EtcdFailures.problem(Status.UNAVAILABLE.withDescription("ssl exception")
			.withCause(new SSLHandshakeException("bad_certificate"))
			.asRuntimeException())).isEqualTo(Problem.TLS);
		assertThat(
				EtcdFailures.problem(Status.UNAVAILABLE.withDescription("etcdserver: no leader").asRuntimeException()))
			.isEqualTo(Problem.NO_LEADER);
		assertThat(EtcdFailures
			.problem(Status.RESOURCE_EXHAUSTED.withDescription("etcdserver: mvcc: database space exceeded")
				.asRuntimeException()))
			.isEqualTo(Problem.NO_SPACE);
		assertThat(EtcdFailures.problem(Status.INTERNAL.asRuntimeException())).isEqualTo(Problem.OTHER);
		Throwable wrapped = new CompletionException(new CompletionException(new IllegalStateException("inner")));
		assertThat(EtcdFailures.unwrap(wrapped)).isInstanceOf(IllegalStateException.class);
		assertThat(EtcdFailures.isTransient(Status.PERMISSION_DENIED.asRuntimeException())).isFalse();
		assertThat(EtcdFailures.isTransient(Status.DEADLINE_EXCEEDED.asRuntimeException())).isTrue();
		assertThat(EtcdFailures.isTooLarge(
				Status.RESOURCE_EXHAUSTED.withDescription("gRPC message exceeds maximum size").asRuntimeException()))
			.isTrue();
	}

}
