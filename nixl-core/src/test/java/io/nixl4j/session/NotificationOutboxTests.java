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

import java.util.stream.IntStream;

import io.nixl4j.memory.NixlBackendException;
import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.NixlOutOfRangeException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What leaves, in which order, and what becomes of it.
 */
class NotificationOutboxTests {

	private static final int WINDOW = NotificationOutbox.WINDOW;

	private static final NixlException LOST = NixlError.PEER_LOST.exception("lost");

	private final RecordingLink link = new RecordingLink();

	private final RecordingDelivery deliveries = new RecordingDelivery();

	private final NotificationOutbox outbox = new NotificationOutbox("peer", this.link);

	private void send(int count) {
		for (int i = 0; i < count; i++) {
			int number = this.link.sent().size() + i;
			this.outbox.send(new byte[] { (byte) number }, this.deliveries.of(number));
		}
	}

	private long[] numbersSent() {
		return this.link.sent(SessionMessage.Notify.class).stream().mapToLong(SessionMessage.Notify::number).toArray();
	}

	@Test
	void numbersHaveNoGaps() {
		send(3);
		assertThat(numbersSent()).containsExactly(1, 2, 3);
		assertThat(this.deliveries.fates()).isEmpty();
	}

	@Test
	void acknowledgementIsCumulative() {
		send(1);
		send(1);
		send(1);
		this.outbox.acknowledged(2);
		assertThat(this.deliveries.fates()).containsExactly("0 delivered", "1 delivered");
		// What was acknowledged before says nothing new.
		this.outbox.acknowledged(1);
		this.outbox.acknowledged(2);
		this.outbox.acknowledged(3);
		assertThat(this.deliveries.fates()).containsExactly("0 delivered", "1 delivered", "2 delivered");
	}

	@Test
	void placeThatIsKeptIsNobodyElsesUntilItIsUsedOrGivenBack() {
		this.outbox.keepPlace();
		this.outbox.keepPlace();
		for (int i = 0; i < 2 * WINDOW - 2; i++) {
			this.outbox.send(new byte[0], this.deliveries.of(i));
		}
		assertThatExceptionOfType(NixlBusyException.class).isThrownBy(this.outbox::keepPlace);
		assertThatExceptionOfType(NixlBusyException.class)
			.isThrownBy(() -> this.outbox.send(new byte[0], this.deliveries.of("refused")));
		this.outbox.sendInPlace(new byte[0], this.deliveries.of("kept"));
		this.outbox.givePlaceBack();
		this.outbox.send(new byte[0], this.deliveries.of("last"));
		this.outbox.acknowledged(WINDOW);
		this.outbox.acknowledged(2 * WINDOW);
		assertThat(this.deliveries.fates()).hasSize(2 * WINDOW).endsWith("kept delivered", "last delivered");
		assertThat(numbersSent()).isSorted().doesNotHaveDuplicates().hasSize(2 * WINDOW);
	}

	@Test
	void whatIsBeyondTheWindowWaitsAndThenIsRefused() {
		for (int i = 0; i < 2 * WINDOW; i++) {
			this.outbox.send(new byte[0], this.deliveries.of(i));
		}
		assertThat(numbersSent()).hasSize(WINDOW);
		assertThatExceptionOfType(NixlBusyException.class)
			.isThrownBy(() -> this.outbox.send(new byte[0], this.deliveries.of("refused")));
		this.outbox.acknowledged(10);
		assertThat(numbersSent()).hasSize(WINDOW + 10)
			.containsExactly(IntStream.rangeClosed(1, WINDOW + 10).asLongStream().toArray());
		for (int i = 0; i < 10; i++) {
			this.outbox.send(new byte[0], this.deliveries.of("later"));
		}
		assertThat(numbersSent()).hasSize(WINDOW + 10);
		this.outbox.acknowledged(WINDOW + 10);
		this.outbox.acknowledged(2 * WINDOW + 10);
		assertThat(this.deliveries.fates()).hasSize(2 * WINDOW + 10).allMatch((fate) -> fate.endsWith("delivered"));
		assertThat(this.deliveries.fates()).noneMatch((fate) -> fate.startsWith("refused"));
	}

	@Test
	void acknowledgementOfWhatWasNeverSentBreaksTheProtocol() {
		send(2);
		assertThatExceptionOfType(NixlBackendException.class).isThrownBy(() -> this.outbox.acknowledged(3))
			.extracting(NixlException::error)
			.isEqualTo(NixlError.PROTOCOL);
		assertThatExceptionOfType(NixlBackendException.class)
			.isThrownBy(() -> this.outbox.acknowledged(Long.MAX_VALUE));
		assertThat(this.deliveries.fates()).isEmpty();
	}

	@Test
	void endTellsEveryOneOnce() {
		for (int i = 0; i < WINDOW + 5; i++) {
			this.outbox.send(new byte[0], this.deliveries.of(i));
		}
		this.outbox.acknowledged(1);
		this.outbox.end(LOST);
		this.outbox.end(LOST);
		this.outbox.acknowledged(5);
		assertThat(this.deliveries.fates()).hasSize(WINDOW + 5).startsWith("0 delivered", "1 peer-lost");
		assertThat(this.deliveries.fates().stream().filter((fate) -> fate.endsWith("peer-lost"))).hasSize(WINDOW + 4);
		this.outbox.send(new byte[0], this.deliveries.of("after"));
		assertThat(this.deliveries.fates()).endsWith("after peer-lost");
	}

	@Test
	void payloadIsBounded() {
		this.outbox.send(new byte[NotificationOutbox.MAX_PAYLOAD], this.deliveries.of("longest"));
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(
				() -> this.outbox.send(new byte[NotificationOutbox.MAX_PAYLOAD + 1], this.deliveries.of("longer")));
		assertThat(numbersSent()).containsExactly(1);
	}

}
