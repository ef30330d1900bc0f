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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;

import io.nixl4j.memory.NixlBusyException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An outbox and an inbox together: whatever the order of sending, carrying, taking and
 * acknowledging, everything arrives once, in order, within the windows.
 */
class NotificationPropertyTests {

	@Property(tries = 100)
	void everythingArrivesOnce(@ForAll long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		RecordingLink there = new RecordingLink();
		RecordingLink back = new RecordingLink();
		RecordingDelivery deliveries = new RecordingDelivery();
		NotificationOutbox outbox = new NotificationOutbox("target", there);
		NotificationInbox inbox = new NotificationInbox("initiator", back);
		Queue<Long> untaken = new ArrayDeque<>();
		List<Long> taken = new ArrayList<>();
		int sent = 0;
		int carried = 0;
		int acknowledged = 0;
		// Some applications are slow, some fast.
		int eager = random.nextInt(1, 100);
		for (int step = 0; step < 12_000; step++) {
			int action = random.nextInt(200);
			if (action < 80) {
				try {
					outbox.send(new byte[0], deliveries.of(sent));
					sent++;
				}
				catch (NixlBusyException ex) {
					assertThat(untaken.size()).isLessThanOrEqualTo(2 * NotificationOutbox.WINDOW);
				}
			}
			else if (action < 80 + eager) {
				if (!untaken.isEmpty()) {
					taken.add(untaken.remove());
					inbox.taken();
				}
			}
			else if (action < 190) {
				for (; carried < there.sent().size(); carried++) {
					long number = ((SessionMessage.Notify) there.sent().get(carried)).number();
					assertThat(inbox.accept(number)).isTrue();
					untaken.add(number);
				}
			}
			else {
				for (; acknowledged < back.sent().size(); acknowledged++) {
					outbox.acknowledged(((SessionMessage.NotifyAck) back.sent().get(acknowledged)).upTo());
				}
			}
		}
		while (taken.size() < sent) {
			for (; carried < there.sent().size(); carried++) {
				long number = ((SessionMessage.Notify) there.sent().get(carried)).number();
				assertThat(inbox.accept(number)).isTrue();
				untaken.add(number);
			}
			while (!untaken.isEmpty()) {
				taken.add(untaken.remove());
				inbox.taken();
			}
			for (; acknowledged < back.sent().size(); acknowledged++) {
				outbox.acknowledged(((SessionMessage.NotifyAck) back.sent().get(acknowledged)).upTo());
			}
		}
		assertThat(taken).hasSize(sent);
		for (int i = 0; i < sent; i++) {
			assertThat(taken.get(i)).isEqualTo(i + 1);
			assertThat(deliveries.fates().get(i)).isEqualTo(i + " delivered");
		}
		assertThat(deliveries.fates()).hasSize(sent);
	}

}
