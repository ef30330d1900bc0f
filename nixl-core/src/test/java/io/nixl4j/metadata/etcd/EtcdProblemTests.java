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

package io.nixl4j.metadata.etcd;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.nixl4j.certificates.TestAuthority;
import io.nixl4j.memory.NixlException;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataStoreException;
import io.nixl4j.metadata.NixlMetadataStoreException.Problem;
import io.nixl4j.metadata.StoreState.Kind;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static io.nixl4j.metadata.etcd.StoreFixtures.FIRST;
import static io.nixl4j.metadata.etcd.StoreFixtures.SECOND;
import static io.nixl4j.metadata.etcd.StoreFixtures.card;
import static io.nixl4j.metadata.etcd.StoreFixtures.key;
import static io.nixl4j.metadata.etcd.StoreFixtures.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * What is said where etcd cannot be used.
 */
@Tag("etcd")
class EtcdProblemTests {

	private static final String PASSWORD = "a-secret-of-a-test";

	private static final String WRONG = "another-secret-of-a-test";

	@Test
	void certificatesThatDoNotFitAreAProblemOfTls() {
		TestAuthority authority = TestAuthority.create();
		TestAuthority stranger = TestAuthority.create();
		try (EtcdProcess etcd = EtcdProcess.start(EtcdServerTls.mutual(authority))) {
			EtcdTls right = EtcdTls.mutual(authority.keys("worker"), authority.trust());
			EtcdOptions options = options(etcd);
			assertThat(problem(options.withTls(EtcdTls.mutual(authority.keys("worker"), stranger.trust()))))
				.isEqualTo(Problem.TLS);
			assertThat(problem(options.withTls(EtcdTls.mutual(stranger.keys("worker"), authority.trust()))))
				.isEqualTo(Problem.TLS);
			assertThat(problem(options.withTls(EtcdTls.trusting(authority.trust())))).isEqualTo(Problem.TLS);
			assertThat(problem(options.withTls(right.withAuthority("another.example")))).isEqualTo(Problem.TLS);
			Instant now = Instant.now();
			EtcdTls expired = EtcdTls.mutual(TestAuthority
				.keys(authority.issue("worker", (builder) -> builder.notBefore(now.minus(Duration.ofDays(2)))
					.notAfter(now.minus(Duration.ofDays(1))))), authority.trust());
			assertThat(problem(options.withTls(expired))).isEqualTo(Problem.TLS);
			assertThat(problem(EtcdOptions.of("http://127.0.0.1:" + etcd.port()))).isEqualTo(Problem.UNREACHABLE);
			try (EtcdNixlMetadataStore store = EtcdNixlMetadataStore.open(options.withTls(expired))) {
				store.reloadTls(right);
				await().atMost(StoreFixtures.FIVE_SECONDS).until(() -> store.state().kind() == Kind.CURRENT);
				store.check();
				store.put(card("e", FIRST)).join();
				store.reloadTls(EtcdTls.mutual(authority.keys("other"), authority.trust()));
				await().until(() -> store.state().kind() == Kind.CURRENT);
				store.check();
				assertThat(etcd.get(key("e"))).isPresent();
			}
			assertThat(etcd.get(key("e"))).isEmpty();
		}
	}

	@Test
	void usersThatDoNotFitAreToldApart() {
		try (EtcdProcess etcd = EtcdProcess.start()) {
			EtcdOptions options = options(etcd);
			assertThat(problem(options.withUser("worker", PASSWORD))).isEqualTo(Problem.AUTHENTICATION_OFF);
			etcd.addUser("worker", PASSWORD, "default/nixl_metadata/");
			etcd.enableAuth("of-root");
			assertThat(problem(options)).isEqualTo(Problem.NO_USER);
			assertThat(problem(options.withUser("worker", WRONG))).isEqualTo(Problem.AUTHENTICATION);
			assertThat(problem(options.withUser("nobody", PASSWORD))).isEqualTo(Problem.AUTHENTICATION);
			assertThat(problem(options.withUser("worker", PASSWORD).withNamespace("other")))
				.isEqualTo(Problem.PERMISSION);
			try (EtcdNixlMetadataStore store = EtcdNixlMetadataStore.open(options.withUser("worker", PASSWORD))) {
				store.check();
				store.put(card("e", FIRST)).join();
				await().until(() -> store.state().kind() == Kind.CURRENT);
				etcd.kill();
				etcd.restart();
				// The token of before is worth nothing now.
				await().atMost(StoreFixtures.FIVE_SECONDS).until(() -> store.state().kind() == Kind.CURRENT);
				store.put(card("f", FIRST)).join();
				assertThat(etcd.keys("default/")).containsExactly(key("e"), key("f"));
			}
		}
	}

	@Test
	void whereNobodyAnswersEverythingEndsInTime() throws Exception {
		EtcdOptions options = EtcdOptions.of("127.0.0.1:" + FreePorts.find())
			.withRequestTimeout(Duration.ofMillis(300));
		assertThat(problem(options)).isEqualTo(Problem.UNREACHABLE);
		try (EtcdNixlMetadataStore store = EtcdNixlMetadataStore.open(options)) {
			assertThat(unreachable(() -> store.find("e")).peer()).contains("e");
			unreachable(store::list);
			assertThat(failure(store.put(card("e", FIRST))).problem()).isEqualTo(Problem.UNREACHABLE);
			assertThat(failure(store.delete("e")).problem()).isEqualTo(Problem.UNREACHABLE);
			assertThat(store.state().kind()).isEqualTo(Kind.BEHIND);
		}
	}

	@Test
	void onlyWhatWasPublishedIsMadeUpForWhenEtcdIsBack() throws Exception {
		try (EtcdProcess etcd = EtcdProcess.start();
				EtcdNixlMetadataStore store = EtcdNixlMetadataStore
					.open(options(etcd).withRequestTimeout(Duration.ofMillis(500)))) {
			store.put(card("kept", FIRST)).join();
			store.put(card("deleted", FIRST)).join();
			await().until(() -> store.state().kind() == Kind.CURRENT);
			etcd.kill();
			assertThat(failure(store.put(card("new", FIRST))).problem()).isEqualTo(Problem.UNREACHABLE);
			assertThat(failure(store.put(new NixlMetadata("kept", Map.of(), "later", card("kept", FIRST).additions())))
				.problem()).isEqualTo(Problem.UNREACHABLE);
			assertThat(failure(store.delete("deleted", FIRST)).problem()).isEqualTo(Problem.UNREACHABLE);
			assertThat(store.find("kept")).as("the copy is there all the time").contains(card("kept", FIRST));
			CompletableFuture<Void> waiting = store.put(card("waiting", SECOND));
			store.delete("waiting", FIRST);
			etcd.restart();
			await().atMost(StoreFixtures.FIVE_SECONDS)
				.untilAsserted(() -> assertThat(etcd.keys("default/")).doesNotContain(key("new"), key("deleted"))
					.contains(key("kept")));
			await().untilAsserted(() -> assertThat(store.get("kept").agentName()).isEqualTo("later"));
			assertThat(waiting).satisfiesAnyOf((done) -> assertThat(done).isCompleted(),
					(failed) -> assertThat(failed).isCompletedExceptionally());
		}
	}

	@Test
	void closingDoesNotWaitForAnEtcdThatIsAway() {
		EtcdProcess etcd = EtcdProcess.start();
		EtcdNixlMetadataStore store = EtcdNixlMetadataStore.open(options(etcd));
		store.put(card("e", FIRST)).join();
		etcd.close();
		await().until(() -> store.state().kind() == Kind.BEHIND);
		CompletableFuture<Void> put = store.put(card("f", FIRST));
		long before = System.nanoTime();
		store.close();
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
		assertThat(put).isCompletedExceptionally();
	}

	private static Problem problem(EtcdOptions options) {
		try (EtcdNixlMetadataStore store = EtcdNixlMetadataStore.open(options)) {
			NixlMetadataStoreException problem = catchThrowableOfType(NixlMetadataStoreException.class, store::check);
			assertThat(problem).as(options.toString()).isNotNull();
			for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
				assertThat(cause.toString()).doesNotContain(PASSWORD, WRONG);
			}
			return problem.problem();
		}
	}

	private static NixlException unreachable(ThrowingCallable call) {
		NixlMetadataStoreException problem = catchThrowableOfType(NixlMetadataStoreException.class, call);
		assertThat(problem.problem()).isEqualTo(Problem.UNREACHABLE);
		return problem;
	}

	private static NixlMetadataStoreException failure(CompletableFuture<?> future) {
		Throwable failure = catchThrowable(() -> future.get(10, TimeUnit.SECONDS));
		assertThat(failure).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(NixlMetadataStoreException.class);
		return (NixlMetadataStoreException) failure.getCause();
	}

}
