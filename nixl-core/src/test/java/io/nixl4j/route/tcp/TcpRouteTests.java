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

package io.nixl4j.route.tcp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.NixlPeerLostException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.route.RouteRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class TcpRouteTests {

	private static final int MIB = 1 << 20;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private RouteEnd opener = new RouteEnd("opener", 2, false);

	private RouteEnd acceptor = new RouteEnd("acceptor", 2, false);

	private long requestId;

	@AfterEach
	void close() {
		this.opener.close();
		this.acceptor.close();
		assertThat(this.opener.admitted).hasValue(0);
		assertThat(this.acceptor.admitted).hasValue(0);
	}

	@ParameterizedTest
	@CsvSource({ "WRITE, false", "READ, false", "WRITE, true", "READ, true" })
	void listsOfAnyShapeArrive(Operation operation, boolean checksums) {
		if (checksums) {
			close();
			this.opener = new RouteEnd("opener", 2, true);
			this.acceptor = new RouteEnd("acceptor", 2, false);
		}
		connect(128);
		LocalRegion near = this.opener.allocate("near", 3 * MIB, Permissions.READ_WRITE);
		LocalRegion far = this.acceptor.allocate("far", 3 * MIB, Permissions.READ_WRITE);
		Random random = new Random(5);
		for (int i = 0; i < 30; i++) {
			Patterns.fill(near, i);
			Patterns.fill(far, -i - 1);
			boolean large = i % 3 == 0;
			long bytes = 1 + random.nextInt(large ? 2 * MIB : 10_000);
			DescriptorList local = Patterns.scattered(near, bytes, longest(large, random), random);
			DescriptorList remote = Patterns.scattered(this.acceptor.granted(far), bytes, longest(large, random),
					random);
			boolean write = operation == Operation.WRITE;
			byte[] expected = write ? Patterns.expected(Patterns.bytes(near), local, Patterns.bytes(far), remote)
					: Patterns.expected(Patterns.bytes(far), remote, Patterns.bytes(near), local);
			byte[] untouched = Patterns.bytes(write ? near : far);
			transfer(this.opener, operation, local, remote).awaitDone();
			assertThat(Patterns.bytes(write ? far : near)).as("transfer %d", i).isEqualTo(expected);
			assertThat(Patterns.bytes(write ? near : far)).isEqualTo(untouched);
		}
	}

	private static int longest(boolean large, Random random) {
		return 1 << ((large ? 8 : 1) + random.nextInt(12));
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void tinyDescriptorsArrive(Operation operation) {
		connect(128);
		LocalRegion near = this.opener.allocate("near", 4 * MIB, Permissions.READ_WRITE);
		LocalRegion far = this.acceptor.allocate("far", 4 * MIB, Permissions.READ_WRITE);
		Patterns.fill(near, 1);
		Patterns.fill(far, 2);
		DescriptorList local = near.strided(8, 24, 8, 100_000);
		DescriptorList remote = this.acceptor.granted(far).strided(0, 16, 8, 100_000);
		byte[] expected = (operation == Operation.WRITE)
				? Patterns.expected(Patterns.bytes(near), local, Patterns.bytes(far), remote)
				: Patterns.expected(Patterns.bytes(far), remote, Patterns.bytes(near), local);
		transfer(this.opener, operation, local, remote).awaitDone();
		assertThat(Patterns.bytes((operation == Operation.WRITE) ? far : near)).isEqualTo(expected);
	}

	@Test
	void bothEndsInitiateAtOnce() {
		connect(4);
		List<RecordingEvents> events = new ArrayList<>();
		List<LocalRegion[]> pairs = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			RouteEnd initiator = (i % 2 == 0) ? this.opener : this.acceptor;
			RouteEnd target = (i % 2 == 0) ? this.acceptor : this.opener;
			LocalRegion near = initiator.allocate("near" + i, 3 * MIB, Permissions.READ_WRITE);
			LocalRegion far = target.allocate("far" + i, 3 * MIB, Permissions.READ_WRITE);
			Patterns.fill(near, i);
			Patterns.fill(far, 100 + i);
			pairs.add(new LocalRegion[] { near, far });
			await().atMost(PATIENCE).until(() -> initiator.route().ready().isDone());
			events.add(transfer(initiator, (i % 3 == 0) ? Operation.READ : Operation.WRITE, near.all(),
					target.granted(far).all()));
		}
		events.forEach(RecordingEvents::awaitDone);
		pairs.forEach((pair) -> assertThat(Patterns.bytes(pair[0])).isEqualTo(Patterns.bytes(pair[1])));
	}

	@Test
	void aRequestIsPostedAgainAndAgain() {
		connect(128);
		LocalRegion near = this.opener.allocate("near", MIB, Permissions.READ_WRITE);
		LocalRegion far = this.acceptor.allocate("far", MIB, Permissions.READ_WRITE);
		RecordingEvents events = new RecordingEvents();
		RouteRequest request = this.opener.route()
			.prepare(Operation.WRITE, near.all(), this.acceptor.granted(far).all(), events);
		for (int i = 0; i < 200; i++) {
			near.window(0).putLong(0, i);
			events.fates.clear();
			request.post(++this.requestId, 1);
			events.awaitDone();
			assertThat(far.window(0).getLong(0)).isEqualTo(i);
		}
	}

	@Test
	void aSmallTransferDoesNotWaitForALargeOne() {
		open(1);
		connect(128);
		LocalRegion near = this.opener.allocate("near", 512 * MIB, Permissions.READ_WRITE);
		LocalRegion far = this.acceptor.allocate("far", 512 * MIB, Permissions.READ_WRITE);
		RecordingEvents large = transfer(this.opener, Operation.WRITE, near.all(), this.acceptor.granted(far).all());
		RecordingEvents small = transfer(this.opener, Operation.WRITE, near.range(0, 8),
				this.acceptor.granted(far).range(0, 8));
		small.awaitDone();
		assertThat(large.fates).as("of the large one, %s", large.failure).isEmpty();
		large.awaitDone();
	}

	@Test
	void aStoppedWriteSendsNothingThatComesAfterItsRelease() {
		connect(128);
		LocalRegion near = this.opener.allocate("near", 256 * MIB, Permissions.READ_WRITE);
		LocalRegion far = this.acceptor.allocate("far", 256 * MIB, Permissions.READ_WRITE);
		Patterns.fillBytes(near, (byte) 1);
		for (int round = 0; round < 3; round++) {
			Patterns.fillBytes(far, (byte) 2);
			RecordingEvents events = new RecordingEvents();
			RouteRequest request = this.opener.route()
				.prepare(Operation.WRITE, near.all(), this.acceptor.granted(far).all(), events);
			request.post(++this.requestId, 1);
			int beginning = round * 1000;
			await().pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(1))
				.atMost(PATIENCE)
				.until(() -> far.window(0).getLong(8 * beginning) == 0x0101010101010101L);
			request.stop();
			events.awaitReleased();
			Patterns.fillBytes(near, (byte) 3);
			events.awaitStopped();
			assertThat(events.failure).isNull();
			byte[] atStop = Patterns.bytes(far);
			for (byte value : atStop) {
				if (value == 3) {
					throw new AssertionError("bytes from after the release arrived");
				}
			}
			RecordingEvents next = transfer(this.opener, Operation.WRITE, near.range(0, 8),
					this.acceptor.granted(far).range(0, 8));
			next.awaitDone();
			byte[] later = Patterns.bytes(far);
			System.arraycopy(later, 0, atStop, 0, 8);
			assertThat(later).isEqualTo(atStop);
			Patterns.fillBytes(near, (byte) 1);
		}
	}

	@Test
	void aStoppedReadTouchesNothingAfterItsRelease() {
		connect(128);
		LocalRegion near = this.opener.allocate("near", 256 * MIB, Permissions.READ_WRITE);
		LocalRegion far = this.acceptor.allocate("far", 256 * MIB, Permissions.READ_WRITE);
		Patterns.fillBytes(far, (byte) 1);
		RecordingEvents events = new RecordingEvents();
		RouteRequest request = this.opener.route()
			.prepare(Operation.READ, near.all(), this.acceptor.granted(far).all(), events);
		request.post(++this.requestId, 1);
		await().pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.atMost(PATIENCE)
			.until(() -> near.window(0).getLong(8000) == 0x0101010101010101L);
		request.stop();
		events.awaitReleased();
		Patterns.fillBytes(near, (byte) 3);
		events.awaitStopped();
		await().atMost(PATIENCE).until(() -> this.acceptor.admitted.get() == 0);
		transfer(this.opener, Operation.READ, near.range(0, 8), this.acceptor.granted(far).range(0, 8)).awaitDone();
		byte[] bytes = Patterns.bytes(near);
		for (int i = 8; i < bytes.length; i++) {
			if (bytes[i] != 3) {
				throw new AssertionError("a byte was placed after the release, at " + i);
			}
		}
		events.fates.clear();
		request.post(++this.requestId, 1);
		events.awaitDone();
		assertThat(Patterns.bytes(near)).isEqualTo(Patterns.bytes(far));
	}

	@Test
	void aStopBeforeAnythingWasSentEndsAtOnce() {
		open(1);
		connect(1);
		LocalRegion near = this.opener.allocate("near", 256 * MIB, Permissions.READ_WRITE);
		LocalRegion far = this.acceptor.allocate("far", 256 * MIB, Permissions.READ_WRITE);
		Patterns.fillBytes(near, (byte) 1);
		RecordingEvents ahead = transfer(this.opener, Operation.WRITE, near.all(), this.acceptor.granted(far).all());
		RecordingEvents alsoAhead = transfer(this.opener, Operation.WRITE, near.all(),
				this.acceptor.granted(far).all());
		RecordingEvents events = new RecordingEvents();
		RouteRequest request = this.opener.route()
			.prepare(Operation.WRITE, near.range(0, 8), this.acceptor.granted(far).range(0, 8), events);
		request.post(++this.requestId, 1);
		request.stop();
		events.awaitReleased();
		events.awaitStopped();
		assertThat(events.fates).hasSize(2);
		ahead.awaitDone();
		alsoAhead.awaitDone();
	}

	@Test
	void aStopOfAnEarlierPostDoesNotHitALaterOne() {
		connect(128);
		LocalRegion near = this.opener.allocate("near", MIB, Permissions.READ_WRITE);
		LocalRegion far = this.acceptor.allocate("far", MIB, Permissions.READ_WRITE);
		RecordingEvents events = new RecordingEvents();
		RouteRequest request = this.opener.route()
			.prepare(Operation.WRITE, near.all(), this.acceptor.granted(far).all(), events);
		for (int i = 0; i < 200; i++) {
			events.fates.clear();
			request.post(++this.requestId, 1);
			events.awaitDone();
			request.stop();
		}
		events.fates.clear();
		request.post(++this.requestId, 1);
		events.awaitDone();
	}

	@Test
	void tooManyPostsAreBusyAndLaterOnesGo() {
		connect(1);
		LocalRegion near = this.opener.allocate("near", 64 * MIB, Permissions.READ_WRITE);
		LocalRegion far = this.acceptor.allocate("far", 64 * MIB, Permissions.READ_WRITE);
		List<RecordingEvents> posted = new ArrayList<>();
		assertThatExceptionOfType(NixlBusyException.class).isThrownBy(() -> {
			for (int i = 0; i < 100; i++) {
				posted.add(transfer(this.opener, Operation.WRITE, near.all(), this.acceptor.granted(far).all()));
			}
		}).withMessageContaining("queue_depth");
		posted.forEach(RecordingEvents::awaitDone);
		transfer(this.opener, Operation.WRITE, near.all(), this.acceptor.granted(far).all()).awaitDone();
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void whatTheTargetDoesNotAllowFailsTyped(Operation operation) {
		connect(128);
		LocalRegion near = this.opener.allocate("near", MIB, Permissions.READ_WRITE);
		Permissions opposite = (operation == Operation.WRITE) ? Permissions.READ : Permissions.WRITE;
		LocalRegion guarded = this.acceptor.allocate("guarded", MIB, opposite);
		RecordingEvents refused = transfer(this.opener, operation, near.all(), this.acceptor.granted(guarded).all());
		assertThat(refused.awaitFailed().error()).isEqualTo(NixlError.PERMISSION);
		refused.awaitReleased();
		refused.awaitStopped();
		LocalRegion withdrawn = this.acceptor.allocate("withdrawn", MIB, Permissions.READ_WRITE);
		this.acceptor.withdraw(withdrawn);
		RecordingEvents stale = transfer(this.opener, operation, near.all(), this.acceptor.granted(withdrawn).all());
		NixlException failure = stale.awaitFailed();
		assertThat(failure.error()).isEqualTo(NixlError.STALE);
		assertThat(failure.peer()).contains("acceptor");
		stale.awaitReleased();
		stale.awaitStopped();
	}

	@Test
	void whoThrowsWhenItIsToldHearsOfTheRestAndOfTheNextPost() {
		connect(128);
		LocalRegion near = this.opener.allocate("near", MIB, Permissions.READ_WRITE);
		LocalRegion guarded = this.acceptor.allocate("guarded", MIB, Permissions.READ);
		RecordingEvents heard = new RecordingEvents();
		RouteRequest request = this.opener.route()
			.prepare(Operation.WRITE, near.all(), this.acceptor.granted(guarded).all(), new ThrowingEvents(heard));
		for (int i = 0; i < 3; i++) {
			heard.fates.clear();
			request.post(++this.requestId, 1);
			assertThat(heard.awaitFailed().error()).isEqualTo(NixlError.PERMISSION);
			heard.awaitReleased();
			heard.awaitStopped();
		}
		transfer(this.opener, Operation.READ, near.all(), this.acceptor.granted(guarded).all()).awaitDone();
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void aWithdrawalEndsATransferThatIsUnderWay(Operation operation) {
		connect(128);
		LocalRegion near = this.opener.allocate("near", 512 * MIB, Permissions.READ_WRITE);
		LocalRegion far = this.acceptor.allocate("far", 512 * MIB, Permissions.READ_WRITE);
		RecordingEvents events = transfer(this.opener, operation, near.all(), this.acceptor.granted(far).all());
		awaitAdmission();
		this.acceptor.withdraw(far);
		assertThat(events.awaitFailed().error()).isEqualTo(NixlError.STALE);
		events.awaitReleased();
		events.awaitStopped();
		await().atMost(PATIENCE).until(() -> far.holds() == 0);
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void aLostLaneFailsWhatItCarriedAndIsReplaced(Operation operation) {
		connect(128);
		LocalRegion near = this.opener.allocate("near", 512 * MIB, Permissions.READ_WRITE);
		LocalRegion far = this.acceptor.allocate("far", 512 * MIB, Permissions.READ_WRITE);
		RecordingEvents events = transfer(this.opener, operation, near.all(), this.acceptor.granted(far).all());
		awaitAdmission();
		for (int lane = 1; lane <= 2; lane++) {
			this.acceptor.route().fence(lane);
		}
		assertThat(events.awaitFailed()).isInstanceOf(NixlPeerLostException.class);
		events.awaitReleased();
		events.awaitStopped();
		await().atMost(PATIENCE).until(() -> far.holds() == 0);
		await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
			RecordingEvents again = transfer(this.opener, operation, near.range(0, MIB),
					this.acceptor.granted(far).range(0, MIB));
			again.awaitDone();
		});
	}

	@Test
	void aRegionThatStaysKeepsNothingOfLanesThatAreGone() {
		open(1);
		connect(128);
		LocalRegion near = this.opener.allocate("near", 64, Permissions.READ_WRITE);
		LocalRegion far = this.acceptor.allocate("far", 64, Permissions.READ_WRITE);
		Set<Lane> gone = new HashSet<>();
		for (int i = 0; i < 4; i++) {
			Lane lane = await().atMost(PATIENCE).until(() -> openLane(this.opener, gone), Objects::nonNull);
			Lane opposite = await().atMost(PATIENCE).until(() -> openLane(this.acceptor, gone), Objects::nonNull);
			transfer(this.opener, Operation.READ, near.all(), this.acceptor.granted(far).all()).awaitDone();
			assertThat(near.freeListeners()).isEqualTo(1);
			assertThat(far.freeListeners()).isEqualTo(1);
			gone.addAll(List.of(lane, opposite));
			this.acceptor.route().fence(opposite.number());
			await().atMost(PATIENCE).until(() -> near.freeListeners() == 0 && far.freeListeners() == 0);
		}
	}

	private static @Nullable Lane openLane(RouteEnd end, Set<Lane> gone) {
		return Stream.of(end.route().openLanes()).filter((lane) -> !gone.contains(lane)).findFirst().orElse(null);
	}

	@Test
	void aRegionThatIsFreeIsForgottenByLanesThatStay() {
		open(1);
		connect(128);
		LocalRegion far = this.acceptor.allocate("far", 64, Permissions.READ_WRITE);
		LocalRegion near = this.opener.allocate("near", 64, Permissions.READ_WRITE);
		transfer(this.opener, Operation.READ, near.all(), this.acceptor.granted(far).all()).awaitDone();
		near.close();
		assertThat(near.closed()).succeedsWithin(PATIENCE);
		assertThat(near.freeListeners()).isZero();
		LocalRegion next = this.opener.allocate("next", 64, Permissions.READ_WRITE);
		transfer(this.opener, Operation.READ, next.all(), this.acceptor.granted(far).all()).awaitDone();
	}

	@Test
	void theEndOfTheSessionEndsTransfersAndDrains() throws Exception {
		connect(128);
		LocalRegion near = this.opener.allocate("near", 512 * MIB, Permissions.READ_WRITE);
		LocalRegion far = this.acceptor.allocate("far", 512 * MIB, Permissions.READ_WRITE);
		RecordingEvents events = transfer(this.opener, Operation.WRITE, near.all(), this.acceptor.granted(far).all());
		RouteRequest unposted = this.opener.route()
			.prepare(Operation.WRITE, near.all(), this.acceptor.granted(far).all(), new RecordingEvents());
		awaitAdmission();
		this.opener.route().disconnect();
		this.opener.route().drained().get(20, java.util.concurrent.TimeUnit.SECONDS);
		assertThat(events.awaitFailed()).isInstanceOf(NixlPeerLostException.class);
		assertThat(events.fates).contains("released");
		assertThatExceptionOfType(NixlPeerLostException.class).isThrownBy(() -> unposted.post(++this.requestId, 1));
	}

	@Test
	void listsThatTheRouteCannotCarryAreRefused() {
		connect(128);
		LocalRegion near = this.opener.allocate("near", MIB, Permissions.READ_WRITE);
		LocalRegion far = this.acceptor.allocate("far", MIB, Permissions.READ_WRITE);
		assertThatExceptionOfType(NixlException.class).isThrownBy(() -> this.opener.route()
			.prepare(Operation.WRITE, near.range(0, 8), this.acceptor.granted(far).range(0, 9), new RecordingEvents()))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.OUT_OF_RANGE));
		assertThatExceptionOfType(NixlException.class)
			.isThrownBy(
					() -> this.opener.route().prepare(Operation.WRITE, near.all(), near.all(), new RecordingEvents()))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.UNSUPPORTED));
	}

	private void open(int lanes) {
		this.opener.close();
		this.acceptor.close();
		this.opener = new RouteEnd("opener", lanes, false);
		this.acceptor = new RouteEnd("acceptor", lanes, false);
	}

	private void connect(int queueDepth) {
		RouteEnd.connect(this.opener, this.acceptor, queueDepth);
		await().atMost(PATIENCE).until(() -> this.opener.route().ready().isDone());
		this.opener.route().ready().join();
	}

	/** Looks often: what was admitted may be through in a tenth of a second. */
	private void awaitAdmission() {
		await().pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.atMost(PATIENCE)
			.until(() -> this.acceptor.admissions.get() > 0);
	}

	private RecordingEvents transfer(RouteEnd initiator, Operation operation, DescriptorList local,
			DescriptorList remote) {
		RecordingEvents events = new RecordingEvents();
		initiator.route().prepare(operation, local, remote, events).post(++this.requestId, 1);
		return events;
	}

	/**
	 * Notes what it is told, and throws.
	 *
	 * @param heard notes it
	 */
	private record ThrowingEvents(RecordingEvents heard) implements AttemptEvents {

		@Override
		public void done() {
			this.heard.done();
			throw new IllegalStateException("as the test says");
		}

		@Override
		public void failed(NixlException cause) {
			this.heard.failed(cause);
			throw new IllegalStateException("as the test says");
		}

		@Override
		public void released() {
			this.heard.released();
			throw new IllegalStateException("as the test says");
		}

		@Override
		public void stopped() {
			this.heard.stopped();
			throw new IllegalStateException("as the test says");
		}

	}

}
