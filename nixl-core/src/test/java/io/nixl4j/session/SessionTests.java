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

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RegionTable;
import io.nixl4j.route.Operation;
import io.nixl4j.route.RemoteGrant;
import io.nixl4j.wire.AgentIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * One end of a session, its peer played by the test.
 */
class SessionTests {

	private static final NixlException LOST = NixlError.PEER_LOST.exception("lost");

	private final RegionTable regions = new RegionTable(Duration.ofSeconds(60), Runnable::run);

	private final RecordingLink link = new RecordingLink();

	private final RecordingEvents events = new RecordingEvents();

	private final RecordingRoute route = new RecordingRoute();

	private final SecureRandom random = new SecureRandom();

	private final Session session = new Session(new AgentIdentity("peer", "peer-1", Incarnation.random()),
			SessionKey.random(this.random), true, true, this.link, this.events, this.random);

	@AfterEach
	void close() {
		this.regions.close();
	}

	private void start() {
		this.session.start((peer) -> List.of(this.route), this.regions.open());
	}

	private RemoteGrant granted(long handle, String name) {
		this.link.receive(new SessionMessage.Grant(handle, name, 1, 64, MemoryType.DRAM, 0, Permissions.READ_WRITE));
		RemoteGrant grant = this.session.region(name);
		assertThat(grant).isNotNull();
		return grant;
	}

	@Test
	void grantsAreSaidFirstAndThenThatTheyAreAll() {
		this.regions.allocate(64, RegionOptions.of("one"));
		this.regions.allocate(64, RegionOptions.of("two").withGrantTo(Set.of("somebody-else")));
		this.regions.allocate(64, RegionOptions.of("three").withGrantTo(Set.of("peer-1")));
		start();
		assertThat(this.link.sent(SessionMessage.Grant.class)).extracting(SessionMessage.Grant::name)
			.containsExactly("one", "three");
		assertThat(this.link.sent()).last().isEqualTo(new SessionMessage.Granted());
	}

	@Test
	void sessionIsReadyWhenThePeerHasSaidItsGrants() {
		start();
		granted(7, "kv");
		assertThat(this.session.isReady()).isFalse();
		assertThat(this.events.events()).isEmpty();
		this.link.receive(new SessionMessage.Granted());
		this.link.receive(new SessionMessage.Granted());
		assertThat(this.session.isReady()).isTrue();
		assertThat(this.events.events()).containsExactly("opened peer-1");
	}

	@Test
	void withdrawalIsAnsweredWhenNobodyUsesTheGrant() {
		start();
		RemoteGrant grant = granted(7, "kv");
		assertThat(grant.hold()).isTrue();
		this.link.receive(new SessionMessage.Withdraw(7));
		assertThat(this.session.region("kv")).isNull();
		assertThat(grant.isOpen()).isFalse();
		assertThat(grant.hold()).isFalse();
		assertThat(this.link.sent(SessionMessage.Withdrawn.class)).isEmpty();
		grant.unhold();
		assertThat(this.link.sent(SessionMessage.Withdrawn.class)).containsExactly(new SessionMessage.Withdrawn(7));
		// A grant that nobody knows is used by nobody.
		this.link.receive(new SessionMessage.Withdraw(8));
		assertThat(this.link.sent(SessionMessage.Withdrawn.class)).hasSize(2);
	}

	@Test
	void nameMayMeanAnotherRegionBeforeTheWithdrawalIsAnswered() {
		start();
		RemoteGrant first = granted(7, "kv");
		first.hold();
		this.link.receive(new SessionMessage.Withdraw(7));
		RemoteGrant second = granted(8, "kv");
		first.unhold();
		assertThat(this.session.region("kv")).isSameAs(second);
	}

	@Test
	void peersThatBreakTheProtocolEndTheSession() {
		start();
		granted(7, "kv");
		this.link.receive(new SessionMessage.Granted());
		this.link.receive(new SessionMessage.Grant(7, "again", 1, 64, MemoryType.DRAM, 0, Permissions.READ));
		assertThat(this.session.isOpen()).isFalse();
		assertThat(this.session.cause()).map(NixlException::error).contains(NixlError.PROTOCOL);
		assertThat(this.link.isClosed()).isTrue();
		assertThat(this.events.events()).containsExactly("opened peer-1", "ended peer-1 protocol");
	}

	@Test
	void nothingIsHeardAfterTheEnd() {
		start();
		this.link.receive(new SessionMessage.Granted());
		this.session.end(LOST);
		this.session.end(NixlError.CANCELLED.exception("again"));
		this.link.receive(new SessionMessage.Notify(1, new byte[3]));
		this.link.receive(new SessionMessage.Grant(7, "kv", 1, 64, MemoryType.DRAM, 0, Permissions.READ));
		assertThat(this.session.region("kv")).isNull();
		assertThat(this.events.events()).containsExactly("opened peer-1", "ended peer-1 peer-lost");
	}

	@Test
	void endIsDrainedWhenRoutesAndAccessesAre() {
		LocalRegion region = this.regions.allocate(64, RegionOptions.of("kv"));
		start();
		long handle = this.link.sent(SessionMessage.Grant.class).get(0).handle();
		RemoteGrant theirs = granted(9, "theirs");
		assertThat(this.session.admit(handle, Operation.WRITE)).isSameAs(region);
		this.session.end(LOST);
		assertThat(this.route.isDisconnected()).isTrue();
		assertThat(theirs.isOpen()).isFalse();
		CompletionStage<Void> withdrawn = this.session.withdraw(region);
		assertThatExceptionOfType(NixlException.class).isThrownBy(() -> this.session.admit(handle, Operation.WRITE))
			.extracting(NixlException::error)
			.isEqualTo(NixlError.PEER_LOST);
		this.route.drained().complete(null);
		assertThat(this.session.drained()).isNotDone();
		assertThat(withdrawn.toCompletableFuture()).isNotDone();
		this.session.leave(region);
		assertThat(this.session.drained()).isDone();
		assertThat(withdrawn.toCompletableFuture()).isDone();
	}

	@Test
	void sessionThatEndedBeforeItsStartLeavesNoRouteBehind() {
		this.session.end(LOST);
		assertThat(this.session.drained()).isDone();
		start();
		assertThat(this.route.isDisconnected()).isTrue();
		assertThat(this.link.isStarted()).isFalse();
		assertThat(this.events.events()).isEmpty();
		assertThat(this.session.ready()).isCompletedExceptionally();
	}

	@Test
	void regionThatClosesWhileTheSessionBeginsIsNeverGranted() {
		LocalRegion region = this.regions.allocate(64, RegionOptions.of("kv"));
		List<LocalRegion> snapshot = this.regions.open();
		region.close();
		this.session.withdraw(region);
		this.session.start((peer) -> List.of(this.route), snapshot);
		assertThat(this.link.sent()).containsExactly(new SessionMessage.Granted());
	}

	@Test
	void lanesAreFencedAtBothEnds() {
		start();
		CompletionStage<Void> proof = this.session.fence("recording", 3);
		CompletionStage<Void> same = this.session.fence("recording", 3);
		CompletionStage<Void> other = this.session.fence("recording", 4);
		assertThat(this.link.sent(SessionMessage.Fence.class)).containsExactly(new SessionMessage.Fence("recording", 3),
				new SessionMessage.Fence("recording", 4));
		this.link.receive(new SessionMessage.Fenced("recording", 5));
		this.link.receive(new SessionMessage.Fenced("another", 3));
		assertThat(proof.toCompletableFuture()).isNotDone();
		this.link.receive(new SessionMessage.Fenced("recording", 3));
		assertThat(proof.toCompletableFuture()).isCompleted();
		assertThat(same.toCompletableFuture()).isCompleted();
		this.link.receive(new SessionMessage.Fence("recording", 9));
		assertThat(this.link.sent(SessionMessage.Fenced.class)).isEmpty();
		this.route.fenced().complete(null);
		assertThat(this.link.sent(SessionMessage.Fenced.class))
			.containsExactly(new SessionMessage.Fenced("recording", 9));
		this.session.end(LOST);
		assertThat(other.toCompletableFuture()).isCompletedExceptionally();
		assertThat(this.session.fence("recording", 5).toCompletableFuture()).isCompletedExceptionally();
	}

	@Test
	void peerThatGrantsWithoutEndIsNotBelieved() {
		start();
		for (int i = 0; i <= ReceivedGrants.MAX_GRANTS; i++) {
			this.link.receive(new SessionMessage.Grant(i, "", 1, 64, MemoryType.DRAM, 0, Permissions.READ));
		}
		assertThat(this.session.cause()).map(NixlException::error).contains(NixlError.PROTOCOL);
	}

	@Test
	void textsShowNeitherHandlesNorTokens() {
		start();
		RemoteGrant grant = granted(0x1234_5678_9abcL, "kv");
		assertThat(grant.toString() + this.session + new SessionMessage.Withdraw(0x1234_5678_9abcL))
			.doesNotContain("" + 0x1234_5678_9abcL)
			.doesNotContain("123456789abc");
	}

}
