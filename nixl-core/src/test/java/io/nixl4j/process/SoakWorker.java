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

package io.nixl4j.process;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.TransferBuilder;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlCancelledException;
import io.nixl4j.memory.NixlTimeoutException;
import io.nixl4j.memory.RemoteRegion;
import org.jspecify.annotations.Nullable;

/**
 * One thread of a soak. It owns a share of a local and of a remote region and knows what
 * every 8 bytes of both must hold, whatever was cancelled or timed out.
 * <p>
 * Local memory is filled with poison, and then used again, as soon as a transfer is
 * released; remote memory is written again as soon as it is stopped. The two halves of
 * the remote share take turns, so that a transfer may be released but not stopped while
 * the next one uses the same local memory.
 */
final class SoakWorker {

	/** Of the local and of the remote memory, in bytes. */
	static final int SHARE = 2 * SoakStamps.MAX_BYTES;

	private static final int HALF = SHARE / 2;

	private static final int MAX_BLOCKS = 2_000;

	private static final int SWEEP = 300;

	private final NixlPeer peer;

	private final MemoryRegion local;

	private final RemoteRegion remote;

	/** This thread's share of local memory. */
	private final ByteBuffer memory;

	private final int thread;

	private final long base;

	private final Random random;

	private final long[] here = new long[SHARE / 8];

	private final long[] there = new long[SHARE / 8];

	private final @Nullable Unsettled[] unsettled = new Unsettled[2];

	private final SoakTally tally = new SoakTally();

	private long sequence;

	SoakWorker(NixlPeer peer, MemoryRegion local, RemoteRegion remote, int thread, long seed) {
		this.peer = peer;
		this.local = local;
		this.remote = remote;
		this.thread = thread;
		this.base = (long) thread * SHARE;
		this.memory = local.buffer(this.base, SHARE);
		this.random = new Random(seed + thread);
	}

	/**
	 * Works for a while, and checks everything at the end.
	 * @param duration how long
	 * @return what was done
	 * @throws Exception if something is wrong
	 */
	SoakTally work(Duration duration) throws Exception {
		long deadline = System.nanoTime() + duration.toNanos();
		for (int round = 0; System.nanoTime() < deadline; round++) {
			int half = round & 1;
			settle(half);
			SoakBlocks blocks = blocks(half);
			if (this.random.nextInt(10) < 6) {
				write(half, blocks);
			}
			else {
				read(half, blocks);
			}
			if (round % SWEEP == 0) {
				sweep();
			}
		}
		sweep();
		return this.tally;
	}

	/** Blocks of any length up to half of a share, mostly short ones. */
	private SoakBlocks blocks(int half) {
		int bytes = 1 << (6 + this.random.nextInt(18));
		int block = Math.min(bytes, 64 << (2 * this.random.nextInt(8)));
		int count = Math.min(bytes / block, MAX_BLOCKS);
		return new SoakBlocks(block, ids(block, 0, SHARE, count), ids(block, half * HALF, HALF, count));
	}

	private int[] ids(int block, long offset, int length, int count) {
		int first = (int) ((this.base + offset) / block);
		return this.random.ints(first, first + length / block).distinct().limit(count).toArray();
	}

	private void write(int half, SoakBlocks blocks) throws Exception {
		long number = ++this.sequence;
		TransferBuilder builder = this.peer.write(blocks.localOf(this.local), blocks.remoteOf(this.remote));
		boolean notified = this.random.nextBoolean();
		if (notified) {
			builder.notification(SoakInbox.payload(this.thread, number, blocks.length(), blocks.remote()));
		}
		boolean willTimeOut = hurry(builder);
		boolean prepared = this.random.nextBoolean();
		int posts = (prepared && !notified) ? 1 + this.random.nextInt(5) : 1;
		PreparedTransfer transfer = prepared ? builder.prepare() : null;
		for (int i = 0; i < posts; i++) {
			long current = (i == 0) ? number : ++this.sequence;
			blocks.eachLocal(this.base, (word, index) -> set(word, stamp(current, index)));
			SoakPost post = post(builder, transfer);
			boolean done = finish(post, willTimeOut);
			if (notified) {
				(done ? this.tally.told : this.tally.maybeTold).set((int) current);
			}
			if (!done) {
				post.awaitReleased();
				blocks.eachLocal(this.base, (word, index) -> set(word, SoakStamps.POISON));
				this.unsettled[half] = new Unsettled(post, blocks, current);
				return;
			}
			blocks.eachRemote(this.base, (word, index) -> this.there[word] = stamp(current, index));
			this.tally.bytes += blocks.bytes();
		}
		close(transfer);
	}

	private void read(int half, SoakBlocks blocks) throws Exception {
		TransferBuilder builder = this.peer.read(blocks.localOf(this.local), blocks.remoteOf(this.remote));
		boolean willTimeOut = hurry(builder);
		PreparedTransfer transfer = this.random.nextBoolean() ? builder.prepare() : null;
		int posts = (transfer != null) ? 1 + this.random.nextInt(5) : 1;
		for (int i = 0; i < posts; i++) {
			// What an earlier READ has brought would hide that this one did not.
			blocks.eachLocal(this.base, (word, index) -> set(word, SoakStamps.POISON));
			SoakPost post = post(builder, transfer);
			if (!finish(post, willTimeOut)) {
				post.awaitReleased();
				blocks.eachLocal(this.base, (word, index) -> set(word, SoakStamps.POISON));
				this.unsettled[half] = new Unsettled(post, blocks, 0);
				return;
			}
			compare(blocks);
			this.tally.bytes += blocks.bytes();
		}
		close(transfer);
	}

	private static void close(@Nullable PreparedTransfer transfer) {
		if (transfer != null) {
			transfer.close();
		}
	}

	private boolean hurry(TransferBuilder builder) {
		if (this.random.nextInt(4) > 0) {
			return false;
		}
		builder.timeout(Duration.ofMillis(1 + this.random.nextInt(5)));
		return true;
	}

	private static SoakPost post(TransferBuilder builder, @Nullable PreparedTransfer transfer) {
		if (transfer == null) {
			return new SoakPost.Submitted(builder.submit());
		}
		transfer.post();
		return new SoakPost.Posted(transfer);
	}

	/** Waits for the result, or cancels. */
	private boolean finish(SoakPost post, boolean mayTimeOut) throws Exception {
		boolean cancel = this.random.nextInt(5) == 0;
		try {
			if (cancel) {
				LockSupport.parkNanos(this.random.nextInt(1_000_000));
				post.cancel();
			}
			post.await();
			this.tally.done++;
			return true;
		}
		catch (NixlTimeoutException ex) {
			expected(mayTimeOut, ex);
			this.tally.timedOut++;
		}
		catch (NixlCancelledException ex) {
			expected(cancel, ex);
			this.tally.cancelled++;
		}
		return false;
	}

	private static void expected(boolean expected, Exception failure) throws Exception {
		if (!expected) {
			throw failure;
		}
	}

	/** Finds out what a transfer that failed has left at the peer. */
	private void settle(int half) throws Exception {
		Unsettled last = this.unsettled[half];
		if (last == null) {
			return;
		}
		this.unsettled[half] = null;
		last.post.awaitStopped();
		last.post.close();
		SoakBlocks blocks = last.blocks;
		if (last.sequence != 0) {
			this.peer.read(blocks.localOf(this.local), blocks.remoteOf(this.remote)).submit().await();
			long[] found = new long[blocks.bytes() / 8];
			blocks.eachLocal(this.base, (word, index) -> {
				found[index] = get(word);
				this.here[word] = found[index];
			});
			blocks.eachRemote(this.base, (word, index) -> {
				check(found[index] == this.there[word] || found[index] == stamp(last.sequence, index), word,
						found[index], this.there[word]);
				this.there[word] = found[index];
			});
		}
	}

	/** Nothing of either share has changed but what this thread changed. */
	private void sweep() throws Exception {
		for (int word = 0; word < this.here.length; word++) {
			check(get(word) == this.here[word], word, get(word), this.here[word]);
		}
		for (int half = 0; half < 2; half++) {
			settle(half);
			int id = (int) (this.base / HALF);
			SoakBlocks all = new SoakBlocks(HALF, new int[] { id }, new int[] { id + half });
			this.peer.read(all.localOf(this.local), all.remoteOf(this.remote)).submit().await();
			compare(all);
		}
		this.tally.sweeps++;
	}

	/** What was read is what must be there. */
	private void compare(SoakBlocks blocks) {
		long[] wanted = new long[blocks.bytes() / 8];
		blocks.eachRemote(this.base, (word, index) -> wanted[index] = this.there[word]);
		blocks.eachLocal(this.base, (word, index) -> {
			check(get(word) == wanted[index], word, get(word), wanted[index]);
			this.here[word] = wanted[index];
		});
	}

	private void check(boolean right, int word, long found, long wanted) {
		if (!right) {
			throw new AssertionError(
					"Thread %d, word %d: found %016x, wanted %016x".formatted(this.thread, word, found, wanted));
		}
	}

	private long stamp(long number, int index) {
		return SoakStamps.word(this.thread, number, index);
	}

	private void set(int word, long value) {
		this.memory.putLong(8 * word, value);
		this.here[word] = value;
	}

	private long get(int word) {
		return this.memory.getLong(8 * word);
	}

	/**
	 * A transfer that has failed and may still be writing at the peer.
	 *
	 * @param post the transfer
	 * @param blocks its memory
	 * @param sequence its number, or zero for a READ
	 */
	private record Unsettled(SoakPost post, SoakBlocks blocks, long sequence) {
	}

}
