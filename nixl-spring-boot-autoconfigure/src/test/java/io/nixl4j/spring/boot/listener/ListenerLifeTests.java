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

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;

import io.nixl4j.NixlPeer;
import io.nixl4j.spring.boot.support.TwoAgents;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

import static io.nixl4j.spring.boot.listener.TestListeners.container;
import static io.nixl4j.spring.boot.listener.TestListeners.send;
import static io.nixl4j.spring.boot.listener.TestListeners.take;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * When listeners run, and what becomes of notifications while they do not.
 */
@ExtendWith(OutputCaptureExtension.class)
class ListenerLifeTests {

	private final ApplicationContextRunner contextRunner = TwoAgents.runner(NixlListenerAutoConfiguration.class);

	@Test
	void whatComesWhileNoListenerRunsWaitsForTheNextStart() {
		this.contextRunner.withBean("recording", TestListeners.Recording.class).run((context) -> {
			NixlNotificationListenerContainer container = container(context, "recording");
			send(context, "one");
			TestListeners.Recording recording = context.getBean(TestListeners.Recording.class);
			assertThat(take(recording.heard, 1)).containsExactly("one");
			container.stop();
			container.stop();
			assertThat(container.isRunning()).isFalse();
			send(context, "two");
			assertThat(recording.heard).isEmpty();
			container.start();
			container.start();
			send(context, "three");
			assertThat(take(recording.heard, 2)).containsExactly("two", "three");
		});
	}

	@Test
	void stopsAndStartsInTheMiddleOfTrafficLoseNothingAndKeepTheOrder() {
		this.contextRunner.withBean("recording", TestListeners.Recording.class)
			.withPropertyValues("data-plane.nixl.listener.queue-capacity=3")
			.run((context) -> {
				TwoAgents.ready(context);
				NixlPeer right = TwoAgents.connect(context);
				NixlNotificationListenerContainer container = container(context, "recording");
				List<String> sent = IntStream.range(0, 3_000).mapToObj(Integer::toString).toList();
				CompletableFuture<Void> sending = CompletableFuture.runAsync(
						() -> sent.forEach((payload) -> right.notify(payload.getBytes(StandardCharsets.UTF_8)).join()));
				while (!sending.isDone()) {
					container.stop();
					container.start();
				}
				sending.join();
				assertThat(take(context.getBean(TestListeners.Recording.class).heard, sent.size()))
					.containsExactlyElementsOf(sent);
			});
	}

	@Test
	void aStopCallsTheMethodWithWhatWaits() {
		this.contextRunner.withBean("blocked", TestListeners.Blocked.class).run((context) -> {
			send(context, "0", "1", "2");
			NixlNotificationListenerContainer container = container(context, "blocked.blocked");
			Awaitility.await().until(() -> container.waiting() == 2);
			TestListeners.Blocked blocked = context.getBean(TestListeners.Blocked.class);
			blocked.free.countDown();
			container.stop();
			assertThat(blocked.heard).containsExactly("0", "1", "2");
		});
	}

	@Test
	void aStopThatTakesTooLongInterruptsAndDrops(CapturedOutput output) {
		this.contextRunner.withBean("blocked", TestListeners.Blocked.class)
			.withPropertyValues("data-plane.nixl.listener.stop-timeout=10ms")
			.run((context) -> {
				send(context, "0", "1", "2");
				NixlNotificationListenerContainer container = container(context, "blocked.blocked");
				Awaitility.await().until(() -> container.waiting() == 2);
				container.stop();
				TestListeners.Blocked blocked = context.getBean(TestListeners.Blocked.class);
				assertThat(take(blocked.heard, 1)).containsExactly("interrupted");
			});
		assertThat(output).contains("Listener blocked.blocked did not come to 2 notifications within PT0.01S");
	}

	@Test
	void aMethodMayStopItsOwnListener() {
		this.contextRunner.withBean("stopsItself", StopsItself.class).run((context) -> {
			send(context, "one");
			StopsItself stopping = context.getBean(StopsItself.class);
			assertThat(take(stopping.heard, 1)).containsExactly("one");
			Awaitility.await().until(() -> !container(context, "stopsItself.stop").isRunning());
			send(context, "two");
			container(context, "stopsItself.stop").start();
			assertThat(take(stopping.heard, 1)).containsExactly("two");
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void listenersStopAndStartAgainWithTheirContext(boolean pauses) {
		this.contextRunner.withBean("recording", TestListeners.Recording.class).run((context) -> {
			ConfigurableApplicationContext application = context.getSourceApplicationContext();
			send(context, "before");
			TestListeners.Recording recording = context.getBean(TestListeners.Recording.class);
			assertThat(take(recording.heard, 1)).containsExactly("before");
			for (int i = 0; i < 3; i++) {
				if (pauses) {
					application.pause();
				}
				else {
					application.stop();
				}
				assertThat(container(context, "recording").isRunning()).isFalse();
				if (pauses) {
					application.restart();
				}
				else {
					application.start();
				}
				send(context, "after " + i);
				assertThat(take(recording.heard, 1)).containsExactly("after " + i);
			}
		});
	}

	@Test
	void listenersThatDoNotStartByThemselvesAreStartedByTheRegistry() {
		this.contextRunner.withBean("recording", TestListeners.Recording.class)
			.withPropertyValues("data-plane.nixl.listener.auto-startup=false")
			.run((context) -> {
				send(context, "one");
				assertThat(container(context, "recording").isRunning()).isFalse();
				container(context, "recording").start();
				assertThat(take(context.getBean(TestListeners.Recording.class).heard, 1)).containsExactly("one");
			});
	}

	@Test
	void lazyInitializationDoesNotKeepListenersFromStarting() {
		this.contextRunner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withBean("recording", TestListeners.Recording.class)
			.run((context) -> {
				send(context, "one");
				assertThat(context.getSourceApplicationContext().getBeanFactory().containsSingleton("recording"))
					.isTrue();
				assertThat(take(context.getBean(TestListeners.Recording.class).heard, 1)).containsExactly("one");
			});
	}

	@Test
	void beansMadeLaterHaveTheirListenersStartedAtOnce() {
		this.contextRunner
			.withBean("recording", TestListeners.Recording.class, TestListeners.Recording::new,
					(definition) -> definition.setLazyInit(true))
			.run((context) -> {
				assertThat(context.getBean(NixlNotificationListenerRegistry.class).containers()).isEmpty();
				TestListeners.Recording recording = context.getBean(TestListeners.Recording.class);
				send(context, "one");
				assertThat(take(recording.heard, 1)).containsExactly("one");
			});
	}

	@Test
	void phasesLieBetweenWebServersAndPublication() {
		assertThat(NixlNotificationListenerRegistry.PHASE).isEqualTo(SmartLifecycle.DEFAULT_PHASE - 128);
	}

	static class StopsItself {

		private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

		private final NixlNotificationListenerRegistry registry;

		StopsItself(NixlNotificationListenerRegistry registry) {
			this.registry = registry;
		}

		@NixlNotificationListener(agent = "right")
		void stop(String payload) {
			this.registry.container("stopsItself.stop").orElseThrow().stop();
			this.heard.add(payload);
		}

	}

}
