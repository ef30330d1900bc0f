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

package io.nixl4j.process;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.api.RangeRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.MethodDescriptor;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataCodec;
import io.nixl4j.metadata.StoreState;
import io.nixl4j.metadata.etcd.EtcdNixlMetadataStore;
import io.nixl4j.metadata.etcd.EtcdOptions;
import io.nixl4j.metadata.etcd.EtcdProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What reading and putting cards in etcd takes: out of the copy, without one beside a
 * bare client in turns, and many puts at a time.
 */
@Tag("all")
@Tag("etcd")
@Tag("soak")
class EtcdSpeedSoakTests {

	private static final int ROUNDS = 2000;

	private static final int CALLS = 1000;

	private static final int IN_FLIGHT = 100;

	private static final NixlMetadata CARD = SimulatedAgents.card("decode-1", 0);

	@Test
	void aCardOfTheCopyIsFoundInLessThanAMicrosecond() throws Exception {
		try (EtcdProcess etcd = EtcdProcess.start();
				EtcdNixlMetadataStore store = EtcdNixlMetadataStore.open(EtcdOptions.of(etcd.url()))) {
			store.put(CARD).get(1, TimeUnit.MINUTES);
			await().until(() -> store.state().kind() == StoreState.Kind.CURRENT);
			long[] nanos = new long[ROUNDS];
			for (int round = 0; round < ROUNDS; round++) {
				long begin = System.nanoTime();
				for (int i = 0; i < CALLS; i++) {
					if (store.get("decode-1") != store.get("decode-1")) {
						throw new AssertionError("Another card");
					}
				}
				nanos[round] = (System.nanoTime() - begin) / (2 * CALLS);
			}
			Figures.say("etcd.get.copy", median(nanos), "ns");
			assertThat(median(nanos)).isLessThan(1000);
		}
	}

	@Test
	void aCardThatIsInNoCopyTakesLittleLongerThanWithABareClient() throws Exception {
		byte[] value = NixlMetadataCodec.encode(CARD);
		ByteSequence key = ByteSequence.from(EtcdWorkers.PREFIX + "decode-1", StandardCharsets.UTF_8);
		try (EtcdProcess etcd = EtcdProcess.start();
				Client bare = Client.builder().endpoints(etcd.url()).build();
				EtcdNixlMetadataStore store = EtcdNixlMetadataStore.open(EtcdOptions.of(etcd.url())
					.withClientCustomizer((builder) -> ((ClientBuilder) builder).interceptor(new NoListings())))) {
			etcd.put(EtcdWorkers.PREFIX + "decode-1", value);
			long[] ours = new long[ROUNDS];
			long[] theirs = new long[ROUNDS];
			for (int round = 0; round < ROUNDS; round++) {
				// Every other round begins with the other one.
				for (int turn = 0; turn < 2; turn++) {
					long begin = System.nanoTime();
					if ((round + turn) % 2 == 0) {
						Optional<NixlMetadata> found = store.find("decode-1");
						ours[round] = System.nanoTime() - begin;
						assertThat(found).contains(CARD);
					}
					else {
						NixlMetadata found = NixlMetadataCodec.decode(bare.getKVClient()
							.get(key)
							.get(1, TimeUnit.MINUTES)
							.getKvs()
							.get(0)
							.getValue()
							.getBytes());
						theirs[round] = System.nanoTime() - begin;
						assertThat(found).isEqualTo(CARD);
					}
				}
			}
			assertThat(store.state().kind()).as("there is no copy").isEqualTo(StoreState.Kind.BEHIND);
			double ratio = (double) median(ours) / median(theirs);
			Figures.say("etcd.get.cold", median(ours) / 1000.0, "us");
			Figures.say("etcd.get.bare", median(theirs) / 1000.0, "us");
			Figures.say("etcd.get.cold-to-bare", ratio, "times");
			assertThat(ratio).isLessThan(1.5);
		}
	}

	@Test
	void aHundredPutsAtATimeTakeNoThreadEach() throws Exception {
		try (EtcdProcess etcd = EtcdProcess.start();
				EtcdNixlMetadataStore store = EtcdNixlMetadataStore.open(EtcdOptions.of(etcd.url()))) {
			store.put(CARD).get(1, TimeUnit.MINUTES);
			int threads = Thread.activeCount();
			long[] nanos = new long[ROUNDS / 20];
			int most = 0;
			for (int round = 0; round < nanos.length; round++) {
				int load = round;
				long begin = System.nanoTime();
				List<CompletableFuture<Void>> puts = IntStream.range(0, IN_FLIGHT)
					.mapToObj((i) -> store.put(SimulatedAgents.card("engine-" + i, load)))
					.toList();
				most = Math.max(most, Thread.activeCount() - threads);
				CompletableFuture.allOf(puts.toArray(CompletableFuture[]::new)).get(1, TimeUnit.MINUTES);
				nanos[round] = System.nanoTime() - begin;
			}
			Figures.say("etcd.put.hundred", median(nanos) / 1e6, "ms");
			Figures.say("etcd.put.hundred.threads", most, "threads more");
			assertThat(most).isLessThan(10);
		}
	}

	private static long median(long[] values) {
		long[] sorted = values.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length / 2];
	}

	/** Keeps a store from having a copy: it can ask for single keys only. */
	private static final class NoListings implements ClientInterceptor {

		@Override
		public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
			return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {

				@Override
				public void sendMessage(Q message) {
					if (message instanceof RangeRequest range && !range.getRangeEnd().isEmpty()) {
						cancel("No listings", null);
					}
					else {
						super.sendMessage(message);
					}
				}

			};
		}

	}

}
