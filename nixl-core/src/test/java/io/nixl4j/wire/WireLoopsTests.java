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

package io.nixl4j.wire;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.assertj.core.api.Assumptions.assumeThat;

class WireLoopsTests {

	@Test
	void withoutTheNativeLibraryOneLineNamesWhatToAdd() {
		assumeThat(System.getProperty("os.name").toLowerCase(Locale.ROOT)).contains("linux");
		Logger logger = (Logger) LoggerFactory.getLogger(WireLoops.class);
		ListAppender<ILoggingEvent> appender = new ListAppender<>();
		appender.start();
		logger.addAppender(appender);
		try {
			WireLoops loops = WireLoops.create(Transports.nio(new UnsatisfiedLinkError("no library")), "log-test", 1,
					Duration.ZERO);
			assertThat(loops.transport()).isEqualTo("nio");
			WireFixture.get(loops.close());
			assertThat(appender.list).singleElement()
				.satisfies((event) -> assertThat(event.getFormattedMessage())
					.contains("io.netty:netty-transport-native-epoll")
					.contains("no library"));
		}
		finally {
			logger.detachAppender(appender);
		}
	}

	@Test
	void theNativeTransportIsUsedWhereItIs() {
		WireLoops loops = WireLoops.create("best-test", 1, Duration.ZERO);
		assertThat(loops.transport()).isEqualTo(Transports.best().name());
		WireFixture.get(loops.close());
	}

	@Test
	void theThreadsAreNamedAndEnd() {
		WireLoops loops = WireLoops.create("named-test", 2, Duration.ZERO);
		CompletableFuture<String> name = new CompletableFuture<>();
		assertThat(loops.schedule(Duration.ofMillis(1), () -> name.complete(Thread.currentThread().getName())))
			.isTrue();
		assertThat(WireFixture.get(name)).startsWith("named-test-");
		WireFixture.get(loops.close());
		await().atMost(WireFixture.PATIENCE)
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.map(Thread::getName)
				.noneMatch((thread) -> thread.startsWith("named-test-")));
		assertThat(loops.schedule(Duration.ZERO, () -> {
		})).isFalse();
	}

}
