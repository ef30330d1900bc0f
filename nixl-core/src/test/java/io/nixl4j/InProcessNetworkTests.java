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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.route.local.LocalRouteProvider;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * A network inside a process that is cut between two of its agents.
 */
class InProcessNetworkTests {

	private static final Duration LONG = Duration.ofMinutes(10);

	private final InProcessNetwork network = new InProcessNetwork();

	private final InMemoryNixlMetadataStore store = new InMemoryNixlMetadataStore();

	private final List<NixlAgent> agents = new ArrayList<>();

	private NixlAgent start(String name, Duration peerTimeout) {
		NixlAgent agent = NixlAgent.builder()
			.name(name)
			.routes(List.of(new LocalRouteProvider()))
			.tcp(null)
			.network(this.network)
			.metadataStore(this.store)
			.timeouts(Timeouts.defaults().withPeer(peerTimeout).withConnect(Duration.ofSeconds(1)))
			.build();
		this.agents.add(agent);
		agent.start();
		agent.publish();
		return agent;
	}

	@AfterEach
	void close() {
		this.network.restore("one", "two");
		this.agents.forEach(NixlAgent::close);
	}

	@Test
	void whatIsSaidDuringACutComesInOrderWhenItEnds() throws Exception {
		NixlAgent one = start("one", LONG);
		NixlAgent two = start("two", LONG);
		NixlAgent three = start("three", LONG);
		NixlPeer there = one.connect("two");
		this.network.cut("two", "one");
		List<CompletableFuture<Void>> sent = new ArrayList<>();
		for (byte i = 0; i < 10; i++) {
			sent.add(there.notify(new byte[] { i }));
		}
		// Others are not cut off.
		three.connect("two").notify(new byte[] { 42 }).get(60, TimeUnit.SECONDS);
		assertThat(two.pollNotification(Duration.ofSeconds(60)).orElseThrow().payload()).containsExactly(42);
		assertThat(two.pollNotification(Duration.ZERO)).isEmpty();
		assertThat(sent).noneMatch(CompletableFuture::isDone);
		this.network.restore("one", "two");
		for (byte i = 0; i < 10; i++) {
			assertThat(two.pollNotification(Duration.ofSeconds(60)).orElseThrow().payload()).containsExactly(i);
		}
		CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new)).get(60, TimeUnit.SECONDS);
		assertThat(there.isConnected()).isTrue();
	}

	@Test
	void eachEndGivesTheOtherOneUpAfterItsOwnTime() {
		NixlAgent one = start("one", Duration.ofMillis(50));
		NixlAgent two = start("two", LONG);
		NixlPeer there = one.connect("two");
		NixlPeer back = two.connect("one");
		CompletableFuture<Void> sent = back.notify(new byte[1]);
		sent.join();
		this.network.cut("one", "two");
		CompletableFuture<Void> lost = there.notify(new byte[1]);
		await().atMost(Duration.ofSeconds(60)).until(() -> !there.isConnected());
		assertThat(errorOf(lost::join)).isEqualTo(NixlError.PEER_LOST);
		// Nothing that is said reaches this end, not even a goodbye.
		assertThat(back.isConnected()).isTrue();
		assertThat(errorOf(() -> one.connect("two"))).isEqualTo(NixlError.TIMED_OUT);
		this.network.restore("one", "two");
		await().atMost(Duration.ofSeconds(60)).until(() -> !back.isConnected());
		await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> one.connect("two").isConnected());
	}

	@Test
	void cutThatEndsInTimeIsNoLoss() throws Exception {
		NixlAgent one = start("one", Duration.ofSeconds(2));
		start("two", Duration.ofSeconds(2));
		NixlPeer there = one.connect("two");
		for (int i = 0; i < 3; i++) {
			this.network.cut("one", "two");
			this.network.restore("one", "two");
		}
		// Longer than either end bears silence, counted from the last cut.
		CompletableFuture.runAsync(() -> {
		}, CompletableFuture.delayedExecutor(2_500, TimeUnit.MILLISECONDS)).get(60, TimeUnit.SECONDS);
		assertThat(there.isConnected()).isTrue();
		there.notify(new byte[1]).get(60, TimeUnit.SECONDS);
	}

	@Test
	void cutOutlastsAnAgentThatStartsAgain() {
		NixlAgent one = start("one", LONG);
		NixlAgent two = start("two", LONG);
		MemoryRegion near = one.allocate("near", 64, MemoryType.DRAM, Permissions.READ_WRITE);
		two.allocate("far", 64, MemoryType.DRAM, Permissions.READ_WRITE);
		NixlPeer before = one.connect("two");
		this.network.cut("one", "two");
		two.stop();
		two.start();
		assertThat(before.isConnected()).isTrue();
		two.publish();
		// The store is not cut off, and tells of the next incarnation.
		await().atMost(Duration.ofSeconds(60)).until(() -> !before.isConnected());
		assertThat(errorOf(() -> two.connect("one"))).isEqualTo(NixlError.TIMED_OUT);
		this.network.restore("one", "two");
		await().atMost(Duration.ofSeconds(60))
			.ignoreExceptions()
			.until(() -> one.connect("two").incarnation().equals(two.incarnation().orElseThrow()));
		NixlPeer after = one.connect("two");
		after.write(near.all(), after.region("far").all()).submit().result().join();
	}

	private static NixlError errorOf(ThrowingCallable call) {
		Throwable thrown = catchThrowable(call);
		if (thrown instanceof CompletionException || thrown instanceof ExecutionException) {
			thrown = thrown.getCause();
		}
		assertThat(thrown).isInstanceOf(NixlException.class);
		return ((NixlException) thrown).error();
	}

}
