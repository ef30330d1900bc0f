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

package io.nixl4j.spring.boot.listener;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.nixl4j.Notification;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What waits for a listener.
 */
class NotificationQueueTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private final NotificationQueue queue = new NotificationQueue(2);

	@Test
	void whoPutsWaitsForRoom() {
		assertThat(this.queue.put(notification(1))).isTrue();
		assertThat(this.queue.put(notification(2))).isTrue();
		CompletableFuture<Boolean> third = CompletableFuture.supplyAsync(() -> this.queue.put(notification(3)));
		assertThat(this.queue.take()).isEqualTo(notification(1));
		assertThat(third).succeedsWithin(SOON).isEqualTo(true);
		assertThat(this.queue.take()).isEqualTo(notification(2));
		assertThat(this.queue.take()).isEqualTo(notification(3));
	}

	@Test
	void aClosedOneGivesWhatItHasAndTakesNothing() {
		this.queue.put(notification(1));
		this.queue.put(notification(2));
		CompletableFuture<Boolean> third = CompletableFuture.supplyAsync(() -> this.queue.put(notification(3)));
		this.queue.close();
		assertThat(third).succeedsWithin(SOON).isEqualTo(false);
		assertThat(this.queue.put(notification(4))).isFalse();
		assertThat(this.queue.take()).isEqualTo(notification(1));
		assertThat(this.queue.take()).isEqualTo(notification(2));
		assertThat(this.queue.take()).isNull();
	}

	@Test
	void aCloseWakesWhoTakes() {
		CompletableFuture<Boolean> none = CompletableFuture.supplyAsync(() -> this.queue.take() == null);
		this.queue.close();
		assertThat(none).succeedsWithin(SOON).isEqualTo(true);
	}

	@Test
	void whatIsClearedIsCounted() {
		this.queue.put(notification(1));
		this.queue.put(notification(2));
		assertThat(this.queue.clear()).isEqualTo(2);
		assertThat(this.queue.size()).isZero();
	}

	private static Notification notification(int number) {
		return new Notification("engine", new byte[] { (byte) number });
	}

}
