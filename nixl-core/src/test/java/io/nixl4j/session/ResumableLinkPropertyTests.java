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

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.wire.Resumption;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two ends of a link whose connections are cut at any moment: each message comes exactly
 * once and in order. Every step is taken by the test's own thread, in an order that the
 * seed decides, so that a failure can be repeated.
 */
class ResumableLinkPropertyTests {

	private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(10));

	@Property(tries = 300)
	void everyMessageComesOnceAndInOrderWhateverIsCut(@ForAll long seed) {
		Net net = new Net(new SplittableRandom(seed));
		for (int step = 0; step < 2_000; step++) {
			net.step();
		}
		net.settle();
		assertThat(net.near.received).as("of the acceptor")
			.containsExactlyElementsOf(LongStream.rangeClosed(1, net.far.sent).boxed().toList());
		assertThat(net.far.received).as("of the opener")
			.containsExactlyElementsOf(LongStream.rangeClosed(1, net.near.sent).boxed().toList());
		assertThat(net.near.lost).isNull();
		assertThat(net.far.lost).isNull();
	}

	/** Both ends, and the connections between them. */
	private static final class Net {

		private final SplittableRandom random;

		private final End near = new End();

		private final End far = new End();

		private final Queue<Runnable> executor = new ArrayDeque<>();

		private final List<Pipe> pipes = new ArrayList<>();

		private final ResumableLink opener;

		private final ResumableLink acceptor;

		private boolean dialing;

		Net(SplittableRandom random) {
			this.random = random;
			Pipe[] first = connection();
			this.opener = new ResumableLink(first[0], PATIENCE, this.executor::add, (link) -> this.dialing = true);
			this.acceptor = new ResumableLink(first[1], PATIENCE, this.executor::add, null);
			this.opener.start(this.near);
			this.acceptor.start(this.far);
		}

		private Pipe[] connection() {
			Pipe one = new Pipe();
			Pipe two = new Pipe();
			one.other = two;
			two.other = one;
			this.pipes.add(one);
			this.pipes.add(two);
			return new Pipe[] { one, two };
		}

		void step() {
			switch (this.random.nextInt(40)) {
				case 0 -> cutAny();
				case 1, 2, 3 -> dial();
				case 4, 5, 6, 7, 8, 9, 10, 11, 12 -> send(this.opener, this.near);
				case 13, 14, 15, 16, 17, 18, 19, 20, 21 -> send(this.acceptor, this.far);
				default -> deliver();
			}
		}

		private void send(ResumableLink link, End end) {
			// A handful, so that acknowledgements come unasked too.
			int count = 1 + this.random.nextInt(20);
			for (int i = 0; i < count; i++) {
				link.send(new SessionMessage.Notify(++end.sent, new byte[0]));
			}
		}

		private void cutAny() {
			if (!this.pipes.isEmpty()) {
				this.pipes.get(this.random.nextInt(this.pipes.size())).cut();
			}
		}

		private void dial() {
			if (!this.dialing) {
				return;
			}
			long asked = this.opener.suspend();
			if (this.random.nextInt(4) == 0) {
				// It came through to the acceptor, and its answer did not come back.
				long answered = this.acceptor.suspend();
				Pipe[] dead = connection();
				if (this.acceptor.resume(dead[1], new Resumption(answered, asked))) {
					dead[1].cut();
				}
				return;
			}
			long answered = this.acceptor.suspend();
			Pipe[] next = connection();
			this.dialing = false;
			assertThat(this.acceptor.resume(next[1], new Resumption(answered, asked))).isTrue();
			assertThat(this.opener.resume(next[0], new Resumption(asked, answered))).isTrue();
		}

		private void deliver() {
			Runnable task = this.executor.poll();
			if (task != null) {
				task.run();
			}
			else if (!this.pipes.isEmpty()) {
				Pipe pipe = this.pipes.get(this.random.nextInt(this.pipes.size()));
				if (pipe.deliver()) {
					this.pipes.remove(pipe);
				}
			}
		}

		void settle() {
			while (!this.executor.isEmpty() || this.dialing || !this.opener.isUp() || !this.acceptor.isUp()
					|| this.pipes.stream().anyMatch(Pipe::hasWork)) {
				dial();
				deliver();
				if (!this.dialing && this.opener.isUp() && !this.acceptor.isUp()) {
					cutAny();
				}
			}
		}

	}

	/** What one end has heard. */
	private static final class End implements SessionLink.Receiver {

		private final List<Long> received = new ArrayList<>();

		private long sent;

		private @Nullable NixlException lost;

		@Override
		public void received(SessionMessage message) {
			this.received.add(((SessionMessage.Notify) message).number());
		}

		@Override
		public void lost(@Nullable NixlException cause) {
			this.lost = (cause != null) ? cause : NixlError.PEER_LOST.exception("closed");
		}

	}

	/** One end of a connection: what is on its way is lost when it is cut. */
	private static final class Pipe implements SessionLink {

		private final Queue<SessionMessage> coming = new ArrayDeque<>();

		private @Nullable Receiver receiver;

		private @Nullable Pipe other;

		private boolean cut;

		private boolean closedHere;

		private boolean told;

		@Override
		public void start(Receiver given) {
			this.receiver = given;
		}

		@Override
		public void send(SessionMessage message) {
			Pipe to = this.other;
			if (!this.cut && to != null) {
				to.coming.add(message);
			}
		}

		@Override
		public void close() {
			this.closedHere = true;
			cut();
		}

		void cut() {
			Pipe peer = this.other;
			for (Pipe end : (peer != null) ? List.of(this, peer) : List.of(this)) {
				end.cut = true;
				end.coming.clear();
			}
		}

		boolean hasWork() {
			return this.receiver != null && !this.told && (this.cut || !this.coming.isEmpty());
		}

		/** Hands one message on; returns whether nothing can follow. */
		boolean deliver() {
			Receiver current = this.receiver;
			if (current == null) {
				return this.closedHere;
			}
			SessionMessage next = this.coming.poll();
			if (next != null) {
				current.received(next);
			}
			else if (this.cut && !this.told) {
				this.told = true;
				current.lost(this.closedHere ? null : NixlError.PEER_LOST.exception("cut"));
			}
			return this.told;
		}

		@Override
		public Optional<InetSocketAddress> address() {
			return Optional.empty();
		}

	}

}
