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
import java.util.concurrent.atomic.AtomicLong;

import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlPeerLostException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.route.Operation;
import io.nixl4j.route.RouteRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Large requests over several lanes: all carry some, and one that breaks fails the
 * attempt, whose stop is proved on all of them before the next one begins.
 */
class StripingTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final int STRIPE = 64 << 10;

	private static final int SIZE = 256 << 20;

	private final RouteEnd opener = new RouteEnd("opener", 4, false, STRIPE, STRIPE);

	private final RouteEnd acceptor = new RouteEnd("acceptor", 4, false, STRIPE, STRIPE);

	private final AtomicLong requestIds = new AtomicLong();

	@AfterEach
	void close() {
		this.opener.close();
		this.acceptor.close();
		assertThat(this.opener.admitted).hasValue(0);
		assertThat(this.acceptor.admitted).hasValue(0);
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void aLargeRequestGoesOverAllLanesButOne(Operation operation) {
		connect();
		LocalRegion near = this.opener.allocate("near", SIZE, Permissions.READ_WRITE);
		LocalRegion far = this.acceptor.allocate("far", SIZE, Permissions.READ_WRITE);
		Patterns.fill((operation == Operation.WRITE) ? near : far, 3);
		RecordingEvents events = new RecordingEvents();
		this.opener.route()
			.prepare(operation, near.all(), this.acceptor.granted(far).all(), events)
			.post(this.requestIds.incrementAndGet(), 1);
		long share = SIZE / 3;
		assertThat(this.opener.route().openLanes()).extracting(Lane::load).containsExactly(share, share, share, 0L);
		events.awaitDone();
		assertThat(Patterns.bytes(near)).isEqualTo(Patterns.bytes(far));
		assertThat(this.opener.route().openLanes()).extracting(Lane::load).containsOnly(0L);
		assertThat(this.acceptor.route().register().size()).isZero();
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void aLaneCutInMidTransferFailsTheAttemptAndTheNextOneLands(Operation operation) {
		connect();
		LocalRegion near = this.opener.allocate("near", SIZE, Permissions.READ_WRITE);
		LocalRegion far = this.acceptor.allocate("far", SIZE, Permissions.READ_WRITE);
		LocalRegion sink = (operation == Operation.WRITE) ? far : near;
		Patterns.fill((operation == Operation.WRITE) ? near : far, 5);
		RecordingEvents events = new RecordingEvents();
		RouteRequest request = this.opener.route()
			.prepare(operation, near.all(), this.acceptor.granted(far).all(), events);
		long id = this.requestIds.incrementAndGet();
		request.post(id, 1);
		int cut = this.opener.route().openLanes()[1].number();
		await().pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.atMost(PATIENCE)
			.until(() -> this.acceptor.admissions.get() > 100);
		this.acceptor.route().fence(cut);
		assertThat(events.awaitFailed()).isInstanceOf(NixlPeerLostException.class);
		events.awaitReleased();
		events.awaitStopped();
		await().atMost(PATIENCE).until(() -> far.holds() == 0);
		assertThat(this.acceptor.route().register().size()).isZero();
		Patterns.fillBytes(sink, (byte) 9);
		events.fates.clear();
		events.failure = null;
		request.post(id, 2);
		events.awaitDone();
		assertThat(Patterns.bytes(near)).isEqualTo(Patterns.bytes(far));
	}

	private void connect() {
		RouteEnd.connect(this.opener, this.acceptor, 128);
		await().atMost(PATIENCE).until(() -> this.opener.route().openLanes().length == 4);
	}

}
