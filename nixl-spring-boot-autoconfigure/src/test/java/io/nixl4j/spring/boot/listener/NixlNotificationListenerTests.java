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

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.Notification;
import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.spring.boot.support.TwoAgents;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

import static io.nixl4j.spring.boot.listener.TestListeners.container;
import static io.nixl4j.spring.boot.listener.TestListeners.send;
import static io.nixl4j.spring.boot.listener.TestListeners.take;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Methods that take the notifications of an agent.
 */
@ExtendWith(OutputCaptureExtension.class)
class NixlNotificationListenerTests {

	private final ApplicationContextRunner contextRunner = TwoAgents.runner(NixlListenerAutoConfiguration.class);

	@Test
	void methodsGetWhatTheirParametersAskFor() {
		this.contextRunner.withBean("forms", Forms.class).run((context) -> {
			send(context, "hello");
			Forms forms = context.getBean(Forms.class);
			assertThat(take(forms.heard, 6)).containsExactlyInAnyOrder("whole left hello", "bytes hello", "text hello",
					"buffer hello true", "left to right: hello", "nothing");
		});
	}

	@Test
	void prefixAndSenderSayWhoIsMeant(CapturedOutput output) {
		this.contextRunner.withBean("filters", Filters.class).withPropertyValues("my.prefix=stored:").run((context) -> {
			send(context, "stored:1", "dropped:2", "evicted:3", "evicted:4", "store", "stored:5");
			Filters filters = context.getBean(Filters.class);
			assertThat(take(filters.stored, 2)).containsExactly("stored:1", "stored:5");
			assertThat(take(filters.evicted, 2)).containsExactly("evicted:3", "evicted:4");
			assertThat(filters.ofOthers).isEmpty();
			assertThat(filters.stored).isEmpty();
		});
		assertThat(output.toString().lines().filter((line) -> line.contains("No listener of agent right")))
			.singleElement()
			.asString()
			.contains("WARN", "engine left");
	}

	@Test
	void oneAtATimeTheyComeInTheOrderInWhichTheyWereSent() {
		this.contextRunner.withBean("recording", TestListeners.Recording.class).run((context) -> {
			List<String> sent = IntStream.range(0, 500).mapToObj(Integer::toString).toList();
			send(context, sent.toArray(String[]::new));
			assertThat(take(context.getBean(TestListeners.Recording.class).heard, 500)).containsExactlyElementsOf(sent);
		});
	}

	@Test
	void asManyAreCalledAtOnceAsConcurrencySays() {
		this.contextRunner.withBean("meeting", Meeting.class).withPropertyValues("my.number=3").run((context) -> {
			send(context, "a", "b", "c");
			Meeting meeting = context.getBean(Meeting.class);
			// Each waits for the two others.
			assertThat(take(meeting.met, 3)).containsExactlyInAnyOrder("a", "b", "c");
			assertThat(meeting.threads).hasSize(3)
				.allSatisfy((name) -> assertThat(name).startsWith("nixl-listener-meeting-"));
		});
	}

	@Test
	void aFullQueueHoldsEverythingBackAndLosesNothing() {
		this.contextRunner.withBean("blocked", TestListeners.Blocked.class).run((context) -> {
			List<String> sent = IntStream.range(0, 40).mapToObj(Integer::toString).toList();
			send(context, sent.toArray(String[]::new));
			TestListeners.Blocked blocked = context.getBean(TestListeners.Blocked.class);
			NixlNotificationListenerContainer container = container(context, "blocked.blocked");
			Awaitility.await().until(() -> container.waiting() == 2);
			// One is with the method, two wait, and nothing follows the fourth.
			assertThat(take(blocked.other, 3)).containsExactly("0", "1", "2");
			assertThat(blocked.other).hasSizeLessThanOrEqualTo(1);
			blocked.free.countDown();
			assertThat(take(blocked.heard, 40)).containsExactlyElementsOf(sent);
			assertThat(take(blocked.other, 37)).containsExactlyElementsOf(sent.subList(3, 40));
		});
	}

	@Test
	void sendersAreSlowedDownByAFullQueueAndNothingThatTheySentIsLost() {
		this.contextRunner.withBean("blocked", TestListeners.Blocked.class).run((context) -> {
			TwoAgents.ready(context);
			NixlPeer right = TwoAgents.connect(context);
			List<String> sent = new ArrayList<>();
			List<CompletableFuture<Void>> delivered = new ArrayList<>();
			try {
				for (int i = 0; i < 100_000; i++) {
					delivered.add(right.notify(Integer.toString(i).getBytes(StandardCharsets.UTF_8)));
					sent.add(Integer.toString(i));
				}
			}
			catch (NixlBusyException ex) {
				assertThat(sent).hasSizeGreaterThan(1_024);
			}
			assertThat(sent).hasSizeLessThan(100_000);
			TestListeners.Blocked blocked = context.getBean(TestListeners.Blocked.class);
			blocked.free.countDown();
			assertThat(take(blocked.heard, sent.size())).containsExactlyElementsOf(sent);
			assertThat(CompletableFuture.allOf(delivered.toArray(CompletableFuture<?>[]::new)))
				.succeedsWithin(Duration.ofSeconds(10));
		});
	}

	@Test
	void failuresGoToTheHandlerThatIsNamed() {
		this.contextRunner.withBean("failing", Failing.class)
			.withBean("mine", Handler.class)
			.withBean("another", Handler.class)
			.run((context) -> {
				send(context, "one", "two");
				assertThat(take(context.getBean("mine", Handler.class).handled, 2))
					.containsExactly("failing: on one (left)", "failing: on two (left)");
				assertThat(context.getBean("another", Handler.class).handled).isEmpty();
			});
	}

	@Test
	void theOnlyHandlerGetsAllFailures() {
		this.contextRunner.withBean("failingSilently", FailingSilently.class)
			.withBean("mine", Handler.class)
			.run((context) -> {
				send(context, "one");
				assertThat(take(context.getBean(Handler.class).handled, 1))
					.containsExactly("failingSilently.failing: on one (left)");
			});
	}

	@Test
	void withoutAHandlerFailuresAreLoggedWithoutThePayload(CapturedOutput output) {
		this.contextRunner.withBean("failingSilently", FailingSilently.class).run((context) -> {
			send(context, "my secret", "next");
			assertThat(take(context.getBean(FailingSilently.class).heard, 2)).containsExactly("my secret", "next");
			Awaitility.await()
				.until(() -> output.toString()
					.lines()
					.filter((line) -> line.contains("Listener failingSilently.failing failed on a notification"))
					.count() == 2);
		});
		assertThat(output.toString().lines().filter((line) -> line.contains("ERROR"))).hasSize(2)
			.noneMatch((line) -> line.contains("my secret"));
	}

	@Test
	void aHandlerThatFailsDoesNotEndTheListener(CapturedOutput output) {
		this.contextRunner.withBean("failingSilently", FailingSilently.class)
			.withBean(NixlNotificationErrorHandler.class, () -> (failure, notification, id) -> {
				throw new IllegalStateException("handler failed");
			})
			.run((context) -> {
				send(context, "one", "two");
				assertThat(take(context.getBean(FailingSilently.class).heard, 2)).containsExactly("one", "two");
				Awaitility.await()
					.until(() -> output.toString().contains("The error handler of listener failingSilently.failing"));
			});
	}

	@Test
	void customizersChangeTheOptionsInTheirOrder() {
		this.contextRunner.withBean("recording", TestListeners.Recording.class)
			.withUserConfiguration(Customizers.class)
			.run((context) -> {
				NixlListenerOptions options = container(context, "recording").options();
				assertThat(options.concurrency()).isEqualTo(2);
				assertThat(options.queueCapacity()).isEqualTo(7);
				assertThat(options.stopTimeout()).isEqualTo(Duration.ofSeconds(10));
				send(context, "one");
				assertThat(take(context.getBean(TestListeners.Recording.class).threads, 1)).containsExactly("mine");
			});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void virtualThreadsCallMethodsWhereTheyAreEnabled() {
		this.contextRunner.withBean("meeting", Meeting.class)
			.withPropertyValues("spring.threads.virtual.enabled=true", "my.number=3")
			.run((context) -> {
				send(context, "a", "b", "c");
				Meeting meeting = context.getBean(Meeting.class);
				assertThat(take(meeting.met, 3)).containsExactlyInAnyOrder("a", "b", "c");
				assertThat(meeting.virtual).containsExactly(true, true, true);
			});
	}

	@Test
	void proxiedBeansAreCalledByTheirProxies() {
		this.contextRunner.withUserConfiguration(AsyncConfiguration.class).run((context) -> {
			AsyncListener listener = context.getBean(AsyncListener.class);
			assertThat(AopUtils.isAopProxy(listener)).isTrue();
			send(context, "one");
			assertThat(take(listener.heard(), 1).get(0)).doesNotStartWith("nixl-listener");
		});
	}

	@Test
	void switchedOffAnnotationsMeanNothing() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(NixlListenerAutoConfiguration.class))
			.withPropertyValues("data-plane.nixl.enabled=false")
			.withBean("recording", TestListeners.Recording.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(NixlNotificationListenerRegistry.class));
	}

	static class Forms {

		private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

		@NixlNotificationListener(agent = "right")
		void whole(Notification notification) {
			this.heard.add("whole " + notification.engineId() + " " + notification.text());
		}

		@NixlNotificationListener(agent = "right")
		void bytes(byte[] payload) {
			this.heard.add("bytes " + new String(payload, StandardCharsets.UTF_8));
		}

		@NixlNotificationListener(agent = "right")
		public void text(String payload) {
			this.heard.add("text " + payload);
		}

		@NixlNotificationListener(agent = "right")
		private void buffer(ByteBuffer payload) {
			this.heard.add("buffer " + StandardCharsets.UTF_8.decode(payload.duplicate()) + " " + payload.isReadOnly());
		}

		@NixlNotificationListener(agent = "right")
		void several(@NotificationSender String sender, NixlAgent agent, String payload) {
			this.heard.add(sender + " to " + agent.name() + ": " + payload);
		}

		@NixlNotificationListener(agent = "right")
		void nothing() {
			this.heard.add("nothing");
		}

	}

	static class Filters {

		private final BlockingQueue<String> stored = new LinkedBlockingQueue<>();

		private final BlockingQueue<String> evicted = new LinkedBlockingQueue<>();

		private final BlockingQueue<String> ofOthers = new LinkedBlockingQueue<>();

		@NixlNotificationListener(agent = "right", prefix = "${my.prefix}")
		void stored(String payload) {
			this.stored.add(payload);
		}

		@NixlNotificationListener(agent = "right", prefix = "evicted:", from = { "nobody", "le*" })
		void evicted(String payload) {
			this.evicted.add(payload);
		}

		@NixlNotificationListener(agent = "right", from = "lef")
		void ofOthers(String payload) {
			this.ofOthers.add(payload);
		}

	}

	static class Meeting {

		private final CyclicBarrier barrier = new CyclicBarrier(3);

		private final BlockingQueue<String> met = new LinkedBlockingQueue<>();

		private final List<String> threads = new CopyOnWriteArrayList<>();

		private final List<Boolean> virtual = new CopyOnWriteArrayList<>();

		@NixlNotificationListener(id = "meeting", agent = "right", concurrency = "${my.number}")
		void meet(String payload) throws Exception {
			this.threads.add(Thread.currentThread().getName());
			this.virtual.add(String.valueOf(Thread.currentThread()).startsWith("VirtualThread"));
			this.barrier.await(10, TimeUnit.SECONDS);
			this.met.add(payload);
		}

	}

	static class Failing {

		@NixlNotificationListener(id = "failing", agent = "right", errorHandler = "mine")
		void failing(String payload) throws Exception {
			throw new Exception("on " + payload);
		}

	}

	static class FailingSilently {

		private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

		@NixlNotificationListener(agent = "right")
		void failing(String payload) {
			this.heard.add(payload);
			throw new AssertionError("on " + ((payload.length() > 4) ? "something" : payload));
		}

	}

	static class Handler implements NixlNotificationErrorHandler {

		private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

		@Override
		public void handleError(Throwable failure, Notification notification, String listenerId) {
			this.handled.add(listenerId + ": " + failure.getMessage() + " (" + notification.engineId() + ")");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		@Bean
		@Order(2)
		NixlListenerCustomizer second() {
			return (id, options) -> options.withConcurrency(options.concurrency() * 2);
		}

		@Bean
		@Order(1)
		NixlListenerCustomizer first() {
			return (id, options) -> id.equals("recording")
					? options.withConcurrency(1).withQueueCapacity(7).withThreads((task) -> new Thread(task, "mine"))
					: options;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync(proxyTargetClass = true)
	static class AsyncConfiguration {

		@Bean
		AsyncListener asyncListener() {
			return new AsyncListener();
		}

	}

	static class AsyncListener {

		private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

		@Async
		@NixlNotificationListener(agent = "right")
		public void run(String payload) {
			this.heard.add(Thread.currentThread().getName());
		}

		BlockingQueue<String> heard() {
			return this.heard;
		}

	}

}
