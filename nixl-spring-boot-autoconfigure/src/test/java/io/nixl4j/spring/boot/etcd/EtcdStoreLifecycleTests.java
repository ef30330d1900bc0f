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

package io.nixl4j.spring.boot.etcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.nixl4j.metadata.NixlMetadataStoreException;
import io.nixl4j.metadata.NixlMetadataStoreException.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.SmartLifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How long a start tries, and what it then does.
 */
@ExtendWith(OutputCaptureExtension.class)
class EtcdStoreLifecycleTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private final AtomicInteger checks = new AtomicInteger();

	private final EtcdReport report = new EtcdReport(new EtcdDetails(() -> List.of("http://etcd:2379")));

	@Test
	void itStartsBeforeAgentsAndStopsAfterThem() {
		assertThat(lifecycle(Problem.OTHER, 0, true, LONG).getPhase()).isEqualTo(SmartLifecycle.DEFAULT_PHASE - 5120);
	}

	@ParameterizedTest
	@EnumSource(names = { "UNREACHABLE", "NO_LEADER" })
	void whatIsAwayIsTriedAgain(Problem problem) {
		EtcdStoreLifecycle lifecycle = lifecycle(problem, 2, true, LONG);
		lifecycle.start();
		assertThat(this.checks).hasValue(3);
		assertThat(lifecycle.isRunning()).isTrue();
		lifecycle.stop();
		assertThat(lifecycle.isRunning()).isFalse();
	}

	@Test
	void whatStaysAwayFailsTheStart() {
		EtcdStoreLifecycle lifecycle = lifecycle(Problem.UNREACHABLE, Integer.MAX_VALUE, true, Duration.ofSeconds(1));
		assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(lifecycle::start)
			.satisfies((ex) -> assertThat(ex.analysis().getAction()).contains("data-plane.nixl.timeouts.connect",
					"data-plane.nixl.metadata.etcd.fail-fast"));
		assertThat(this.checks).hasValueBetween(2, 3);
		assertThat(lifecycle.isRunning()).isFalse();
	}

	@Test
	void aStartThatDoesNotFailFastGoesOnWithOneWarning(CapturedOutput output) {
		EtcdStoreLifecycle lifecycle = lifecycle(Problem.UNREACHABLE, Integer.MAX_VALUE, false, LONG);
		lifecycle.start();
		assertThat(lifecycle.isRunning()).isTrue();
		assertThat(this.checks).hasValue(1);
		assertThat(output.toString().lines().filter((line) -> line.contains("EtcdStoreLifecycle"))).singleElement()
			.asString()
			.contains("WARN", "data-plane.nixl.metadata.etcd.fail-fast");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whatIsWrongFailsTheStartAtOnce(boolean failFast) {
		for (Problem problem : List.of(Problem.TLS, Problem.AUTHENTICATION, Problem.NO_USER, Problem.PERMISSION)) {
			this.checks.set(0);
			EtcdStoreLifecycle lifecycle = lifecycle(problem, Integer.MAX_VALUE, failFast, LONG);
			assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(lifecycle::start);
			assertThat(this.checks).hasValue(1);
		}
	}

	@Test
	void anInterruptEndsTheWait() {
		EtcdStoreLifecycle lifecycle = lifecycle(Problem.UNREACHABLE, Integer.MAX_VALUE, true, LONG);
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(lifecycle::start);
		assertThat(Thread.interrupted()).isTrue();
	}

	private EtcdStoreLifecycle lifecycle(Problem problem, int failures, boolean failFast, Duration limit) {
		return new EtcdStoreLifecycle(() -> {
			if (this.checks.incrementAndGet() <= failures) {
				throw new NixlMetadataStoreException(problem, "something is wrong", null, "check", null);
			}
		}, this.report, failFast, limit);
	}

}
