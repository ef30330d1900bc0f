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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RegionTable;
import io.nixl4j.route.Route;
import io.nixl4j.wire.AgentIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Who may have a session, and that there is one of each pair.
 */
class SessionsTests {

	private static final NixlException STOPPED = NixlError.PEER_LOST.exception("stopped");

	private final ExecutorService executor = Executors.newSingleThreadExecutor();

	private final PipeGate gate = new PipeGate();

	private final End one = new End("engine-1");

	private final End two = new End("engine-2");

	@AfterEach
	void close() {
		this.executor.shutdownNow();
		this.one.regions.close();
		this.two.regions.close();
	}

	private static <T> T get(CompletableFuture<T> future) {
		try {
			return future.orTimeout(60, TimeUnit.SECONDS).join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof NixlException cause) {
				throw cause;
			}
			throw ex;
		}
	}

	private static NixlError errorOf(CompletableFuture<?> future) {
		return catchThrowableOfType(NixlException.class, () -> get(future)).error();
	}

	private static Admission.Refused refused(Admission admission) {
		assertThat(admission).isInstanceOf(Admission.Refused.class);
		return (Admission.Refused) admission;
	}

	@Test
	void agentThatIsNotReadyRefusesForNow() {
		assertThat(errorOf(this.one.sessions.dial(this.two.sessions, this.gate))).isEqualTo(NixlError.NOT_READY);
		Admission.Refused refusal = refused(this.two.sessions.admit(this.one.identity, true));
		assertThat(refusal.retry()).isTrue();
		this.two.sessions.accepting(true);
		Session session = get(this.one.sessions.dial(this.two.sessions, this.gate));
		assertThat(session.isReady()).isTrue();
		this.two.sessions.accepting(false);
		assertThat(session.isOpen()).isTrue();
	}

	@Test
	void dialThatCrossedTheBeginningOfASessionDoesNotEndIt() {
		this.one.sessions.accepting(true);
		this.two.sessions.accepting(true);
		Session session = get(this.one.sessions.dial(this.two.sessions, this.gate));
		assertThat(errorOf(this.two.sessions.dial(this.one.sessions, this.gate))).isEqualTo(NixlError.BUSY);
		assertThat(errorOf(this.one.sessions.dial(this.two.sessions, this.gate))).isEqualTo(NixlError.BUSY);
		assertThat(session.isOpen()).isTrue();
		assertThat(this.one.sessions.find("engine-2")).contains(session);
		assertThat(this.two.sessions.live()).hasSize(1);
	}

	@Test
	void peerThatDialsOnAndOnHasLostItsEnd() {
		this.two.sessions.accepting(true);
		get(this.one.sessions.dial(this.two.sessions, this.gate));
		// As after a link that only one end knows to be broken.
		await().until(() -> this.two.sessions.admit(this.one.identity, true) instanceof Admission.Refused refusal
				&& refusal.error() == NixlError.NOT_READY);
		await().until(() -> this.two.sessions.live().isEmpty());
		this.two.drain();
		this.one.drain();
		await().until(() -> this.two.sessions.admit(this.one.identity, true) instanceof Admission.Accepted);
	}

	@Test
	void newerIncarnationWaitsUntilTheOlderOneIsDrained() {
		this.two.sessions.accepting(true);
		Session old = get(this.one.sessions.dial(this.two.sessions, this.gate));
		AgentIdentity next = new AgentIdentity("agent", "engine-1", Incarnation.random());
		assertThat(refused(this.two.sessions.admit(next, true)).error()).isEqualTo(NixlError.NOT_READY);
		await().until(() -> !old.isOpen());
		assertThat(refused(this.two.sessions.admit(next, true)).error()).isEqualTo(NixlError.NOT_READY);
		this.two.drain();
		await().until(() -> this.two.sessions.admit(next, true) instanceof Admission.Accepted);
	}

	@Test
	void incarnationThatWasReplacedGetsNoSessionAnyMore() {
		this.two.sessions.accepting(true);
		get(this.one.sessions.dial(this.two.sessions, this.gate));
		AgentIdentity next = new AgentIdentity("agent", "engine-1", Incarnation.random());
		assertThat(refused(this.two.sessions.admit(next, true)).error()).isEqualTo(NixlError.NOT_READY);
		Admission.Refused refusal = refused(this.two.sessions.admit(this.one.identity, true));
		assertThat(refusal.error()).isEqualTo(NixlError.STALE);
		assertThat(refusal.retry()).isFalse();
		this.two.drain();
		await().until(() -> this.two.sessions.admit(next, true) instanceof Admission.Accepted);
		this.two.sessions.outdated("engine-1", next.incarnation());
		assertThat(refused(this.two.sessions.admit(next, true)).error()).isEqualTo(NixlError.STALE);
		this.two.sessions.current("engine-1", next.incarnation());
		assertThat(this.two.sessions.admit(next, true)).isInstanceOf(Admission.Accepted.class);
	}

	@Test
	void agentThatLostItsEngineIdEndsAllSessionsAndLetsNobodyIn() {
		this.two.sessions.accepting(true);
		Session session = get(this.one.sessions.dial(this.two.sessions, this.gate));
		NixlException cause = NixlError.STALE.exception("taken over");
		assertThat(this.two.sessions.retire(cause)).isTrue();
		assertThat(this.two.sessions.retire(cause)).isFalse();
		assertThat(this.two.sessions.retired()).contains(cause);
		assertThat(this.two.sessions.live()).isEmpty();
		await().until(() -> !session.isOpen());
		this.two.sessions.accepting(true);
		Admission.Refused refusal = refused(this.two.sessions.admit(this.one.identity, true));
		assertThat(refusal.error()).isEqualTo(NixlError.STALE);
		assertThat(refusal.reason()).contains("taken over");
		assertThat(refusal.retry()).isFalse();
	}

	@Test
	void onlyTheNewestOfMoreThanSomeThousandReplacedIncarnationsAreRemembered() {
		OutdatedIncarnations outdated = new OutdatedIncarnations();
		for (int i = 0; i <= OutdatedIncarnations.MAX; i++) {
			outdated.add("engine-1", new Incarnation(0, i));
		}
		outdated.add("engine-1", new Incarnation(0, 1));
		outdated.add("engine-1", new Incarnation(1, 0));
		assertThat(outdated.contains("engine-1", new Incarnation(0, 0))).isFalse();
		assertThat(outdated.contains("engine-1", new Incarnation(0, 1))).isTrue();
		assertThat(outdated.contains("engine-1", new Incarnation(0, 2))).isFalse();
		assertThat(outdated.contains("engine-1", new Incarnation(1, 0))).isTrue();
		assertThat(outdated.contains("engine-2", new Incarnation(1, 0))).isFalse();
	}

	@Test
	void newerIncarnationThatProvesNothingIsRefusedWhileTheOlderOneLives() {
		this.two.sessions.accepting(true);
		Session old = get(this.one.sessions.dial(this.two.sessions, this.gate));
		AgentIdentity next = new AgentIdentity("agent", "engine-1", Incarnation.random());
		Admission.Refused refusal = refused(this.two.sessions.admit(next, false));
		assertThat(refusal.error()).isEqualTo(NixlError.REFUSED);
		assertThat(refusal.reason()).contains("tcp.secret");
		assertThat(old.isOpen()).isTrue();
	}

	@Test
	void engineIdOfThisAgentIsRefused() {
		this.one.sessions.accepting(true);
		AgentIdentity impostor = new AgentIdentity("agent", "engine-1", Incarnation.random());
		Admission.Refused refusal = refused(this.one.sessions.admit(impostor, true));
		assertThat(refusal.error()).isEqualTo(NixlError.REFUSED);
		assertThat(refusal.retry()).isFalse();
	}

	@Test
	void ofTwoThatDialTheGreaterEngineIdGoesOn() {
		this.one.sessions.accepting(true);
		this.two.sessions.accepting(true);
		this.one.sessions.dialing("engine-2");
		this.two.sessions.dialing("engine-1");
		assertThat(refused(this.two.sessions.admit(this.one.identity, true)).error()).isEqualTo(NixlError.BUSY);
		assertThat(this.one.sessions.admit(this.two.identity, true)).isInstanceOf(Admission.Accepted.class);
		this.two.sessions.dialed("engine-1");
		assertThat(this.two.sessions.admit(this.one.identity, true)).isInstanceOf(Admission.Accepted.class);
	}

	@Test
	void ofTwoLinksOneIsClosed() {
		RecordingLink first = new RecordingLink();
		RecordingLink second = new RecordingLink();
		SessionKey key = SessionKey.of(1, new byte[16]);
		assertThat(this.one.sessions.begin(this.two.identity, key, false, true, first)).isNotNull();
		assertThat(this.one.sessions.begin(this.two.identity, key, false, true, second)).isNull();
		assertThat(second.isClosed()).isTrue();
		assertThat(second.isStarted()).isFalse();
		assertThat(first.isClosed()).isFalse();
	}

	@Test
	void dialsFromBothEndsAtOnceNeverEndBothSessions() throws Exception {
		this.one.sessions.accepting(true);
		this.two.sessions.accepting(true);
		ExecutorService both = Executors.newFixedThreadPool(2);
		try {
			for (int round = 0; round < 300; round++) {
				CompletableFuture<Session> there = CompletableFuture
					.supplyAsync(() -> this.one.sessions.dial(this.two.sessions, this.gate), both)
					.thenCompose((dialed) -> dialed);
				CompletableFuture<Session> back = CompletableFuture
					.supplyAsync(() -> this.two.sessions.dial(this.one.sessions, this.gate), both)
					.thenCompose((dialed) -> dialed);
				List<Session> begun = new ArrayList<>();
				for (CompletableFuture<Session> dial : List.of(there, back)) {
					try {
						begun.add(get(dial));
					}
					catch (NixlException ex) {
						assertThat(ex.error()).isIn(NixlError.NOT_READY, NixlError.BUSY);
					}
				}
				assertThat(begun).as("round %s", round).singleElement().matches(Session::isReady);
				begun.get(0).end(STOPPED);
				await().pollDelay(Duration.ZERO)
					.pollInterval(Duration.ofMillis(1))
					.until(() -> this.one.hasForgotten(this.two) && this.two.hasForgotten(this.one));
			}
		}
		finally {
			both.shutdownNow();
		}
	}

	@Test
	void regionIsWithdrawnFromEndedSessionsUntilTheyAreDrained() {
		this.two.sessions.accepting(true);
		LocalRegion region = this.two.regions.allocate(64, RegionOptions.of("kv"));
		Session session = get(this.one.sessions.dial(this.two.sessions, this.gate));
		assertThat(session.region("kv")).isNotNull();
		session.end(STOPPED);
		await().until(() -> this.two.sessions.live().isEmpty());
		CompletableFuture<Void> withdrawn = this.two.sessions.withdraw(region).toCompletableFuture();
		assertThat(this.two.sessions.unproved(region)).containsExactly("engine-1");
		assertThat(withdrawn).isNotDone();
		this.two.drain();
		get(withdrawn);
		assertThat(this.two.sessions.unproved(region)).isEmpty();
	}

	@Test
	void closeEndsAllAndLetsNoneBegin() {
		this.two.sessions.accepting(true);
		Session session = get(this.one.sessions.dial(this.two.sessions, this.gate));
		CompletableFuture<Void> closed = this.two.sessions.close(STOPPED);
		await().until(() -> !session.isOpen());
		assertThat(closed).isNotDone();
		this.two.drain();
		get(closed);
		this.one.drain();
		assertThat(errorOf(this.one.sessions.dial(this.two.sessions, this.gate))).isEqualTo(NixlError.NOT_READY);
		this.one.sessions.accepting(true);
		assertThat(errorOf(this.two.sessions.dial(this.one.sessions, this.gate))).isEqualTo(NixlError.NOT_READY);
		assertThat(this.one.sessions.live()).isEmpty();
	}

	/**
	 * One agent's sessions, whose routes are drained by the test.
	 */
	private final class End {

		private final RegionTable regions = new RegionTable(Duration.ofSeconds(60), Runnable::run);

		private final AgentIdentity identity;

		private final Sessions sessions;

		private final List<RecordingRoute> routes = new ArrayList<>();

		End(String engineId) {
			this.identity = new AgentIdentity("agent", engineId, Incarnation.random());
			this.sessions = new Sessions(this.identity, this.regions, (link) -> connect(), new RecordingEvents(),
					SessionsTests.this.executor);
		}

		private synchronized List<Route> connect() {
			RecordingRoute route = new RecordingRoute();
			this.routes.add(route);
			return List.of(route);
		}

		/** Whether nothing is left of the last session with another end. */
		private boolean hasForgotten(End other) {
			drain();
			return this.sessions.live().isEmpty()
					&& this.sessions.admit(other.identity, true) instanceof Admission.Accepted;
		}

		private synchronized void drain() {
			this.routes.stream()
				.filter(RecordingRoute::isDisconnected)
				.forEach((route) -> route.drained().complete(null));
		}

	}

}
