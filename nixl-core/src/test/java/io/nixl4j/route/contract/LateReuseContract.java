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
package io.nixl4j.route.contract;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.Notification;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.Transfer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.route.contract.LateRoute.Lateness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Memory is used again at once behind the release, and ranges behind the stop, while
 * bytes of other transfers are late: {@link LateRoute}. Whatever was cancelled, timed out
 * or reported as failed, nothing of it is seen later.
 */
abstract class LateReuseContract extends ContractCase {

	private static final int SLOTS = 12;

	private static final int SLOT = 32 << 10;

	/** Of local memory that is free: nothing sends it, and nothing may overwrite it. */
	private static final long FREE = 0x7f7f_7f7f_7f7f_7f7fL;

	private LateRoute late;

	private NixlAgent initiator;

	private NixlAgent target;

	private MemoryRegion near;

	private MemoryRegion far;

	private NixlPeer peer;

	@BeforeEach
	void connect() {
		this.target = this.agents.start("target");
		this.far = this.agents.allocate(this.target, "far", SLOTS * SLOT);
	}

	private void initiate(LateRoute route) {
		this.late = route;
		this.initiator = this.agents.start("initiator", route);
		this.near = this.agents.allocate(this.initiator, "near", SLOTS * SLOT);
		this.peer = this.agents.connect(this.initiator, this.target);
	}

	private void initiateAtRandom(Duration longest) {
		initiate(LateRoute.random(this.agents.route(), 3, 0.3, longest));
	}

	private Transfer write(int slot) {
		long offset = (long) slot * SLOT;
		return this.peer.write(this.near.range(offset, SLOT), this.peer.region("far").range(offset, SLOT)).submit();
	}

	private Transfer read(int slot) {
		long offset = (long) slot * SLOT;
		return this.peer.read(this.near.range(offset, SLOT), this.peer.region("far").range(offset, SLOT)).submit();
	}

	private static boolean settle(Transfer transfer) {
		boolean done = get(transfer.result().handle((result, failure) -> failure == null));
		get(transfer.released());
		return done;
	}

	@Test
	void cancelledWriteIsFollowedByAnotherOfTheSameRange() {
		initiate(LateRoute.over(this.agents.route()));
		stamp(this.near, 0, SLOT, 1);
		this.late.late(Lateness.SILENT, 1);
		Transfer cancelled = write(0);
		assertThat(cancelled.cancel()).isTrue();
		assertThat(cancelled.released()).isNotDone();
		// The range is not free yet; another one is.
		stamp(this.near, SLOT, SLOT, 2);
		get(write(1).result());
		this.late.land();
		awaitStill(cancelled);
		stamp(this.near, 0, SLOT, 3);
		get(write(0).result());
		assertThat(isStamped(this.far, 0, SLOT, 3)).isTrue();
		assertThat(isStamped(this.far, SLOT, SLOT, 2)).isTrue();
	}

	@Test
	void cancelledReadLeavesItsMemoryAloneBehindTheRelease() {
		initiate(LateRoute.over(this.agents.route()));
		stamp(this.far, 0, SLOT, 1);
		this.late.late(Lateness.SILENT, 1);
		Transfer cancelled = read(0);
		assertThat(cancelled.cancel()).isTrue();
		assertThat(cancelled.released()).isNotDone();
		this.late.land();
		get(cancelled.released());
		stamp(this.near, 0, SLOT, FREE);
		awaitStill(cancelled);
		assertThat(isStamped(this.near, 0, SLOT, FREE)).isTrue();
	}

	@Test
	void preparedReadBringsTheBytesOfItsLastPost() throws InterruptedException {
		initiate(LateRoute.over(this.agents.route()));
		try (PreparedTransfer read = this.peer.read(this.near.range(0, SLOT), this.peer.region("far").range(0, SLOT))
			.prepare()) {
			for (int post = 1; post <= 20; post++) {
				stamp(this.near, 0, SLOT, FREE);
				stamp(this.far, 0, SLOT, post);
				boolean cancels = post % 2 == 0;
				this.late.late(cancels ? Lateness.SILENT : Lateness.ON_TIME, 1);
				read.post();
				if (cancels) {
					assertThat(read.cancel()).isTrue();
					this.late.land();
				}
				else {
					read.await();
					assertThat(isStamped(this.near, 0, SLOT, post)).as("post %s", post).isTrue();
				}
				awaitEnd(read);
			}
		}
	}

	@Test
	void localMemoryIsUsedAgainBehindTheReleaseOfAnyRead() {
		initiateAtRandom(Duration.ofMillis(200));
		SplittableRandom random = new SplittableRandom(5);
		for (int slot = 0; slot < SLOTS; slot++) {
			stamp(this.far, (long) slot * SLOT, SLOT, slot + 1);
		}
		Transfer[] reads = new Transfer[SLOTS];
		for (int i = 0; i < 20 * SLOTS; i++) {
			int slot = i % SLOTS;
			long offset = (long) slot * SLOT;
			if (reads[slot] != null) {
				if (settle(reads[slot])) {
					assertThat(isStamped(this.near, offset, SLOT, slot + 1)).as("READ %s", i).isTrue();
				}
				stamp(this.near, offset, SLOT, FREE);
				// Another slot's end passes meanwhile: nothing may come behind the
				// release.
				Transfer other = reads[(slot + 1) % SLOTS];
				if (other != null && random.nextInt(4) == 0) {
					get(other.released());
				}
				assertThat(isStamped(this.near, offset, SLOT, FREE)).as("released before READ %s", i).isTrue();
			}
			reads[slot] = read(slot);
			if (random.nextInt(3) == 0) {
				reads[slot].cancel();
			}
		}
		for (Transfer transfer : reads) {
			settle(transfer);
			awaitStill(transfer);
		}
	}

	@Test
	void notificationsOfLateTransfersComeOnceAndBehindTheirBytes() throws InterruptedException {
		initiateAtRandom(Duration.ofMillis(100));
		SplittableRandom random = new SplittableRandom(7);
		Map<Integer, Transfer> posted = new HashMap<>();
		Set<Integer> told = new HashSet<>();
		for (int i = 0; i < 25 * SLOTS; i++) {
			int slot = i % SLOTS;
			Transfer before = posted.get(i - SLOTS);
			if (before != null) {
				settle(before);
				awaitStill(before);
				// Before the range is written again, what was sent about it has been
				// taken.
				take(told);
			}
			long offset = (long) slot * SLOT;
			stamp(this.near, offset, SLOT, i);
			posted.put(i,
					this.peer.write(this.near.range(offset, SLOT), this.peer.region("far").range(offset, SLOT))
						.notification(payload(i, offset))
						.submit());
			if (random.nextInt(5) == 0) {
				posted.get(i).cancel();
			}
			take(told);
		}
		posted.values().forEach(LateReuseContract::settle);
		posted.values().forEach(ContractCase::awaitStill);
		get(this.peer.notify(new byte[0]));
		take(told);
		posted.forEach((number, transfer) -> {
			if (!transfer.result().isCompletedExceptionally()) {
				assertThat(told).as("delivered").contains(number);
			}
		});
	}

	private static byte[] payload(int number, long offset) {
		return ByteBuffer.allocate(12).putInt(number).putLong(offset).array();
	}

	/** Takes what has come. Its bytes are there, or those of a later transfer. */
	private void take(Set<Integer> told) throws InterruptedException {
		Optional<Notification> next = this.target.pollNotification(Duration.ZERO);
		while (next.isPresent()) {
			ByteBuffer payload = ByteBuffer.wrap(next.get().payload());
			if (payload.hasRemaining()) {
				int number = payload.getInt();
				ByteBuffer bytes = HostBytes.of(this.far, payload.getLong(), SLOT);
				assertThat(told.add(number)).as("%s comes twice", number).isTrue();
				long first = bytes.getLong(0);
				assertThat(first).as("the bytes of %s", number).isGreaterThanOrEqualTo(number);
				assertThat(bytes.getLong(SLOT - 8)).as("the bytes of %s", number).isGreaterThanOrEqualTo(number);
			}
			next = this.target.pollNotification(Duration.ZERO);
		}
	}

}
