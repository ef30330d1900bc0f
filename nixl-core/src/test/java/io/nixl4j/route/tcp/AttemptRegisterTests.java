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

import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.route.tcp.AttemptRegister.Outcome;
import io.nixl4j.route.tcp.AttemptRegister.Ticket;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AttemptRegisterTests {

	private final AttemptRegister register = new AttemptRegister();

	@Test
	void aRequestIsCompleteWhenAllItsBytesAreThere() {
		Ticket first = this.register.begin(1, 1, 300, 100);
		Ticket second = this.register.begin(1, 1, 300, 200);
		assertThat(this.register.placed(second)).isEqualTo(Outcome.NOTHING);
		assertThat(this.register.placed(first)).isEqualTo(Outcome.ACKNOWLEDGE);
		assertThat(this.register.size()).isZero();
	}

	@Test
	void anOlderAttemptIsDropped() {
		this.register.begin(1, 2, 100, 50);
		assertThat(this.register.begin(1, 1, 100, 50)).isSameAs(Ticket.DROP);
	}

	@Test
	void aNewerAttemptIsCompleteOnlyWhenNothingPlacesTheOlder() {
		Ticket old = this.register.begin(1, 1, 100, 100);
		Ticket fresh = this.register.begin(1, 2, 100, 100);
		assertThat(this.register.placed(fresh)).isEqualTo(Outcome.NOTHING);
		assertThat(this.register.placed(old)).isEqualTo(Outcome.ACKNOWLEDGE);
		assertThat(this.register.newest(old)).isEqualTo(2);
	}

	@Test
	void aNewerAttemptIsCompleteWhenTheOldersConnectionBroke() {
		Ticket old = this.register.begin(1, 1, 100, 100);
		Ticket fresh = this.register.begin(1, 2, 100, 100);
		assertThat(this.register.placed(fresh)).isEqualTo(Outcome.NOTHING);
		assertThat(this.register.failed(old)).isEqualTo(Outcome.ACKNOWLEDGE);
	}

	@Test
	void bytesOfAnOlderAttemptDoNotCountForTheNewer() {
		Ticket old = this.register.begin(1, 1, 100, 60);
		Ticket fresh = this.register.begin(1, 2, 100, 40);
		this.register.placed(old);
		assertThat(this.register.placed(fresh)).isEqualTo(Outcome.NOTHING);
		assertThat(this.register.placed(this.register.begin(1, 2, 100, 60))).isEqualTo(Outcome.ACKNOWLEDGE);
	}

	@Test
	void aFailureIsToldOnceAndEndsTheAttempt() {
		Ticket first = this.register.begin(1, 1, 300, 100);
		Ticket second = this.register.begin(1, 1, 300, 100);
		assertThat(this.register.failed(first)).isEqualTo(Outcome.FAILED);
		assertThat(this.register.failed(second)).isEqualTo(Outcome.NOTHING);
		assertThat(this.register.begin(1, 1, 300, 100)).isSameAs(Ticket.DROP);
		assertThat(this.register.begin(1, 2, 300, 100)).isNotSameAs(Ticket.DROP);
	}

	@Test
	void totalsMustAgree() {
		this.register.begin(1, 1, 300, 100);
		assertProtocol(() -> this.register.begin(1, 1, 301, 100));
		this.register.begin(2, 1, 300, 300);
		assertProtocol(() -> this.register.begin(2, 1, 300, 1));
		assertProtocol(() -> this.register.begin(3, 1, -1, 1));
		assertProtocol(() -> this.register.begin(4, 1, Long.MIN_VALUE, 1));
	}

	@Test
	void aStoppedAttemptIsForgottenBehindItsLastLane() {
		Ticket placing = this.register.begin(1, 1, 300, 100);
		this.register.stop(1, 1, 2);
		assertThat(this.register.begin(1, 1, 300, 100)).isSameAs(Ticket.DROP);
		assertThat(this.register.size()).isOne();
		this.register.stop(1, 1, 2);
		assertThat(this.register.size()).isZero();
		assertThat(this.register.placed(placing)).isEqualTo(Outcome.NOTHING);
	}

	@Test
	void aStopOfAnOlderAttemptChangesNothing() {
		Ticket ticket = this.register.begin(1, 2, 100, 100);
		this.register.stop(1, 1, 1);
		assertThat(this.register.placed(ticket)).isEqualTo(Outcome.ACKNOWLEDGE);
	}

	@Test
	void requestsUnderWayAreBounded() {
		assertThatExceptionOfType(NixlBusyException.class).isThrownBy(() -> {
			for (int i = 0; i < 1_000_000; i++) {
				this.register.begin(i, 1, 100, 1);
			}
		});
		assertThat(this.register.size()).isLessThan(100_000);
		assertThat(this.register.begin(5, 1, 100, 1)).isNotSameAs(Ticket.DROP);
	}

	private static void assertProtocol(org.assertj.core.api.ThrowableAssert.ThrowingCallable begin) {
		assertThatExceptionOfType(NixlException.class).isThrownBy(begin)
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.PROTOCOL));
	}

	@Test
	void whatABrokenLaneCarriedIsForgotten() {
		Object lane = new Object();
		Ticket first = this.register.begin(1, 1, 300, 100);
		this.register.carriedBy(first, lane);
		Ticket other = this.register.begin(2, 1, 300, 100);
		this.register.carriedBy(other, new Object());
		this.register.failed(first);
		this.register.laneClosed(lane);
		assertThat(this.register.size()).isEqualTo(1);
		this.register.placed(other);
		assertThat(this.register.placed(this.register.begin(2, 1, 300, 200))).isSameAs(Outcome.ACKNOWLEDGE);
	}

}
