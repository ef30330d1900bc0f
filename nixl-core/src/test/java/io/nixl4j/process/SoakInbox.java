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

import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.concurrent.CountDownLatch;

import io.nixl4j.Notification;
import io.nixl4j.NotificationHandler;
import io.nixl4j.memory.MemoryRegion;

/**
 * The notifications that one end of a soak receives: each must come once, and behind its
 * bytes.
 */
final class SoakInbox implements NotificationHandler {

	private static final byte[] END = {};

	private final MemoryRegion region;

	private final BitSet[] received;

	private final CountDownLatch end = new CountDownLatch(1);

	private long twice;

	private long tooEarly;

	private long afterEnd;

	/**
	 * Receives for a region.
	 * @param region what the peer's threads write to
	 * @param threads how many threads the peer has
	 */
	SoakInbox(MemoryRegion region, int threads) {
		this.region = region;
		this.received = new BitSet[threads];
		Arrays.setAll(this.received, (thread) -> new BitSet());
	}

	/**
	 * Makes the payload for a WRITE.
	 * @param thread the thread
	 * @param sequence its transfer
	 * @param blocks the blocks
	 * @return the payload
	 */
	static byte[] payload(int thread, long sequence, SoakBlocks blocks) {
		ByteBuffer payload = ByteBuffer.allocate(20 + 4 * blocks.remote().length);
		payload.putInt(thread).putLong(sequence).putInt(blocks.length()).putInt(blocks.bytes());
		for (int id : blocks.remote()) {
			payload.putInt(id);
		}
		return payload.array();
	}

	/**
	 * The payload that says that no more will come.
	 * @return the payload
	 */
	static byte[] end() {
		return END;
	}

	@Override
	public void handle(Notification notification) {
		if (notification.payload().length == 0) {
			this.end.countDown();
			return;
		}
		this.afterEnd += (this.end.getCount() == 0) ? 1 : 0;
		ByteBuffer payload = ByteBuffer.wrap(notification.payload());
		int thread = payload.getInt();
		long sequence = payload.getLong();
		int block = payload.getInt();
		int bytes = payload.getInt();
		while (payload.hasRemaining()) {
			ByteBuffer memory = this.region.buffer((long) payload.getInt() * block, Math.min(block, bytes));
			this.tooEarly += SoakStamps.olderThan(memory, thread, sequence);
		}
		BitSet ofThread = this.received[thread];
		this.twice += ofThread.get((int) sequence) ? 1 : 0;
		ofThread.set((int) sequence);
	}

	/**
	 * Waits for the end, then says what came.
	 * @param out where to
	 * @throws InterruptedException if the wait is interrupted
	 */
	void report(PrintStream out) throws InterruptedException {
		this.end.await();
		for (int thread = 0; thread < this.received.length; thread++) {
			out.println("received " + thread + " " + text(this.received[thread]));
		}
		out.println(
				"notifications twice: " + this.twice + ", too early: " + this.tooEarly + ", late: " + this.afterEnd);
	}

	static String text(BitSet set) {
		return "=" + Base64.getEncoder().encodeToString(set.toByteArray());
	}

	static BitSet set(String text) {
		return BitSet.valueOf(Base64.getDecoder().decode(text.substring(1)));
	}

}
