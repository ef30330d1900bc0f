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

package io.nixl4j.route.contract;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.Notification;
import io.nixl4j.Transfer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlPeerLostException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Notifications follow their data, come once, and wait for the application.
 */
abstract class NotificationContract extends ContractCase {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final int SIZE = 2 << 20;

	private NixlAgent initiator;

	private NixlAgent target;

	private MemoryRegion near;

	private MemoryRegion far;

	private NixlPeer peer;

	@BeforeEach
	void connect() {
		this.initiator = this.agents.start("initiator");
		this.target = this.agents.start("target");
		this.near = this.agents.allocate(this.initiator, "near", SIZE);
		this.far = this.agents.allocate(this.target, "far", SIZE);
		this.peer = this.agents.connect(this.initiator, this.target);
	}

	@Test
	void bytesAreVisibleWhenTheirNotificationComes() throws InterruptedException {
		SplittableRandom random = new SplittableRandom(1);
		for (int i = 1; i <= 150; i++) {
			long length = 8L * (1 + random.nextInt(1 << random.nextInt(1, 18)));
			stamp(this.near, 0, length, i);
			Transfer write = this.peer.write(this.near.range(0, length), this.peer.region("far").range(0, length))
				.notification(i + " " + length)
				.submit();
			Notification notification = next(this.target);
			assertThat(notification.engineId()).isEqualTo(this.initiator.engineId());
			assertThat(notification.text()).isEqualTo(i + " " + length);
			assertThat(isStamped(this.far, 0, length, i)).isTrue();
			get(write.result());
		}
	}

	@Test
	void notificationsOfManyTransfersInBothDirectionsComeOnce() throws InterruptedException {
		int count = 500;
		NixlPeer back = this.agents.connect(this.target, this.initiator);
		List<CompletableFuture<?>> sent = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			int offset = 8 * i;
			sent.add(this.peer.notify(text("there " + i)));
			sent.add(back.notify(text("back " + i)));
			if (i % 5 == 0) {
				stamp(this.near, offset, 8, i);
				sent.add(this.peer.write(this.near.range(offset, 8), this.peer.region("far").range(offset, 8))
					.notification("write " + i)
					.submit()
					.result());
			}
		}
		Set<String> there = new HashSet<>();
		for (int i = 0; i < count + count / 5; i++) {
			String text = next(this.target).text();
			assertThat(there.add(text)).as(text).isTrue();
			if (text.startsWith("write ")) {
				int number = Integer.parseInt(text.substring(6));
				assertThat(isStamped(this.far, 8L * number, 8, number)).isTrue();
			}
		}
		Set<String> here = new HashSet<>();
		for (int i = 0; i < count; i++) {
			assertThat(here.add(next(this.initiator).text())).isTrue();
		}
		sent.forEach(ContractCase::get);
		assertThat(this.target.pollNotification(Duration.ZERO)).isEmpty();
		assertThat(this.initiator.pollNotification(Duration.ZERO)).isEmpty();
	}

	@Test
	void payloadsAreWholeUpToTheirBoundAndRefusedBeyond() throws InterruptedException {
		byte[] longest = new byte[Notification.MAX_PAYLOAD];
		new SplittableRandom(2).nextBytes(longest);
		byte[] given = longest.clone();
		CompletableFuture<Void> delivered = this.peer.notify(given);
		// It was copied.
		given[0]++;
		assertThat(next(this.target).payload()).isEqualTo(longest);
		get(delivered);
		get(this.peer.notify(new byte[0]));
		assertThat(next(this.target).payload()).isEmpty();
		assertThat(errorOf(() -> this.peer.notify(new byte[Notification.MAX_PAYLOAD + 1])))
			.isEqualTo(NixlError.OUT_OF_RANGE);
		assertThat(errorOf(() -> this.peer.write(this.near.all(), this.peer.region("far").all())
			.notification(new byte[Notification.MAX_PAYLOAD + 1]))).isEqualTo(NixlError.OUT_OF_RANGE);
	}

	@Test
	void applicationThatTakesNothingSlowsItsSenderAndLosesNothing() throws InterruptedException {
		List<CompletableFuture<Void>> sent = new ArrayList<>();
		assertThatExceptionOfType(NixlBusyException.class).isThrownBy(() -> {
			for (int i = 0; i < 100_000; i++) {
				sent.add(this.peer.notify(text("" + i)));
			}
		});
		assertThat(sent).hasSizeBetween(1_024, 4 * 1_024);
		// Bytes do not wait for the window.
		stamp(this.near, 0, SIZE, 7);
		Transfer write = this.peer.write(this.near.all(), this.peer.region("far").all()).submit();
		get(write.result());
		assertThat(sent).anyMatch((future) -> !future.isDone());
		Set<String> taken = new HashSet<>();
		for (int i = 0; i < sent.size(); i++) {
			assertThat(taken.add(next(this.target).text())).isTrue();
		}
		sent.forEach(ContractCase::get);
		assertThat(this.target.pollNotification(Duration.ZERO)).isEmpty();
		get(this.peer.notify(text("again")));
		assertThat(next(this.target).text()).isEqualTo("again");
	}

	@Test
	void handlerRunsOnTheApplicationsThreadsAndItsFailureLosesNothing() {
		Set<String> taken = ConcurrentHashMap.newKeySet();
		Set<String> threads = ConcurrentHashMap.newKeySet();
		this.target.onNotification((notification) -> {
			threads.add(Thread.currentThread().getName());
			taken.add(notification.text());
			if (notification.text().endsWith("7")) {
				throw new IllegalStateException("The application fails");
			}
		});
		List<CompletableFuture<Void>> sent = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			sent.add(this.peer.notify(text("" + i)));
		}
		sent.forEach(ContractCase::get);
		soon().until(() -> taken.size() == 100);
		assertThat(threads).allMatch((name) -> name.endsWith("-callback"));
	}

	@Test
	void whatWasSentBeforeTheSessionEndedArrivesAtMostOnce() throws InterruptedException {
		List<CompletableFuture<Void>> sent = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			sent.add(this.peer.notify(text("" + i)));
		}
		this.peer.disconnect();
		int delivered = 0;
		for (CompletableFuture<Void> future : sent) {
			try {
				get(future);
				delivered++;
			}
			catch (NixlPeerLostException ex) {
				// It may have arrived or not.
			}
		}
		get(this.peer.drained());
		// What was accepted waits for the application already.
		Set<String> taken = new HashSet<>();
		Optional<Notification> next = this.target.pollNotification(Duration.ZERO);
		while (next.isPresent()) {
			assertThat(taken.add(next.get().text())).isTrue();
			next = this.target.pollNotification(Duration.ZERO);
		}
		assertThat(taken).hasSizeBetween(delivered, 200);
		assertThat(errorOf(() -> get(this.peer.notify(text("late"))))).isEqualTo(NixlError.PEER_LOST);
	}

	private static Notification next(NixlAgent agent) throws InterruptedException {
		return agent.pollNotification(PATIENCE).orElseThrow();
	}

	private static byte[] text(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
