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

package io.nixl4j.session;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The pipe between two agents of one process.
 */
class PipeLinkTests {

	private final ExecutorService executor = Executors.newFixedThreadPool(4);

	private final PipeGate gate = new PipeGate();

	@AfterEach
	void close() {
		this.executor.shutdownNow();
	}

	@Test
	void messagesOfManyThreadsComeOneAtATimeEachThreadsInOrder() throws Exception {
		PipeLink[] ends = PipeLink.pair(this.executor, this.executor, this.gate);
		Collector collector = new Collector();
		ends[1].start(collector);
		ends[0].start(new Collector());
		CompletableFuture<?>[] senders = new CompletableFuture<?>[3];
		for (int i = 0; i < senders.length; i++) {
			int lane = i;
			senders[i] = CompletableFuture.runAsync(() -> {
				for (int number = 0; number < 2_000; number++) {
					ends[0].send(new SessionMessage.Fence("route-" + lane, number));
				}
			});
		}
		CompletableFuture.allOf(senders).get(60, TimeUnit.SECONDS);
		ends[0].close();
		collector.lost.get(60, TimeUnit.SECONDS);
		assertThat(collector.violations).hasValue(0);
		assertThat(collector.messages).hasSize(6_000);
		for (int i = 0; i < senders.length; i++) {
			String route = "route-" + i;
			List<Integer> numbers = collector.messages.stream()
				.map(SessionMessage.Fence.class::cast)
				.filter((fence) -> fence.route().equals(route))
				.map(SessionMessage.Fence::lane)
				.toList();
			assertThat(numbers).hasSize(2_000).isSorted();
		}
	}

	@Test
	void whatWasSentBeforeTheStartWaits() throws Exception {
		PipeLink[] ends = PipeLink.pair(this.executor, this.executor, this.gate);
		ends[0].send(new SessionMessage.NotifyAck(1));
		ends[0].send(new SessionMessage.NotifyAck(2));
		ends[0].close();
		ends[0].send(new SessionMessage.NotifyAck(3));
		Collector collector = new Collector();
		ends[1].start(collector);
		collector.lost.get(60, TimeUnit.SECONDS);
		assertThat(collector.messages).containsExactly(new SessionMessage.NotifyAck(1),
				new SessionMessage.NotifyAck(2));
	}

	@Test
	void bothEndsHearOfTheEndOnce() throws Exception {
		PipeLink[] ends = PipeLink.pair(this.executor, this.executor, this.gate);
		Collector one = new Collector();
		Collector two = new Collector();
		ends[0].start(one);
		ends[1].start(two);
		ends[0].close();
		ends[1].close();
		ends[0].close();
		one.lost.get(60, TimeUnit.SECONDS);
		two.lost.get(60, TimeUnit.SECONDS);
		ends[1].send(new SessionMessage.NotifyAck(1));
		assertThat(one.messages).isEmpty();
		assertThat(one.violations).hasValue(0);
		assertThat(two.violations).hasValue(0);
	}

	@Test
	void endWhoseAgentHasStoppedHarmsNobody() {
		Executor stopped = (task) -> {
			throw new RejectedExecutionException();
		};
		PipeLink[] ends = PipeLink.pair(Runnable::run, stopped, this.gate);
		Collector near = new Collector();
		ends[0].start(near);
		ends[1].start(new Collector());
		ends[0].send(new SessionMessage.NotifyAck(1));
		ends[0].send(new SessionMessage.NotifyAck(2));
		ends[0].close();
		assertThat(near.lost).isDone();
	}

	@Test
	void shutGateKeepsWhatIsSentInOrderUntilItOpens() throws Exception {
		PipeLink[] ends = PipeLink.pair(this.executor, this.executor, this.gate);
		Collector one = new Collector();
		Collector two = new Collector();
		ends[0].start(one);
		ends[1].start(two);
		int time = this.gate.shut();
		assertThat(this.gate.shut()).isEqualTo(time);
		assertThat(ends[0].isUp()).isFalse();
		for (int i = 0; i < 100; i++) {
			ends[0].send(new SessionMessage.NotifyAck(i));
			ends[1].send(new SessionMessage.NotifyAck(-i));
		}
		ends[0].close();
		ends[1].send(new SessionMessage.NotifyAck(1));
		// Nothing that is on its way in the executor can be one of them.
		this.executor.submit(() -> {
		}).get(60, TimeUnit.SECONDS);
		assertThat(one.messages).isEmpty();
		assertThat(two.messages).isEmpty();
		assertThat(one.lost).isNotDone();
		assertThat(this.gate.isShutSince(time)).isTrue();
		this.gate.open();
		assertThat(this.gate.isShutSince(time)).isFalse();
		two.lost.get(60, TimeUnit.SECONDS);
		one.lost.get(60, TimeUnit.SECONDS);
		assertThat(two.messages).hasSize(100)
			.isEqualTo(IntStream.range(0, 100).mapToObj(SessionMessage.NotifyAck::new).toList());
		assertThat(one.messages).hasSize(100);
		assertThat(one.violations).hasValue(0);
		assertThat(two.violations).hasValue(0);
		assertThat(this.gate.shut()).isNotEqualTo(time);
	}

	@Test
	void gateThatShutsAndOpensAllTheTimeLosesNothing() throws Exception {
		PipeLink[] ends = PipeLink.pair(this.executor, this.executor, this.gate);
		Collector collector = new Collector();
		ends[0].start(new Collector());
		ends[1].start(collector);
		CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> {
			for (int number = 0; number < 20_000; number++) {
				ends[0].send(new SessionMessage.NotifyAck(number));
			}
		});
		while (!sender.isDone()) {
			this.gate.shut();
			this.gate.open();
		}
		ends[0].close();
		collector.lost.get(60, TimeUnit.SECONDS);
		assertThat(collector.messages)
			.isEqualTo(IntStream.range(0, 20_000).mapToObj(SessionMessage.NotifyAck::new).toList());
		assertThat(collector.violations).hasValue(0);
	}

	private static final class Collector implements SessionLink.Receiver {

		private final List<SessionMessage> messages = new ArrayList<>();

		private final CompletableFuture<Void> lost = new CompletableFuture<>();

		private final AtomicInteger inside = new AtomicInteger();

		private final AtomicInteger violations = new AtomicInteger();

		@Override
		public void received(SessionMessage message) {
			if (this.inside.incrementAndGet() != 1 || this.lost.isDone()) {
				this.violations.incrementAndGet();
			}
			this.messages.add(message);
			this.inside.decrementAndGet();
		}

		@Override
		public void lost(@Nullable NixlException cause) {
			if (!this.lost.complete(null)) {
				this.violations.incrementAndGet();
			}
		}

	}

}
