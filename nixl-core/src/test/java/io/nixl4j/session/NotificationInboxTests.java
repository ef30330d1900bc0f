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

import java.util.List;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is accepted, and how much of it before the application takes some.
 */
class NotificationInboxTests {

	private static final int WINDOW = NotificationOutbox.WINDOW;

	private final RecordingLink link = new RecordingLink();

	private final NotificationInbox inbox = new NotificationInbox("peer", this.link);

	private List<Long> acknowledged() {
		return this.link.sent(SessionMessage.NotifyAck.class).stream().map(SessionMessage.NotifyAck::upTo).toList();
	}

	@Test
	void eachNumberIsAcceptedOnce() {
		assertThat(this.inbox.accept(1)).isTrue();
		assertThat(this.inbox.accept(2)).isTrue();
		assertThat(this.inbox.accept(1)).isFalse();
		assertThat(this.inbox.accept(2)).isFalse();
		assertThat(this.inbox.accept(3)).isTrue();
		assertThat(acknowledged()).containsExactly(1L, 2L, 3L);
	}

	@Test
	void numbersThatCannotBeBreakTheProtocol() {
		this.inbox.accept(1);
		for (long number : new long[] { 0, -1, 3, Long.MAX_VALUE, Long.MIN_VALUE }) {
			protocol(number);
		}
		assertThat(this.inbox.accept(2)).isTrue();
	}

	@Test
	void applicationThatTakesNothingIsSentNoMoreThanTwoWindows() {
		for (int i = 1; i <= 2 * WINDOW; i++) {
			assertThat(this.inbox.accept(i)).isTrue();
		}
		assertThat(acknowledged()).last().isEqualTo((long) WINDOW);
		protocol(2 * WINDOW + 1);
		for (int i = 1; i <= 3; i++) {
			this.inbox.taken();
			assertThat(acknowledged()).last().isEqualTo((long) WINDOW + i);
		}
		for (int i = 1; i <= 3; i++) {
			assertThat(this.inbox.accept(2 * WINDOW + i)).isTrue();
		}
		protocol(2 * WINDOW + 4);
	}

	private void protocol(long number) {
		assertThatExceptionOfType(NixlException.class).isThrownBy(() -> this.inbox.accept(number))
			.extracting(NixlException::error)
			.isEqualTo(NixlError.PROTOCOL);
	}

}
