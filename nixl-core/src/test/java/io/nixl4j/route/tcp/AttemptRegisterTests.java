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

import java.util.Objects;

import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.route.tcp.AttemptRegister.Carrier;
import io.nixl4j.route.tcp.AttemptRegister.Outcome;
import io.nixl4j.route.tcp.AttemptRegister.Ticket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AttemptRegisterTests {

	private final AttemptRegister register = new AttemptRegister(16 << 10);

	private final Carrier lane = (id, attempt) -> {
	};

	private final Carrier second = (id, attempt) -> {
	};

	@Test
	void aRequestIsCompleteWhenAllItsBytesAreThere() {
		Ticket first = begin(1, 1, 300, 100);
		Ticket second = begin(1, 1, 300, 200);
		assertThat(this.register.placed(second)).isEqualTo(Outcome.NOTHING);
		assertThat(this.register.placed(first)).isEqualTo(Outcome.ACKNOWLEDGE);
		assertThat(this.register.size()).isZero();
	}

	@Test
	void anOlderAttemptIsRefused() {
		begin(1, 2, 100, 50);
		assertThatExceptionOfType(NixlException.class).isThrownBy(() -> tryBegin(1, 1, 100, 50, this.lane))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.STALE));
	}

	@Test
	void aNewerAttemptIsCompleteOnlyWhenNothingPlacesTheOlder() {
		Ticket old = begin(1, 1, 100, 100);
		Ticket fresh = begin(1, 2, 100, 100);
		assertThat(this.register.placed(fresh)).isEqualTo(Outcome.NOTHING);
		assertThat(this.register.placed(old)).isEqualTo(Outcome.ACKNOWLEDGE);
		assertThat(old.attempt()).isEqualTo(2);
		assertThat(old.carrier()).isSameAs(this.lane);
	}

	@Test
	void aNewerAttemptIsCompleteWhenTheOldersConnectionBroke() {
		Ticket old = begin(1, 1, 100, 100);
		Ticket fresh = begin(1, 2, 100, 100);
		assertThat(this.register.placed(fresh)).isEqualTo(Outcome.NOTHING);
		assertThat(this.register.failed(old)).isEqualTo(Outcome.ACKNOWLEDGE);
	}

	@Test
	void bytesOfAnOlderAttemptDoNotCountForTheNewer() {
		Ticket old = begin(1, 1, 100, 60);
		Ticket fresh = begin(1, 2, 100, 40);
		this.register.placed(old);
		assertThat(this.register.placed(fresh)).isEqualTo(Outcome.NOTHING);
		assertThat(this.register.placed(begin(1, 2, 100, 60))).isEqualTo(Outcome.ACKNOWLEDGE);
	}

	@Test
	void aFailureIsToldOnceAndEndsTheAttempt() {
		Ticket first = begin(1, 1, 300, 100);
		Ticket second = begin(1, 1, 300, 100);
		assertThat(this.register.failed(first)).isEqualTo(Outcome.FAILED);
		assertThat(this.register.failed(second)).isEqualTo(Outcome.NOTHING);
		assertThat(tryBegin(1, 1, 300, 100, this.lane)).isNull();
		assertThat(tryBegin(1, 2, 300, 100, this.lane)).isNotNull();
	}

	@Test
	void totalsMustAgree() {
		begin(1, 1, 300, 100);
		assertProtocol(() -> begin(1, 1, 301, 100));
		begin(2, 1, 300, 300);
		assertProtocol(() -> begin(2, 1, 300, 1));
		assertProtocol(() -> begin(3, 1, -1, 1));
		assertProtocol(() -> begin(4, 1, Long.MIN_VALUE, 1));
	}

	@Test
	void aStoppedAttemptIsForgottenBehindItsLastLane() {
		Ticket placing = begin(1, 1, 300, 100);
		Ticket elsewhere = begin(1, 1, 300, 100, this.second);
		assertThat(this.register.placed(elsewhere)).isEqualTo(Outcome.NOTHING);
		this.register.stop(1, 1, this.second);
		assertThat(tryBegin(1, 1, 300, 100, this.lane)).isNull();
		assertThat(this.register.placed(placing)).isEqualTo(Outcome.NOTHING);
		assertThat(this.register.size()).isOne();
		this.register.stop(1, 1, this.lane);
		assertThat(this.register.size()).isZero();
	}

	@Test
	void aStopThatOvertakesAFrameOfAnotherLaneLeavesNothing() {
		this.register.placed(begin(1, 1, 300, 100));
		this.register.stop(1, 1, this.lane);
		this.register.placed(begin(1, 1, 300, 200, this.second));
		assertThat(this.register.size()).isOne();
		this.register.stop(1, 1, this.second);
		assertThat(this.register.size()).isZero();
	}

	@Test
	void aNewerAttemptDoesNotEndWithALaneThatCarriedAnOlderOne() {
		this.register.placed(begin(1, 1, 100, 50, this.second));
		this.register.placed(begin(1, 2, 100, 50));
		this.register.laneClosed(this.second);
		assertThat(this.register.placed(begin(1, 2, 100, 50))).isEqualTo(Outcome.ACKNOWLEDGE);
	}

	@Test
	void aNewerAttemptIsAcknowledgedWhereItCameEvenIfTheOlderEndsLast() {
		Ticket old = begin(1, 1, 100, 100, this.second);
		assertThat(this.register.placed(begin(1, 2, 100, 100))).isEqualTo(Outcome.NOTHING);
		assertThat(this.register.placed(old)).isEqualTo(Outcome.ACKNOWLEDGE);
		assertThat(old.carrier()).isSameAs(this.lane);
	}

	@Test
	void anAttemptGoesOnWithoutALaneWhoseBytesAreAllPlaced() {
		this.register.placed(begin(1, 1, 100, 50, this.second));
		this.register.placed(begin(1, 1, 100, 25));
		this.register.laneClosed(this.second);
		assertThat(this.register.placed(begin(1, 1, 100, 25))).isEqualTo(Outcome.ACKNOWLEDGE);
	}

	@Test
	void aStopOfAnOlderAttemptChangesNothing() {
		Ticket ticket = begin(1, 2, 100, 100);
		this.register.stop(1, 1, this.lane);
		assertThat(this.register.placed(ticket)).isEqualTo(Outcome.ACKNOWLEDGE);
	}

	@Test
	void requestsUnderWayAreBounded() {
		assertThatExceptionOfType(NixlBusyException.class).isThrownBy(() -> {
			for (int i = 0; i < 1_000_000; i++) {
				begin(i, 1, 100, 1);
			}
		});
		assertThat(this.register.size()).isLessThan(100_000);
		assertThat(tryBegin(5, 1, 100, 1, this.lane)).isNotNull();
	}

	private static void assertProtocol(org.assertj.core.api.ThrowableAssert.ThrowingCallable begin) {
		assertThatExceptionOfType(NixlException.class).isThrownBy(begin)
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.PROTOCOL));
	}

	@Test
	void whatABrokenLaneCarriedIsForgotten() {
		Ticket first = begin(1, 1, 300, 100);
		Ticket other = begin(2, 1, 300, 100, this.second);
		this.register.failed(first);
		this.register.laneClosed(this.lane);
		assertThat(this.register.size()).isEqualTo(1);
		this.register.placed(other);
		assertThat(this.register.placed(begin(2, 1, 300, 200, this.second))).isSameAs(Outcome.ACKNOWLEDGE);
	}

	private @Nullable Ticket tryBegin(long id, int attempt, long total, int bytes, Carrier carrier) {
		Ticket ticket = new Ticket();
		return this.register.begin(id, attempt, total, bytes, carrier, ticket) ? ticket : null;
	}

	private Ticket begin(long id, int attempt, long total, int bytes, Carrier carrier) {
		return Objects.requireNonNull(tryBegin(id, attempt, total, bytes, carrier));
	}

	private Ticket begin(long id, int attempt, long total, int bytes) {
		return begin(id, attempt, total, bytes, this.lane);
	}

}
