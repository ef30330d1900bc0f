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

import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

import io.nixl4j.spring.boot.support.TwoAgents;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Listeners that are stopped, and started again, by their own methods.
 */
class ListenerRestartTests {

	private final ApplicationContextRunner contextRunner = TwoAgents.runner(NixlListenerAutoConfiguration.class)
		.withBean("own", Own.class);

	@Test
	void aCloseWaitsForAListenerThatHasStoppedItself() {
		this.contextRunner.run((context) -> {
			Own own = context.getBean(Own.class);
			own.before.countDown();
			TestListeners.send(context, "stop");
			assertThat(TestListeners.take(own.begun, 1)).containsExactly("stop");
			own.after.countDown();
			context.getSourceApplicationContext().close();
			assertThat(own.heard).containsExactly("stop");
		});
	}

	@Test
	void aCloseInterruptsAListenerThatHasStoppedItselfAndDoesNotEnd() {
		this.contextRunner.withPropertyValues("data-plane.nixl.listener.stop-timeout=10ms").run((context) -> {
			Own own = context.getBean(Own.class);
			own.before.countDown();
			TestListeners.send(context, "stop");
			assertThat(TestListeners.take(own.begun, 1)).containsExactly("stop");
			context.getSourceApplicationContext().close();
			assertThat(TestListeners.take(own.heard, 1)).containsExactly("interrupted");
		});
	}

	@Test
	void aStartByTheMethodItselfDoesNotCallItBesideItself() {
		this.contextRunner.run((context) -> {
			Own own = context.getBean(Own.class);
			own.before.countDown();
			TestListeners.send(context, "restart");
			assertThat(TestListeners.take(own.begun, 1)).containsExactly("restart");
			TestListeners.send(context, "next");
			NixlNotificationListenerContainer container = own.container();
			assertThat(container.isRunning()).isTrue();
			Awaitility.await().until(() -> container.waiting() == 1);
			assertThat(own.heard).isEmpty();
			own.after.countDown();
			assertThat(TestListeners.take(own.heard, 2)).containsExactly("restart", "next");
		});
	}

	@Test
	void aCloseAfterAStartByTheMethodWaitsForBothRuns() {
		this.contextRunner.withPropertyValues("data-plane.nixl.listener.stop-timeout=10ms").run((context) -> {
			Own own = context.getBean(Own.class);
			own.before.countDown();
			TestListeners.send(context, "restart");
			assertThat(TestListeners.take(own.begun, 1)).containsExactly("restart");
			context.getSourceApplicationContext().close();
			assertThat(TestListeners.take(own.heard, 1)).containsExactly("interrupted");
			Awaitility.await()
				.untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
					.noneMatch((name) -> name.startsWith("nixl-listener-own")));
		});
	}

	@Test
	void whatWaitsForRoomWhileTheOnlyListenerRestartsIsNotLost() {
		this.contextRunner.run((context) -> {
			Own own = context.getBean(Own.class);
			TestListeners.send(context, "restart", "waits", "has no room", "follows");
			Awaitility.await().until(() -> isWaitingForRoom());
			own.before.countDown();
			own.after.countDown();
			assertThat(TestListeners.take(own.heard, 4)).containsExactly("restart", "waits", "has no room", "follows");
		});
	}

	private static boolean isWaitingForRoom() {
		return Thread.getAllStackTraces()
			.values()
			.stream()
			.flatMap(Arrays::stream)
			.anyMatch((frame) -> frame.getClassName().equals(NotificationQueue.class.getName())
					&& frame.getMethodName().equals("put"));
	}

	static class Own {

		private final CountDownLatch before = new CountDownLatch(1);

		private final CountDownLatch after = new CountDownLatch(1);

		private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();

		private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

		private final NixlNotificationListenerRegistry registry;

		Own(NixlNotificationListenerRegistry registry) {
			this.registry = registry;
		}

		NixlNotificationListenerContainer container() {
			return this.registry.container("own").orElseThrow();
		}

		@NixlNotificationListener(id = "own", agent = "right", queueCapacity = "1")
		void listen(String payload) {
			try {
				if (payload.equals("stop")) {
					this.before.await();
					container().stop();
					this.begun.add(payload);
					this.after.await();
				}
				else if (payload.equals("restart")) {
					this.before.await();
					for (int i = 0; i < 2; i++) {
						container().stop();
						container().start();
					}
					this.begun.add(payload);
					this.after.await();
				}
				this.heard.add(payload);
			}
			catch (InterruptedException ex) {
				this.heard.add("interrupted");
			}
		}

	}

}
