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
package io.nixl4j.fuzz;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

import com.sun.management.ThreadMXBean;
import io.nixl4j.metadata.CardFuzzTarget;
import io.nixl4j.route.tcp.LaneStreamFuzzTarget;
import io.nixl4j.session.SessionFuzzTarget;
import io.nixl4j.wire.HandshakeFuzzTarget;
import io.nixl4j.wire.WireFuzzTarget;
import io.nixl4j.wire.WireSeeds;

/**
 * Everything that reads a peer's bytes, and how much memory it may take for them.
 */
enum FuzzTarget {

	/** The frame decoder, with the headers of the handshake. */
	WIRE(WireFuzzTarget::fuzzerTestOneInput, WireSeeds::inputs, 1 << 20),

	/** Both ends of a handshake. */
	HANDSHAKE(HandshakeFuzzTarget::fuzzerTestOneInput, HandshakeFuzzTarget::seeds, 1 << 20),

	/** The metadata codec. */
	CARD(CardFuzzTarget::fuzzerTestOneInput, CardFuzzTarget::seeds, 512 << 10),

	/** The messages of a session. */
	SESSION(SessionFuzzTarget::fuzzerTestOneInput, SessionFuzzTarget::seeds, 64 << 10),

	/** Both ends of a lane, down to the bytes in memory. */
	LANE(LaneStreamFuzzTarget::fuzzerTestOneInput, LaneStreamFuzzTarget::seeds, 2 << 20);

	/** Objects that stand for a byte of input. */
	private static final long BYTES_PER_BYTE = 512;

	private static final int TRIES = 5;

	private final Consumer<byte[]> target;

	private final Supplier<List<byte[]>> seeds;

	private final long bound;

	FuzzTarget(Consumer<byte[]> target, Supplier<List<byte[]>> seeds, long bound) {
		this.target = target;
		this.seeds = seeds;
		this.bound = bound;
	}

	List<byte[]> seeds() {
		return this.seeds.get();
	}

	/**
	 * Runs one input.
	 * @param data the input
	 * @throws IllegalStateException if it took too much memory or did other harm
	 */
	void run(byte[] data) {
		long most = this.bound + BYTES_PER_BYTE * data.length;
		long least = allocated(data);
		// The fuzzer itself takes memory too, when it meets new classes.
		for (int i = 0; i < TRIES && least > most; i++) {
			least = Math.min(least, allocated(data));
		}
		if (least > most) {
			throw new IllegalStateException(
					"%d bytes of input took %d bytes of memory, more than %d".formatted(data.length, least, most));
		}
	}

	/**
	 * Runs one input.
	 * @param data the input
	 * @return how many bytes of the heap were taken on the way
	 */
	long allocated(byte[] data) {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long before = threads.getCurrentThreadAllocatedBytes();
		this.target.accept(data);
		return threads.getCurrentThreadAllocatedBytes() - before;
	}

}
