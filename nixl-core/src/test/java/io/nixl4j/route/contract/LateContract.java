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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.Timeouts;
import io.nixl4j.Transfer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.Quarantine;
import io.nixl4j.route.contract.LateRoute.Lateness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything above a route keeps its promises when bytes land long after the failure:
 * {@link LateRoute}.
 */
abstract class LateContract extends ContractCase {

	private static final int SIZE = 1 << 20;

	private static final long OLD = 0x1111_1111_1111_1111L;

	private static final long NEW = 0x2222_2222_2222_2222L;

	private LateRoute late;

	private NixlAgent initiator;

	private NixlAgent target;

	private MemoryRegion near;

	private MemoryRegion far;

	private NixlPeer peer;

	@BeforeEach
	void connect() {
		this.late = LateRoute.over(this.agents.route());
		this.initiator = this.agents.start("initiator", this.late, LateContract::impatient);
		this.target = this.agents.start("target", LateContract::impatient);
		this.near = this.agents.allocate(this.initiator, "near", SIZE);
		this.far = this.agents.allocate(this.target, "far", SIZE);
		this.peer = this.agents.connect(this.initiator, this.target);
		stamp(this.near, 0, SIZE, NEW);
		stamp(this.far, 0, SIZE, OLD);
	}

	/** Quarantines soon what is not proved. */
	private static NixlAgentBuilder impatient(NixlAgentBuilder builder) {
		return builder
			.timeouts(Timeouts.defaults().withConnect(Duration.ofSeconds(30)).withRegionClose(Duration.ofMillis(100)));
	}

	private Transfer write() {
		return this.peer.write(this.near.all(), this.peer.region("far").all()).submit();
	}

	@Test
	void resultComesBeforeTheReleaseAndTheBytesBetweenThem() {
		this.late.late(Lateness.FAILS_FIRST, 1);
		Transfer write = write();
		assertThat(errorOf(() -> get(write.result()))).isEqualTo(NixlError.BACKEND);
		assertThat(write.released()).isNotDone();
		assertThat(write.stopped()).isNotDone();
		assertThat(isStamped(this.far, 0, SIZE, OLD)).isTrue();
		// Another transfer goes its way meanwhile.
		get(this.peer.read(this.near.range(0, 8), this.peer.region("far").range(0, 8)).submit().result());
		stamp(this.near, 0, 8, NEW);
		assertThat(write.released()).isNotDone();
		this.late.land();
		awaitStill(write);
		assertThat(isStamped(this.far, 0, SIZE, NEW)).isTrue();
	}

	@Test
	void preparedRequestIsBusyUntilItsBytesHaveLanded() throws InterruptedException {
		for (Lateness how : List.of(Lateness.FAILS_FIRST, Lateness.SILENT)) {
			stamp(this.near, 0, SIZE, NEW);
			stamp(this.far, 0, SIZE, OLD);
			this.late.late(how, 1);
			PreparedTransfer write = this.peer.write(this.near.all(), this.peer.region("far").all())
				.timeout((how == Lateness.SILENT) ? Duration.ofMillis(50) : Duration.ofSeconds(60))
				.prepare();
			write.post();
			assertThat(errorOf(write::await))
				.isEqualTo((how == Lateness.SILENT) ? NixlError.TIMED_OUT : NixlError.BACKEND);
			assertThat(write.isReleased()).isFalse();
			assertThat(write.isStopped()).isFalse();
			assertThat(errorOf(write::post)).isEqualTo(NixlError.BUSY);
			assertThat(errorOf(write::poll)).isNotEqualTo(NixlError.BUSY);
			assertThat(isStamped(this.far, 0, SIZE, OLD)).isTrue();
			this.late.land();
			awaitEnd(write);
			assertThat(isStamped(this.far, 0, SIZE, NEW)).isTrue();
			write.close();
		}
		try (PreparedTransfer write = this.peer.prepareWrite(this.near.all(), this.peer.region("far").all())) {
			this.late.late(Lateness.FAILS_FIRST, 1);
			write.post();
			assertThat(errorOf(write::await)).isEqualTo(NixlError.BACKEND);
			this.late.land();
			awaitEnd(write);
			stamp(this.near, 0, SIZE, OLD);
			write.post();
			write.await();
			assertThat(isStamped(this.far, 0, SIZE, OLD)).isTrue();
		}
	}

	@Test
	void cancelBringsTheResultAndNotTheRelease() {
		this.late.late(Lateness.SILENT, 1);
		Transfer write = write();
		assertThat(write.result()).isNotDone();
		assertThat(write.cancel()).isTrue();
		assertThat(write.cancel()).isFalse();
		assertThat(errorOf(() -> get(write.result()))).isEqualTo(NixlError.CANCELLED);
		assertThat(write.released()).isNotDone();
		this.late.land();
		awaitStill(write);
		assertThat(isStamped(this.far, 0, SIZE, NEW)).isTrue();
	}

	@Test
	void closedRequestIsDroppedWhenItsBytesHaveLanded() {
		this.late.late(Lateness.SILENT, 1);
		PreparedTransfer write = this.peer.prepareWrite(this.near.all(), this.peer.region("far").all());
		write.post();
		write.close();
		assertThat(write.isReleased()).isFalse();
		this.late.land();
		awaitEnd(write);
	}

	@Test
	void notificationWaitsForItsBytesAndNeverFollowsAFailure() throws InterruptedException {
		this.late.late(Lateness.FAILS_FIRST, 1).late(Lateness.SILENT, 1);
		Transfer failed = this.peer.write(this.near.range(0, 8), this.peer.region("far").range(0, 8))
			.notification("failed")
			.submit();
		Transfer silent = this.peer.write(this.near.all(), this.peer.region("far").all())
			.notification("landed")
			.submit();
		assertThat(errorOf(() -> get(failed.result()))).isEqualTo(NixlError.BACKEND);
		get(this.peer.notify(new byte[0]));
		assertThat(this.target.pollNotification(Duration.ofSeconds(60)).orElseThrow().text()).isEmpty();
		assertThat(this.target.pollNotification(Duration.ZERO)).isEmpty();
		this.late.land();
		assertThat(this.target.pollNotification(Duration.ofSeconds(60)).orElseThrow().text()).isEqualTo("landed");
		assertThat(isStamped(this.far, 0, SIZE, NEW)).isTrue();
		get(silent.result());
		awaitStill(failed);
		assertThat(this.target.pollNotification(Duration.ZERO)).isEmpty();
	}

	@Test
	void acknowledgementOfAnEarlierPostIsNotTheResultOfTheNext() throws InterruptedException {
		// The window is full, so nothing is acknowledged until the application takes one.
		List<CompletableFuture<Void>> sent = new ArrayList<>();
		for (int i = 0; i < 1_024; i++) {
			sent.add(this.peer.notify(new byte[0]));
		}
		sent.forEach(ContractCase::get);
		try (PreparedTransfer write = this.peer.write(this.near.all(), this.peer.region("far").all())
			.notification("post")
			.prepare()) {
			write.post();
			awaitEnd(write);
			assertThat(write.poll()).isFalse();
			assertThat(write.cancel()).isTrue();
			this.late.late(Lateness.SILENT, 1);
			write.post();
			CompletableFuture<Void> behind = this.peer.notify(new byte[1]);
			take(2);
			// Acknowledgements come in order, so the first post's has come.
			get(behind);
			assertThat(write.poll()).isFalse();
			this.late.land();
			take(1);
			write.await();
			assertThat(isStamped(this.far, 0, SIZE, NEW)).isTrue();
			take(1_024);
			assertThat(this.target.pollNotification(Duration.ZERO)).isEmpty();
		}
	}

	private void take(int count) throws InterruptedException {
		for (int i = 0; i < count; i++) {
			assertThat(this.target.pollNotification(Duration.ofSeconds(60))).isPresent();
		}
	}

	@Test
	void regionStaysAllocatedUntilItsGranteeIsStill() {
		this.late.late(Lateness.FAILS_FIRST, 1);
		Transfer write = write();
		assertThat(errorOf(() -> get(write.result()))).isEqualTo(NixlError.BACKEND);
		this.far.close();
		soon().until(() -> !this.target.quarantined().isEmpty());
		Quarantine quarantine = this.target.quarantined().get(0);
		assertThat(quarantine.region()).isEqualTo("far");
		assertThat(quarantine.bytes()).isEqualTo(SIZE);
		assertThat(quarantine.reason()).contains(this.initiator.engineId());
		assertThat(this.far.closed()).isNotDone();
		// Its name is free, and what lands late lands nowhere.
		MemoryRegion next = this.agents.allocate(this.target, "far", SIZE);
		awaitRegion(this.peer, "far");
		this.late.land();
		awaitStill(write);
		get(this.far.closed());
		soon().until(() -> this.target.quarantined().isEmpty());
		assertThat(isStamped(next, 0, SIZE, 0)).isTrue();
	}

	@Test
	void localRegionStaysAllocatedUntilItsTransferIsReleased() {
		stamp(this.far, 0, SIZE, NEW);
		this.late.late(Lateness.SILENT, 1);
		Transfer read = this.peer.read(this.near.all(), this.peer.region("far").all()).submit();
		assertThat(read.cancel()).isTrue();
		this.near.close();
		soon().until(() -> !this.initiator.quarantined().isEmpty());
		assertThat(this.near.closed()).isNotDone();
		this.late.land();
		get(this.near.closed());
		awaitStill(read);
		soon().until(() -> this.initiator.quarantined().isEmpty());
	}

	@Test
	void sessionIsDrainedAndAnotherBeginsWhenLateBytesAreGone() {
		this.late.late(Lateness.SILENT, 1);
		Transfer write = write();
		NixlPeer before = this.peer;
		before.disconnect();
		assertThat(errorOf(() -> get(write.result()))).isEqualTo(NixlError.PEER_LOST);
		assertThat(write.released()).isNotDone();
		CompletableFuture<Void> drained = before.drained();
		CompletableFuture<NixlPeer> connecting = this.initiator.connectAsync(this.target.engineId());
		assertThat(drained).isNotDone();
		assertThat(connecting).isNotDone();
		this.late.land();
		get(drained);
		awaitStill(write);
		// They came too late for the session that admitted them.
		assertThat(isStamped(this.far, 0, SIZE, OLD)).isTrue();
		this.peer = get(connecting);
		get(write().result());
		assertThat(isStamped(this.far, 0, SIZE, NEW)).isTrue();
	}

	@Test
	void rangesThatAreReusedAfterTheReleaseOnlyNeverHoldOlderBytes() {
		NixlAgent random = this.agents.start("random",
				LateRoute.random(Lateness.FAILS_FIRST, this.agents.route(), 1, 0.3, Duration.ofMillis(200)));
		int slots = 16;
		int slot = 64 << 10;
		MemoryRegion source = this.agents.allocate(random, "source", slots * slot);
		NixlPeer there = this.agents.connect(random, this.target);
		Transfer[] inFlight = new Transfer[slots];
		int failed = 0;
		for (int i = 0; i < 25 * slots; i++) {
			int index = i % slots;
			int offset = index * slot;
			if (i >= slots) {
				failed += settle(inFlight[index]) ? 0 : 1;
				// Late or not: what was posted last is what is there.
				assertThat(isStamped(this.far, offset, slot, i - slots)).as("post %s", i - slots).isTrue();
			}
			stamp(source, offset, slot, i);
			inFlight[index] = there.write(source.range(offset, slot), there.region("far").range(offset, slot)).submit();
		}
		for (Transfer transfer : inFlight) {
			settle(transfer);
		}
		assertThat(failed).isPositive();
	}

	@Test
	void nextAttemptWaitsForTheBytesOfTheOneThatFailed() throws InterruptedException {
		this.late.late(Lateness.LOST_FIRST, 1);
		Transfer write = this.peer.write(this.near.all(), this.peer.region("far").all())
			.notification("landed")
			.submit();
		soon().until(() -> this.late.waiting() == 1);
		// Another transfer goes its way meanwhile.
		get(this.peer.read(this.near.range(0, 8), this.peer.region("far").range(0, 8)).submit().result());
		stamp(this.near, 0, 8, NEW);
		assertThat(isStamped(this.far, 0, SIZE, OLD)).isTrue();
		assertThat(write.result()).isNotDone();
		assertThat(write.released()).isNotDone();
		assertThat(write.stopped()).isNotDone();
		this.late.land();
		get(write.result());
		awaitStill(write);
		assertThat(isStamped(this.far, 0, SIZE, NEW)).isTrue();
		assertThat(this.target.pollNotification(Duration.ofSeconds(60)).orElseThrow().text()).isEqualTo("landed");
		get(this.peer.notify(new byte[0]));
		assertThat(this.target.pollNotification(Duration.ofSeconds(60)).orElseThrow().text()).isEmpty();
	}

	@Test
	void failureWithoutProofIsIndeterminateAtTheDeadlineAndNothingFollowsIt() {
		this.late.late(Lateness.LOST_FIRST, 1);
		Transfer write = this.peer.write(this.near.all(), this.peer.region("far").all())
			.timeout(Duration.ofMillis(100))
			.submit();
		assertThat(errorOf(() -> get(write.result()))).isEqualTo(NixlError.INDETERMINATE);
		assertThat(write.released()).isNotDone();
		assertThat(isStamped(this.far, 0, SIZE, OLD)).isTrue();
		this.late.land();
		awaitStill(write);
		assertThat(isStamped(this.far, 0, SIZE, NEW)).isTrue();
		assertThat(this.late.waiting()).isZero();
	}

	@Test
	void cancelBetweenTwoAttemptsIsTheEnd() {
		this.late.late(Lateness.LOST_FIRST, 1);
		Transfer write = write();
		soon().until(() -> this.late.waiting() == 1);
		assertThat(write.cancel()).isTrue();
		assertThat(errorOf(() -> get(write.result()))).isEqualTo(NixlError.CANCELLED);
		this.late.land();
		awaitStill(write);
		stamp(this.far, 0, SIZE, OLD);
		get(this.peer.write(this.near.range(0, 8), this.peer.region("far").range(0, 8)).submit().result());
		assertThat(isStamped(this.far, 8, SIZE - 8, OLD)).isTrue();
	}

	@Test
	void replacedPeerFreesNothingBeforeItsBytesAreProvedToBeStill() {
		this.late.late(Lateness.SILENT, 1).late(Lateness.FAILS_FIRST, 1);
		Transfer silent = write();
		Transfer failed = write();
		assertThat(errorOf(() -> get(failed.result()))).isEqualTo(NixlError.BACKEND);
		this.agents.replace(this.target);
		soon().until(() -> !this.peer.isConnected());
		this.near.close();
		soon().until(() -> !this.initiator.quarantined().isEmpty());
		for (Transfer write : List.of(silent, failed)) {
			assertThat(write.released()).isNotDone();
			assertThat(write.stopped()).isNotDone();
		}
		this.late.land();
		awaitStill(silent);
		awaitStill(failed);
		assertThat(errorOf(() -> get(silent.result()))).isEqualTo(NixlError.PEER_LOST);
		assertThat(isStamped(this.far, 0, SIZE, OLD)).as("the session has ended").isTrue();
		get(this.near.closed());
		assertThat(this.initiator.quarantined()).isEmpty();
	}

	@Test
	void rangesThatAreReusedAfterTheResultNeverHoldBytesOfAnEarlierAttempt() {
		NixlAgent random = this.agents.start("random",
				LateRoute.random(Lateness.LOST_FIRST, this.agents.route(), 1, 0.3, Duration.ofMillis(200)));
		int slots = 16;
		int slot = 64 << 10;
		MemoryRegion source = this.agents.allocate(random, "source", slots * slot);
		NixlPeer there = this.agents.connect(random, this.target);
		Transfer[] inFlight = new Transfer[slots];
		for (int i = 0; i < 15 * slots; i++) {
			int index = i % slots;
			int offset = index * slot;
			if (i >= slots) {
				// A failure is nobody's to see while the deadline lasts.
				get(inFlight[index].result());
				assertThat(isStamped(this.far, offset, slot, i - slots)).as("post %s", i - slots).isTrue();
			}
			stamp(source, offset, slot, i);
			inFlight[index] = there.write(source.range(offset, slot), there.region("far").range(offset, slot)).submit();
		}
		for (Transfer transfer : inFlight) {
			get(transfer.result());
		}
	}

	private static boolean settle(Transfer transfer) {
		boolean done = get(transfer.result().handle((result, failure) -> failure == null));
		awaitStill(transfer);
		return done;
	}

}
