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

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.nixl4j.NixlPeer;
import io.nixl4j.spring.boot.support.TwoAgents;

import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Listeners of several tests, and what these do with them.
 */
final class TestListeners {

	private TestListeners() {
	}

	static void send(ApplicationContext context, String... payloads) {
		TwoAgents.ready(context);
		NixlPeer right = TwoAgents.connect(context);
		for (String payload : payloads) {
			right.notify(payload.getBytes(StandardCharsets.UTF_8)).join();
		}
	}

	static NixlNotificationListenerContainer container(ApplicationContext context, String id) {
		return context.getBean(NixlNotificationListenerRegistry.class).container(id).orElseThrow();
	}

	static List<String> take(BlockingQueue<String> heard, int count) throws InterruptedException {
		List<String> taken = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			String next = heard.poll(10, TimeUnit.SECONDS);
			assertThat(next).as("number %s after %s", i, taken).isNotNull();
			taken.add(next);
		}
		return taken;
	}

	static class Recording {

		final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

		final BlockingQueue<String> threads = new LinkedBlockingQueue<>();

		@OfRight(id = "recording")
		void record(String payload) {
			this.threads.add(Thread.currentThread().getName());
			this.heard.add(payload);
		}

	}

	/**
	 * An application's own annotation.
	 */
	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@NixlNotificationListener(agent = "right")
	@interface OfRight {

		@AliasFor(annotation = NixlNotificationListener.class)
		String id();

	}

	static class Blocked {

		final CountDownLatch free = new CountDownLatch(1);

		final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

		final BlockingQueue<String> other = new LinkedBlockingQueue<>();

		@NixlNotificationListener(id = "another", agent = "right")
		void another(String payload) {
			this.other.add(payload);
		}

		@NixlNotificationListener(agent = "right", queueCapacity = "2")
		void blocked(String payload) {
			try {
				this.free.await();
				this.heard.add(payload);
			}
			catch (InterruptedException ex) {
				this.heard.add("interrupted");
			}
		}

	}

}
