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

package io.nixl4j.spring.boot.test;

import java.time.Duration;
import java.util.SplittableRandom;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.Timeouts;
import io.nixl4j.Transfer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.nixl4j.spring.boot.test.FaultyAgents.isStamped;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * All faults at once, at random, while every local range is used again as soon as the
 * transfer before is released, for another remote range, and those as soon as it is
 * stopped: proved still is still. Bytes that move later bring a stamp that nobody awaits.
 */
class FaultyReuseTests {

	private static final int SLOTS = 12;

	private static final int SLOT = 8 << 10;

	private static final int POSTS = 1_500;

	private final Slot[] slots = new Slot[SLOTS];

	/** The last transfer out of each local range. */
	private final @Nullable Transfer[] users = new Transfer[SLOTS];

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3 })
	void nothingLandsBehindTheProof(long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		try (FaultyAgents agents = new FaultyAgents()) {
			Timeouts timeouts = Timeouts.defaults().withPeer(Duration.ofDays(1));
			NixlAgent here = agents.start("near", timeouts);
			NixlAgent far = agents.start("far", timeouts);
			MemoryRegion source = FaultyAgents.allocate(here, "source", SLOTS * SLOT);
			MemoryRegion target = FaultyAgents.allocate(far, "target", SLOTS * SLOT);
			for (int i = 0; i < SLOTS; i++) {
				this.slots[i] = new Slot(target, i * SLOT);
			}
			NixlPeer peer = here.connect("far");
			int failed = 0;
			for (int post = 1; post <= POSTS; post++) {
				Slot slot = this.slots[random.nextInt(SLOTS)];
				int near = random.nextInt(SLOTS);
				agents.faults().heal();
				failed += slot.settle() ? 0 : 1;
				this.slots[random.nextInt(SLOTS)].check();
				Transfer before = this.users[near];
				if (before != null) {
					FaultyAgents.get(before.released());
				}
				FaultyAgents.stamp(source, near * SLOT, SLOT, post);
				plan(agents.faults(), random);
				Transfer write = peer
					.write(source.range(near * SLOT, SLOT), peer.region("target").range(slot.offset, SLOT))
					.timeout((random.nextInt(4) == 0) ? Duration.ofMillis(2) : FaultyAgents.LONG)
					.submit();
				this.users[near] = write;
				slot.begin(post, write);
			}
			agents.faults().clear();
			for (Slot slot : this.slots) {
				slot.settle();
			}
			for (Slot slot : this.slots) {
				slot.check();
			}
			assertThat(failed).isBetween(POSTS / 10, POSTS - POSTS / 10);
			assertThat(agents.faults().heldBack()).isZero();
		}
	}

	private static void plan(NixlFaults faults, SplittableRandom random) {
		FaultyTransfers transfers = faults.between("far", "near");
		transfers.delay(Duration.ofMillis((random.nextInt(3) == 0) ? random.nextInt(4) : 0));
		switch (random.nextInt(8)) {
			case 0 -> transfers.failNext();
			case 1 -> transfers.failNext(NixlError.PEER_LOST);
			case 2 -> transfers.lateBytesNext(Duration.ofMillis(random.nextInt(5)));
			case 3 -> faults.partition("near", "far");
			default -> {
			}
		}
	}

	/**
	 * One range, and what is in it.
	 */
	private static final class Slot {

		private final MemoryRegion target;

		private final int offset;

		private long word;

		private long posted;

		private @Nullable Transfer transfer;

		Slot(MemoryRegion target, int offset) {
			this.target = target;
			this.offset = offset;
		}

		void begin(long stamp, Transfer begun) {
			this.posted = stamp;
			this.transfer = begun;
		}

		/** Waits for the proof, and looks what is there then. */
		boolean settle() {
			Transfer last = this.transfer;
			if (last == null) {
				return true;
			}
			boolean done = FaultyAgents.get(last.result().handle((result, failure) -> failure == null));
			FaultyAgents.awaitStill(last);
			this.transfer = null;
			boolean landed = hasNew();
			assertThat(landed || !done).as("a transfer that is done has landed").isTrue();
			this.word = landed ? this.posted : this.word;
			check();
			return done;
		}

		/** What was there behind the last proof is there still. */
		void check() {
			if (this.transfer == null) {
				assertThat(isStamped(this.target, this.offset, SLOT, this.word)).as("word %s", this.word).isTrue();
			}
		}

		private boolean hasNew() {
			return isStamped(this.target, this.offset, SLOT, this.posted);
		}

	}

}
