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

package io.nixl4j.route.tcp;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.route.Operation;
import io.nixl4j.wire.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Lanes whose surroundings throw where they should not.
 */
class LaneFailureTests {

	private final RouteEnd opener = new RouteEnd("opener", 1, false);

	private final RouteEnd acceptor = new RouteEnd("acceptor", 1, false);

	/** The acceptor's end of the first lane, which reads nothing. */
	private final CompletableFuture<Connection> accepted = new CompletableFuture<>();

	private final LaneSet lanes = new LaneSet(LaneSet.STRIPE_BYTES);

	private final CompletableFuture<NixlException> never = new CompletableFuture<>();

	@BeforeEach
	void expect() {
		this.acceptor.endpoint.lanes()
			.expect(RouteEnd.SESSION, RouteEnd.TOKEN, "opener", this.opener.identity.incarnation(),
					this.accepted::complete);
	}

	@AfterEach
	void close() {
		this.opener.close();
		this.acceptor.close();
	}

	@Test
	void aConnectionThatCannotBeTakenOverIsClosedAndCountsNoMore() throws Exception {
		CompletableFuture<Connection> opened = new CompletableFuture<>();
		opener(new Link(), (connection) -> {
			opened.complete(connection);
			throw new IllegalStateException("as the test says");
		}).open();
		opened.get(20, TimeUnit.SECONDS).closed().get(20, TimeUnit.SECONDS);
		this.lanes.close();
		this.lanes.empty().get(20, TimeUnit.SECONDS);
	}

	@Test
	void anOpeningThatThrowsIsToldAndCountsNoMore() throws Exception {
		opener(new Link() {

			@Override
			public byte[] token() {
				throw new IllegalStateException("as the test says");
			}

		}, (connection) -> {
		}).open();
		assertThat(this.never.get(20, TimeUnit.SECONDS).error()).isEqualTo(NixlError.BACKEND);
		this.lanes.close();
		this.lanes.empty().get(20, TimeUnit.SECONDS);
	}

	@Test
	void theLossOfALaneIsToldToAllItCarriedWhateverOneOfThemThrows() throws Exception {
		AtomicInteger fences = new AtomicInteger();
		TcpRoute route = new TcpRoute(new Link() {

			@Override
			public CompletableFuture<Void> fence(String name, int lane) {
				fences.incrementAndGet();
				throw new IllegalStateException("as the test says");
			}

		}, this.opener.endpoint, 16, null);
		route.open();
		route.ready().get(20, TimeUnit.SECONDS);
		LocalRegion near = this.opener.allocate("near", 64, Permissions.READ_WRITE);
		LocalRegion far = this.acceptor.allocate("far", 64, Permissions.READ_WRITE);
		List<RecordingEvents> transfers = Stream.generate(RecordingEvents::new).limit(3).toList();
		for (int i = 0; i < 3; i++) {
			route.prepare(Operation.WRITE, near.all(), this.acceptor.granted(far).all(), transfers.get(i)).post(i, 1);
		}
		// behind the posts, each of which has sent something by then
		CompletableFuture<Void> sent = new CompletableFuture<>();
		route.openLanes()[0].execute(() -> sent.complete(null));
		sent.get(20, TimeUnit.SECONDS);
		this.accepted.get(20, TimeUnit.SECONDS).close(null);
		transfers.forEach((events) -> assertThat(events.awaitFailed().error()).isEqualTo(NixlError.PEER_LOST));
		transfers.forEach(RecordingEvents::awaitReleased);
		await().until(() -> fences.get() == 3);
		route.disconnect();
		route.drained().get(20, TimeUnit.SECONDS);
	}

	private LaneOpener opener(Link link, Consumer<Connection> opened) {
		return new LaneOpener(this.opener.endpoint, link, this.acceptor.address(), this.lanes, opened,
				this.never::complete);
	}

	/** The opener's session with the acceptor. */
	private class Link extends UnlinkedPeer {

		@Override
		public String engineId() {
			return "acceptor";
		}

		@Override
		public long sessionId() {
			return RouteEnd.SESSION;
		}

		@Override
		public byte[] token() {
			return RouteEnd.TOKEN.clone();
		}

		@Override
		public boolean opener() {
			return true;
		}

		@Override
		public Optional<InetSocketAddress> address() {
			return Optional.of(LaneFailureTests.this.acceptor.address());
		}

		@Override
		public LocalRegion admit(long handle, Operation operation) {
			throw NixlError.STALE.exception("nothing is granted");
		}

		@Override
		public void leave(LocalRegion region) {
			// nothing was admitted
		}

	}

}
