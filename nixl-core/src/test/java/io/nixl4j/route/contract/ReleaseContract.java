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

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.Transfer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Region;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A time-out or a cancel brings the result, and says nothing about bytes; the release
 * frees local memory, the stop frees the peer's.
 */
abstract class ReleaseContract extends ContractCase {

	private static final int SIZE = 64 << 20;

	private static final long UNTOUCHED = 0x1111_1111_1111_1111L;

	private static final long OLD = 0x2222_2222_2222_2222L;

	private static final long NEW = 0x3333_3333_3333_3333L;

	private NixlAgent initiator;

	private NixlAgent target;

	private MemoryRegion near;

	private MemoryRegion far;

	private NixlPeer peer;

	@BeforeEach
	void connect() {
		this.initiator = this.agents.start("initiator");
		this.target = this.agents.start("target");
		this.near = this.agents.allocate(this.initiator, "near", SIZE);
		this.far = this.agents.allocate(this.target, "far", SIZE);
		this.peer = this.agents.connect(this.initiator, this.target);
	}

	@Test
	void bytesOfAWriteThatTimedOutAreThoseBeforeItsRelease() {
		long size = 256 << 20;
		MemoryRegion from = this.agents.allocate(this.initiator, "from", size);
		MemoryRegion to = this.agents.allocate(this.target, "to", size);
		Region remote = awaitRegion(this.peer, "to");
		int timedOut = 0;
		for (int round = 0; round < 3; round++) {
			stamp(from, 0, size, OLD);
			stamp(to, 0, size, UNTOUCHED);
			Transfer write = this.peer.write(from.all(), remote.all()).timeout(Duration.ofMillis(1)).submit();
			timedOut += endsWith(write, NixlError.TIMED_OUT) ? 1 : 0;
			get(write.released());
			stamp(from, 0, size, NEW);
			get(write.stopped());
			assertThat(holdsOnly(to, OLD, UNTOUCHED)).isTrue();
			// And nothing lands behind the stop, while other transfers go the same way.
			stamp(to, 0, size, UNTOUCHED);
			get(this.peer.write(from.range(0, 8), remote.range(0, 8)).submit().result());
			assertThat(isStamped(to, 0, 8, NEW)).isTrue();
			assertThat(isStamped(to, 8, size - 8, UNTOUCHED)).isTrue();
		}
		assertThat(timedOut).as("256 MiB within 1 ms, three times").isPositive();
	}

	@Test
	void localMemoryOfAReadThatWasCancelledIsFreeAfterItsRelease() {
		int cancelled = 0;
		for (int round = 0; round < 4; round++) {
			stamp(this.near, 0, SIZE, UNTOUCHED);
			stamp(this.far, 0, SIZE, OLD);
			Transfer read = this.peer.read(this.near.all(), this.peer.region("far").all()).submit();
			if (read.cancel()) {
				cancelled++;
				assertThat(endsWith(read, NixlError.CANCELLED)).isTrue();
				assertThat(read.cancel()).isFalse();
			}
			get(read.released());
			assertThat(holdsOnly(this.near, OLD, UNTOUCHED)).isTrue();
			stamp(this.near, 0, SIZE, NEW);
			get(read.stopped());
			stamp(this.far, 0, SIZE, NEW);
			get(this.peer.read(this.near.range(0, 8), this.peer.region("far").range(0, 8)).submit().result());
			assertThat(isStamped(this.near, 0, SIZE, NEW)).isTrue();
		}
		assertThat(cancelled).isPositive();
	}

	@Test
	void requestThatTimedOutIsPostedAgainAfterItsEndAndItsOlderBytesAreGone() throws InterruptedException {
		int length = 4 << 20;
		int timedOut = 0;
		try (PreparedTransfer write = this.peer
			.write(this.near.range(0, length), this.peer.region("far").range(0, length))
			.timeout(Duration.ofMillis(1))
			.prepare()) {
			for (int word = 1; word <= 150; word++) {
				stamp(this.near, 0, length, word);
				write.post();
				try {
					write.await();
					assertThat(isStamped(this.far, 0, length, word)).as("post %s is done", word).isTrue();
				}
				catch (NixlException ex) {
					assertThat(ex.error()).isEqualTo(NixlError.TIMED_OUT);
					timedOut++;
				}
				awaitEnd(write);
			}
		}
		stamp(this.near, 0, length, NEW);
		get(this.peer.write(this.near.range(0, length), this.peer.region("far").range(0, length)).submit().result());
		assertThat(isStamped(this.far, 0, length, NEW)).isTrue();
		// Not a condition of the test, but without any the test shows nothing.
		assertThat(timedOut).isBetween(0, 150);
	}

	@Test
	void cancelAndResultNeverContradictEachOther() {
		int length = 256 << 10;
		for (int round = 0; round < 200; round++) {
			stamp(this.near, 0, length, round);
			Transfer write = this.peer.write(this.near.range(0, length), this.peer.region("far").range(0, length))
				.submit();
			for (int i = 0; i < round; i++) {
				Thread.onSpinWait();
			}
			boolean cancelled = write.cancel();
			assertThat(endsWith(write, NixlError.CANCELLED)).isEqualTo(cancelled);
			if (!cancelled) {
				assertThat(isStamped(this.far, 0, length, round)).isTrue();
			}
			awaitStill(write);
		}
	}

	private static boolean endsWith(Transfer transfer, NixlError error) {
		try {
			get(transfer.result());
			return false;
		}
		catch (NixlException ex) {
			assertThat(ex.error()).isEqualTo(error);
			return true;
		}
	}

	private static boolean holdsOnly(MemoryRegion region, long one, long other) {
		for (long at = 0; at < region.length(); at += 1 << 20) {
			ByteBuffer buffer = HostBytes.of(region, at, 1 << 20);
			while (buffer.hasRemaining()) {
				long word = buffer.getLong();
				if (word != one && word != other) {
					return false;
				}
			}
		}
		return true;
	}

}
