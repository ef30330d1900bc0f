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

package io.nixl4j.spring.boot.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.Timeouts;
import io.nixl4j.Transfer;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.NixlPeerLostException;
import io.nixl4j.memory.NixlTimeoutException;
import io.nixl4j.memory.RemoteRegion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.nixl4j.spring.boot.test.FaultyAgents.awaitStill;
import static io.nixl4j.spring.boot.test.FaultyAgents.failureOf;
import static io.nixl4j.spring.boot.test.FaultyAgents.get;
import static io.nixl4j.spring.boot.test.FaultyAgents.isStamped;
import static io.nixl4j.spring.boot.test.FaultyAgents.soon;
import static io.nixl4j.spring.boot.test.FaultyAgents.stamp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What each fault does, and what holds in spite of it.
 */
class NixlFaultsTests {

	private static final int SIZE = 64 << 10;

	private static final long OLD = 0x0101_0101_0101_0101L;

	private static final long NEW = 0x0202_0202_0202_0202L;

	private static final Duration FOR_EVER = Duration.ofDays(365);

	private static final Duration SHORT = Duration.ofMillis(50);

	/** How long a test connects where that cannot succeed. */
	private static final Duration IN_VAIN = Duration.ofSeconds(1);

	private static final Timeouts TIMEOUTS = Timeouts.defaults()
		.withPeer(Duration.ofDays(1))
		.withConnect(FaultyAgents.LONG)
		.withTransfer(FaultyAgents.LONG)
		.withRegionClose(SHORT);

	private final FaultyAgents agents = new FaultyAgents();

	private final NixlFaults faults = this.agents.faults();

	private NixlAgent near;

	private NixlAgent far;

	private MemoryRegion source;

	private MemoryRegion target;

	@BeforeEach
	void start() {
		start(TIMEOUTS);
	}

	private void start(Timeouts timeouts) {
		this.near = this.agents.start("near", timeouts);
		this.far = this.agents.start("far", timeouts);
		this.source = FaultyAgents.allocate(this.near, "source", SIZE);
		this.target = FaultyAgents.allocate(this.far, "target", SIZE);
		stamp(this.source, 0, SIZE, NEW);
		stamp(this.target, 0, SIZE, OLD);
	}

	@AfterEach
	void close() {
		this.agents.close();
	}

	private NixlPeer peer() {
		return this.near.connect("far");
	}

	private Transfer write() {
		NixlPeer peer = peer();
		return peer.write(this.source.all(), peer.region("target").all()).submit();
	}

	private Transfer write(Duration timeout) {
		NixlPeer peer = peer();
		return peer.write(this.source.all(), peer.region("target").all()).timeout(timeout).submit();
	}

	private Transfer read() {
		NixlPeer peer = peer();
		return peer.read(this.source.all(), peer.region("target").all()).submit();
	}

	private boolean hasLanded() {
		return isStamped(this.target, 0, SIZE, NEW);
	}

	private boolean hasNotLanded() {
		return isStamped(this.target, 0, SIZE, OLD);
	}

	@Test
	void failureIsTypedStillAtOnceAndMovesNothing() {
		this.faults.between("far", "near").failNext();
		Transfer write = write();
		assertThat(failureOf(write)).isEqualTo(NixlError.BACKEND);
		awaitStill(write);
		assertThat(hasNotLanded()).isTrue();
		get(write().result());
		assertThat(hasLanded()).isTrue();
	}

	@Test
	void faultsAreForWhatTheySelectInTheOrderOfTheCalls() {
		this.faults.between("near", "far").reads().failNext(NixlError.REFUSED);
		this.faults.between("near", "far").writes().failNext(NixlError.PERMISSION);
		this.faults.everywhere().failNext(NixlError.UNSUPPORTED);
		this.faults.between("near", "third").failNext();
		assertThat(failureOf(write())).isEqualTo(NixlError.PERMISSION);
		assertThat(failureOf(write())).isEqualTo(NixlError.UNSUPPORTED);
		get(write().result());
		assertThat(failureOf(read())).isEqualTo(NixlError.REFUSED);
		get(read().result());
		assertThat(this.faults.heldBack()).isZero();
	}

	@Test
	void lostConnectionIsCuredByAnotherAttempt() throws InterruptedException {
		NixlPeer peer = peer();
		this.faults.between("near", "far").failNext(NixlError.PEER_LOST).failNext(NixlError.NOT_READY);
		get(peer.write(this.source.all(), peer.region("target").all()).notification("once").submit().result());
		assertThat(hasLanded()).isTrue();
		assertThat(this.far.pollNotification(FaultyAgents.LONG).orElseThrow().text()).isEqualTo("once");
		get(peer.notify(new byte[0]));
		assertThat(this.far.pollNotification(FaultyAgents.LONG).orElseThrow().text()).isEmpty();
	}

	@Test
	void checksumsThatAreWrongThreeTimesAreTheResult() {
		this.faults.everywhere().failNext(NixlError.CORRUPT).failNext(NixlError.CORRUPT).failNext(NixlError.CORRUPT);
		assertThat(failureOf(write())).isEqualTo(NixlError.CORRUPT);
		this.faults.everywhere().failNext(NixlError.CORRUPT).failNext(NixlError.CORRUPT);
		get(write().result());
	}

	@Test
	void lateBytesLandBehindTheFailure() {
		this.faults.between("near", "far").writes().lateBytesNext();
		Transfer write = write();
		assertThat(failureOf(write)).isEqualTo(NixlError.BACKEND);
		assertThat(this.faults.heldBack()).isEqualTo(1);
		assertThat(write.released()).isNotDone();
		assertThat(write.stopped()).isNotDone();
		assertThat(hasNotLanded()).isTrue();
		// Whoever uses the range again now has this coming.
		stamp(this.target, 0, SIZE, 42);
		this.faults.land();
		awaitStill(write);
		assertThat(hasLanded()).isTrue();
		assertThat(this.faults.heldBack()).isZero();
	}

	@Test
	void lateBytesOfAReadLandInLocalMemory() {
		this.faults.everywhere().lateBytesNext();
		Transfer read = read();
		assertThat(failureOf(read)).isEqualTo(NixlError.BACKEND);
		this.source.close();
		soon().until(() -> this.near.quarantined().size() == 1);
		assertThat(this.source.closed()).isNotDone();
		this.faults.land();
		awaitStill(read);
		get(this.source.closed());
		soon().until(() -> this.near.quarantined().isEmpty());
	}

	@Test
	void regionWithLateBytesStaysInQuarantineAndItsNotificationNeverComes() throws InterruptedException {
		NixlPeer peer = peer();
		this.faults.everywhere().lateBytesNext();
		Transfer write = peer.write(this.source.all(), peer.region("target").all()).notification("never").submit();
		assertThat(failureOf(write)).isEqualTo(NixlError.BACKEND);
		this.target.close();
		soon().until(() -> this.far.quarantined().size() == 1);
		assertThat(this.far.quarantined().get(0).reason()).contains("near");
		assertThat(this.target.closed()).isNotDone();
		this.faults.land();
		awaitStill(write);
		get(this.target.closed());
		get(peer.notify(new byte[0]));
		assertThat(this.far.pollNotification(FaultyAgents.LONG).orElseThrow().text()).isEmpty();
	}

	@Test
	void lateBytesMayLandByThemselves() {
		this.faults.everywhere().lateBytesNext(Duration.ofMillis(30));
		Transfer write = write();
		assertThat(failureOf(write)).isEqualTo(NixlError.BACKEND);
		awaitStill(write);
		assertThat(hasLanded()).isTrue();
	}

	@Test
	void lateBytesOfASessionThatEndsNeverLand() {
		this.faults.everywhere().lateBytesNext();
		Transfer write = write();
		assertThat(failureOf(write)).isEqualTo(NixlError.BACKEND);
		NixlPeer peer = peer();
		peer.disconnect();
		awaitStill(write);
		get(peer.drained());
		this.faults.land();
		get(read().result());
		assertThat(hasNotLanded()).isTrue();
	}

	@Test
	void delayedBytesLandInSpiteOfADeadline() {
		this.faults.between("near", "far").delay(FOR_EVER);
		Transfer write = write(SHORT);
		assertThat(failureOf(write)).isEqualTo(NixlError.TIMED_OUT);
		assertThat(write.released()).isNotDone();
		assertThat(hasNotLanded()).isTrue();
		this.faults.clear();
		awaitStill(write);
		assertThat(hasLanded()).isTrue();
	}

	@Test
	void delayedBytesLandInSpiteOfACancel() {
		this.faults.between("near", "far").delay(Duration.ofMillis(30));
		Transfer write = write();
		assertThat(write.cancel()).isTrue();
		assertThat(failureOf(write)).isEqualTo(NixlError.CANCELLED);
		awaitStill(write);
		assertThat(hasLanded()).isTrue();
	}

	@Test
	void delayIsForAllUntilItIsTakenBack() throws InterruptedException {
		Duration delay = Duration.ofMillis(20);
		this.faults.everywhere().delay(FOR_EVER);
		this.faults.everywhere().delay(delay);
		for (int i = 0; i < 3; i++) {
			assertThat(write().await().duration()).isGreaterThanOrEqualTo(delay);
		}
		this.faults.everywhere().delay(FOR_EVER).delay(Duration.ZERO);
		get(write().result());
		assertThat(hasLanded()).isTrue();
	}

	@Test
	void partitionHoldsEverythingBackUntilItHeals() throws InterruptedException {
		NixlPeer peer = peer();
		RemoteRegion remote = peer.region("target");
		this.faults.partition("near", "far");
		Transfer write = peer.write(this.source.all(), remote.all()).notification("second").submit();
		CompletableFuture<Void> told = peer.notify("first".getBytes(StandardCharsets.UTF_8));
		soon().until(() -> this.faults.heldBack() == 1);
		assertThat(this.far.pollNotification(SHORT)).isEmpty();
		assertThat(write.result()).isNotDone();
		assertThat(told).isNotDone();
		assertThat(hasNotLanded()).isTrue();
		this.faults.heal();
		get(write.result());
		get(told);
		assertThat(hasLanded()).isTrue();
		assertThat(this.far.pollNotification(FaultyAgents.LONG).orElseThrow().text()).isEqualTo("first");
		assertThat(this.far.pollNotification(FaultyAgents.LONG).orElseThrow().text()).isEqualTo("second");
		assertThat(peer.isConnected()).isTrue();
	}

	@Test
	void deadlineInAPartitionBringsTheResultOnly() {
		peer();
		this.faults.partition("far", "near");
		Transfer write = write(SHORT);
		assertThat(failureOf(write)).isEqualTo(NixlError.TIMED_OUT);
		assertThat(write.released()).isNotDone();
		assertThat(write.stopped()).isNotDone();
		this.faults.heal("near", "far");
		awaitStill(write);
		assertThat(hasLanded()).isTrue();
	}

	@Test
	void peerBeyondAPartitionIsLostAndProvedToBeStillWhenItHeals() {
		this.agents.close();
		FaultyAgents others = new FaultyAgents();
		try (others) {
			NixlAgent one = others.start("one", TIMEOUTS.withPeer(SHORT).withConnect(IN_VAIN));
			NixlAgent two = others.start("two", TIMEOUTS.withPeer(SHORT));
			MemoryRegion from = FaultyAgents.allocate(one, "from", SIZE);
			MemoryRegion to = FaultyAgents.allocate(two, "to", SIZE);
			stamp(from, 0, SIZE, NEW);
			NixlPeer peer = one.connect("two");
			RemoteRegion remote = peer.region("to");
			NixlPeer back = two.connect("one");
			others.faults().partition("one", "two");
			Transfer write = peer.write(from.all(), remote.all()).submit();
			assertThat(failureOf(write)).isEqualTo(NixlError.PEER_LOST);
			get(write.released());
			get(peer.drained());
			get(back.drained());
			assertThat(write.stopped()).isNotDone();
			assertThatExceptionOfType(NixlTimeoutException.class).isThrownBy(() -> one.connect("two"));
			others.faults().heal();
			get(write.stopped());
			assertThat(isStamped(to, 0, SIZE, 0)).isTrue();
			NixlPeer again = one.connect("two");
			get(again.write(from.all(), again.region("to").all()).submit().result());
			assertThat(isStamped(to, 0, SIZE, NEW)).isTrue();
		}
	}

	@Test
	void restartedPeerIsAnotherIncarnationAndNothingOfTheFormerOneLands() {
		NixlPeer before = peer();
		RemoteRegion remote = before.region("target");
		PreparedTransfer prepared = before.prepareWrite(this.source.all(), remote.all());
		Incarnation former = this.far.incarnation().orElseThrow();
		this.faults.everywhere().lateBytesNext();
		Transfer late = write();
		assertThat(failureOf(late)).isEqualTo(NixlError.BACKEND);
		this.faults.everywhere().delay(FOR_EVER);
		Transfer delayed = write();
		this.faults.restart("far");
		assertThat(failureOf(delayed)).isEqualTo(NixlError.PEER_LOST);
		awaitStill(late);
		awaitStill(delayed);
		this.faults.clear();
		assertThat(this.far.incarnation()).isPresent().get().isNotEqualTo(former);
		soon().until(() -> !before.isConnected());
		assertThatExceptionOfType(NixlPeerLostException.class).isThrownBy(() -> before.region("target"));
		assertThatExceptionOfType(NixlException.class).isThrownBy(prepared::post)
			.satisfies((cause) -> assertThat(cause.error()).isIn(NixlError.STALE, NixlError.PEER_LOST));
		prepared.close();
		get(read().result());
		assertThat(hasNotLanded()).isTrue();
		stamp(this.source, 0, SIZE, NEW);
		get(write().result());
		assertThat(hasLanded()).isTrue();
	}

	@Test
	void restartPublishesOnlyWhatWasPublished() {
		NixlAgent impatient = this.agents.start("impatient", TIMEOUTS.withConnect(IN_VAIN));
		this.far.withdraw();
		this.faults.restart(this.far);
		assertThatExceptionOfType(NixlException.class).isThrownBy(() -> impatient.connect("far"))
			.satisfies((cause) -> assertThat(cause.error()).isEqualTo(NixlError.NOT_READY));
		this.far.publish();
		this.faults.restart(this.far);
		get(write().result());
	}

	@Test
	void restartNeedsAnAgentThatRuns() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.faults.restart("nobody"))
			.withMessageContaining("[far, near]");
		this.far.stop();
		assertThatIllegalStateException().isThrownBy(() -> this.faults.restart("far"));
	}

	@Test
	void clearEndsEverything() {
		peer();
		this.faults.everywhere().lateBytesNext();
		Transfer late = write();
		this.faults.everywhere().delay(FOR_EVER);
		Transfer delayed = write();
		this.faults.partition("near", "far");
		Transfer cut = write();
		this.faults.everywhere().failNext();
		soon().until(() -> this.faults.heldBack() == 3);
		this.faults.clear();
		assertThat(failureOf(late)).isEqualTo(NixlError.BACKEND);
		awaitStill(late);
		get(delayed.result());
		get(cut.result());
		get(write().result());
		assertThat(this.faults.heldBack()).isZero();
	}

	@Test
	void nonsenseIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.faults.between("near", "near"))
			.withMessageContaining("near");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.faults.everywhere().delay(Duration.ofMillis(1).negated()));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.faults.everywhere().lateBytesNext(Duration.ofMillis(1).negated()));
	}

}
