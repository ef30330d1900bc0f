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
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.TransferBuilder;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlCancelledException;
import io.nixl4j.memory.NixlIndeterminateException;
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

	private static final int MAX_BLOCKS = 2_000;

	private static final int MIN_BLOCKS = 64;

	private static final int SWEEP = 300;

	/** The longest transfer: all of the local share, and half of the remote one. */
	private final int share;

	private final NixlPeer peer;

	private final MemoryRegion local;

	private final RemoteRegion remote;

	/** This thread's share of local memory. */
	private final ByteBuffer memory;

	private final int thread;

	/** Where the share begins in the local region, and in the remote one. */
	private final long base;

	private final long remoteBase;

	private final Random random;

	private final long[] here;

	private final long[] there;

	private final @Nullable Unsettled[] unsettled = new Unsettled[2];

	private final SoakTally tally = new SoakTally();

	private long sequence;

	/**
	 * Creates a worker.
	 * @param peer the peer
	 * @param local a region of which every thread has an equal part
	 * @param remote a region of the peer, twice as long
	 * @param share how long a thread's part of the local region is, a power of two
	 * @param thread which thread it is
	 * @param seed decides what it does
	 */
	SoakWorker(NixlPeer peer, MemoryRegion local, RemoteRegion remote, int share, int thread, long seed) {
		this.peer = peer;
		this.local = local;
		this.remote = remote;
		this.share = share;
		this.thread = thread;
		this.base = (long) thread * share;
		this.remoteBase = 2 * this.base;
		this.memory = local.buffer(this.base, share);
		this.random = new Random(seed + thread);
		this.here = new long[share / 8];
		this.there = new long[2 * share / 8];
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

	/** Of any length, mostly short: a part of one block, or many blocks. */
	private SoakBlocks blocks(int which) {
		int power = 1 << this.random.nextInt(32 - Integer.numberOfLeadingZeros(this.share));
		int bytes = Math.min(power + this.random.nextInt(power), this.share);
		if (bytes < MIN_BLOCKS || this.random.nextInt(3) == 0) {
			int block = Math.max(8, Integer.highestOneBit(2 * bytes - 1));
			return new SoakBlocks(block, bytes, ids(this.base, block, this.share, 1),
					ids(this.remoteBase + (long) which * this.share, block, this.share, 1));
		}
		int block = Math.min(power, 64 << (2 * this.random.nextInt(8)));
		int count = Math.min(power / block, MAX_BLOCKS);
		int[] near = ids(this.base, block, this.share, count);
		int[] far = ids(this.remoteBase + (long) which * this.share, block, this.share, near.length);
		int least = Math.min(near.length, far.length);
		return new SoakBlocks(block, block * least, Arrays.copyOf(near, least), Arrays.copyOf(far, least));
	}

	private int[] ids(long from, int block, int length, int count) {
		int first = (int) (from / block);
		return this.random.ints(4L * count + 16, first, first + length / block).distinct().limit(count).toArray();
	}

	private void write(int half, SoakBlocks blocks) throws Exception {
		long number = ++this.sequence;
		TransferBuilder builder = this.peer.write(blocks.localOf(this.local), blocks.remoteOf(this.remote));
		boolean notified = this.random.nextBoolean();
		if (notified) {
			builder.notification(SoakInbox.payload(this.thread, number, blocks));
		}
		boolean willTimeOut = hurry(builder);
		boolean prepared = this.random.nextBoolean();
		int posts = (prepared && !notified) ? 1 + this.random.nextInt(5) : 1;
		PreparedTransfer transfer = prepared ? builder.prepare() : null;
		for (int i = 0; i < posts; i++) {
			long current = (i == 0) ? number : ++this.sequence;
			blocks.eachLocal(this.base, (word, index, mask) -> set(word, stamp(current, index), mask));
			SoakPost post = post(builder, transfer);
			boolean done = finish(post, willTimeOut);
			if (notified) {
				(done ? this.tally.told : this.tally.maybeTold).set((int) current);
			}
			if (!done) {
				post.awaitReleased();
				blocks.eachLocal(this.base, (word, index, mask) -> set(word, SoakStamps.POISON, mask));
				this.unsettled[half] = new Unsettled(post, blocks, current);
				return;
			}
			blocks.eachRemote(this.remoteBase,
					(word, index, mask) -> this.there[word] = merge(this.there[word], stamp(current, index), mask));
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
			blocks.eachLocal(this.base, (word, index, mask) -> set(word, SoakStamps.POISON, mask));
			SoakPost post = post(builder, transfer);
			if (!finish(post, willTimeOut)) {
				post.awaitReleased();
				blocks.eachLocal(this.base, (word, index, mask) -> set(word, SoakStamps.POISON, mask));
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
		catch (NixlTimeoutException | NixlIndeterminateException ex) {
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
			long[] found = new long[blocks.words()];
			blocks.eachLocal(this.base, (word, index, mask) -> {
				found[index] = get(word) & mask;
				this.here[word] = merge(this.here[word], found[index], mask);
			});
			blocks.eachRemote(this.remoteBase, (word, index, mask) -> {
				long old = this.there[word] & mask;
				long sent = stamp(last.sequence, index) & mask;
				check(found[index] == old || found[index] == sent || isMixed(found[index], old, sent), word,
						found[index], old);
				this.there[word] = merge(this.there[word], found[index], mask);
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
			int id = (int) (this.base / this.share);
			SoakBlocks all = new SoakBlocks(this.share, this.share, new int[] { id }, new int[] { 2 * id + half });
			this.peer.read(all.localOf(this.local), all.remoteOf(this.remote)).submit().await();
			compare(all);
		}
		this.tally.sweeps++;
	}

	/** What was read is what must be there. */
	private void compare(SoakBlocks blocks) {
		long[] wanted = new long[blocks.words()];
		blocks.eachRemote(this.remoteBase, (word, index, mask) -> wanted[index] = this.there[word] & mask);
		blocks.eachLocal(this.base, (word, index, mask) -> {
			check((get(word) & mask) == wanted[index], word, get(word) & mask, wanted[index]);
			this.here[word] = merge(this.here[word], wanted[index], mask);
		});
	}

	/** A socket may end anywhere: the first bytes are new then, and the others old. */
	private static boolean isMixed(long found, long old, long sent) {
		for (int bytes = 1; bytes < 8; bytes++) {
			if (found == merge(old, sent, SoakStamps.mask(bytes))) {
				return true;
			}
		}
		return false;
	}

	private static long merge(long old, long value, long mask) {
		return (old & ~mask) | (value & mask);
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

	private void set(int word, long value, long mask) {
		long merged = merge(this.here[word], value, mask);
		this.memory.putLong(8 * word, merged);
		this.here[word] = merged;
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
