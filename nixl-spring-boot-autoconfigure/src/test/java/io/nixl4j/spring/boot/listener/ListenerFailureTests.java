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

import java.util.function.Consumer;

import io.nixl4j.NixlAgent;
import io.nixl4j.spring.boot.support.TwoAgents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Listeners that cannot be, and what the start says of them.
 */
class ListenerFailureTests {

	private final ApplicationContextRunner contextRunner = TwoAgents.runner(NixlListenerAutoConfiguration.class);

	@Test
	void aParameterThatNothingFits() {
		fails(WrongParameter.class, "WrongParameter.wrong", "number 2, int", "@NotificationSender String");
	}

	@Test
	void aSenderThatIsNoText() {
		fails(WrongSender.class, "WrongSender.wrong", "number 1, @NotificationSender byte[]", "String");
	}

	@Test
	void aMethodThatReturnsSomething() {
		fails(Returning.class, "Returning.answer", "returns something", "void");
	}

	@Test
	void severalAgentsAndNoneIsNamed() {
		fails(Unnamed.class, "Unnamed.listen", "there are several agents", "[left, right]");
	}

	@Test
	void anAgentThatIsNotThere() {
		fails(Elsewhere.class, "Elsewhere.listen", "'middle', which is not a NixlAgent bean", "[left, right]");
	}

	@Test
	void aHandlerThatIsNotThere() {
		fails(Unhandled.class, "Unhandled.listen", "'nobody'", "NixlNotificationErrorHandler bean");
	}

	@Test
	void twoListenersOfOneId() {
		fails(SameId.class, "SameId.one", "SameId.two", "'id'");
	}

	@ParameterizedTest
	@CsvSource({ "my.concurrency, 0, concurrency must be at least 1", "my.concurrency, many, no number: 'many'",
			"my.capacity, 0, queue-capacity must be at least 1", "my.auto, maybe, neither true nor false: 'maybe'" })
	void attributesOutOfRange(String key, String value, String message) {
		this.contextRunner.withBean(Configured.class)
			.withPropertyValues("my.concurrency=1", "my.capacity=1", "my.auto=true", key + "=" + value)
			.run((context) -> check(context.getStartupFailure(), "Configured.listen", message, ""));
	}

	@Test
	void aBeanThatIsNotASingleton() {
		this.contextRunner
			.withBean("prototype", Prototype.class, Prototype::new,
					(definition) -> definition.setScope(BeanDefinition.SCOPE_PROTOTYPE))
			.run((context) -> assertThat(catching(() -> context.getBean(Prototype.class)))
				.satisfies((failure) -> check(failure, "Prototype", "not a singleton", "singleton")));
	}

	@Test
	void notificationsThatAreTakenAlready() {
		this.contextRunner.withUserConfiguration(Taken.class)
			.run((context) -> check(context.getStartupFailure(), "listener 'listens' (",
					"something else takes the notifications of agent 'right' (bean 'right') already",
					"an agent of their own"));
	}

	private void fails(Class<?> listener, String... words) {
		this.contextRunner.withBean(listener).run((context) -> check(context.getStartupFailure(), words));
	}

	private static void check(Throwable failure, String... words) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof FailureAnalyzedException)) {
			cause = cause.getCause();
		}
		assertThat(cause).as("what %s says", failure).isInstanceOf(FailureAnalyzedException.class);
		FailureAnalyzedException report = (FailureAnalyzedException) cause;
		String action = words[words.length - 1];
		for (String word : words) {
			assertThat((word.equals(action) ? "" : report.analysis().getDescription()) + report.analysis().getAction())
				.contains(word);
		}
	}

	private static Throwable catching(Runnable call) {
		try {
			call.run();
			return new AssertionError("nothing was thrown");
		}
		catch (RuntimeException ex) {
			return ex;
		}
	}

	static class WrongParameter {

		@NixlNotificationListener(agent = "right")
		void wrong(String payload, int number) {
		}

	}

	static class WrongSender {

		@NixlNotificationListener(agent = "right")
		void wrong(@NotificationSender byte[] sender) {
		}

	}

	static class Returning {

		@NixlNotificationListener(agent = "right")
		String answer(String payload) {
			return payload;
		}

	}

	static class Unnamed {

		@NixlNotificationListener
		void listen(String payload) {
		}

	}

	static class Elsewhere {

		@NixlNotificationListener(agent = "middle")
		void listen(String payload) {
		}

	}

	static class Unhandled {

		@NixlNotificationListener(agent = "right", errorHandler = "nobody")
		void listen(String payload) {
		}

	}

	static class SameId {

		@NixlNotificationListener(id = "same", agent = "right")
		void one(String payload) {
		}

		@NixlNotificationListener(id = "same", agent = "right")
		void two(String payload) {
		}

	}

	static class Configured {

		@NixlNotificationListener(agent = "right", concurrency = "${my.concurrency}", queueCapacity = "${my.capacity}",
				autoStartup = "${my.auto}")
		void listen(String payload) {
		}

	}

	static class Prototype {

		@NixlNotificationListener(agent = "right")
		void listen(String payload) {
		}

	}

	static class Listens {

		@NixlNotificationListener(id = "listens", agent = "right")
		void listen(String payload) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Taken {

		@Bean
		Consumer<String> taker(NixlAgent right) {
			right.onNotification((notification) -> {
			});
			return (nothing) -> {
			};
		}

		@Bean
		Listens listens() {
			return new Listens();
		}

	}

}
