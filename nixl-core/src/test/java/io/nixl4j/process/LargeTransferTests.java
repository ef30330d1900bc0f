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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RemoteRegion;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * 3 GiB in another process, read and written over TCP in random ranges. Three hashes of
 * each range must be equal: of the bytes here, of those at the target, and of what was
 * written there before.
 */
@Tag("all")
class LargeTransferTests {

	/** Not a multiple of a window, nor of 8. */
	private static final long LENGTH = (3L << 30) + 13;

	/** Room for a transfer that is longer than a window's step. */
	private static final long LOCAL_LENGTH = (1L << 30) + (96L << 20);

	private static final int MAX_RANGE = 24 << 20;

	private static final int ROUNDS = 30;

	private static final long SEED = 42;

	private final long seed = System.nanoTime();

	private final Random random = new Random(this.seed);

	private final List<Written> written = new ArrayList<>();

	@Test
	void rangesOfThreeGibibytesAreEqualAtBothEnds() throws Exception {
		try (Child target = Child.start(List.of("-Xmx64m"), Target.class, LENGTH, SEED);
				NixlAgent agent = NixlAgent.builder().name("initiator").build()) {
			MemoryRegion local = agent.allocate(LOCAL_LENGTH, RegionOptions.of("local"));
			agent.start();
			NixlPeer peer = agent.connect("127.0.0.1", Integer.parseInt(target.expect("port")));
			Ends ends = new Ends(agent, peer, local, peer.region(Target.REGION));
			for (long border : new long[] { 1L << 30, (1L << 31) - 9, 1L << 31, 3L << 30 }) {
				int before = 1 + this.random.nextInt(1 << 20);
				write(ends, border - before, (int) Math.min(before + (1 << 20) + 3, LENGTH - border + before));
				read(ends, border - before - 77, Math.min(2L << 20, LENGTH - border + before + 77));
			}
			for (int i = 0; i < ROUNDS; i++) {
				int length = 1 + this.random.nextInt(MAX_RANGE);
				write(ends, this.random.nextLong(LENGTH - length + 1), length);
				length = 1 + this.random.nextInt(MAX_RANGE);
				read(ends, this.random.nextLong(LENGTH - length + 1), length);
			}
			// Over two borders at once, and with pieces at both ends that are not
			// aligned.
			read(ends, (1L << 30) - 33_333_333, LOCAL_LENGTH - 11);
			scattered(ends);
			for (long offset = 0; offset < LENGTH; offset += LOCAL_LENGTH) {
				read(ends, offset, Math.min(LOCAL_LENGTH, LENGTH - offset));
			}
			target.end();
		}
	}

	private void write(Ends ends, long offset, int length) throws Exception {
		Pattern pattern = new Pattern(this.random.nextLong());
		long localOffset = this.random.nextLong(LOCAL_LENGTH - length + 1);
		pattern.fill(ends.local.buffer(localOffset, length), offset);
		ends.peer.write(ends.local.range(localOffset, length), ends.remote.range(offset, length)).submit().await();
		this.written.add(new Written(offset, length, pattern));
		assertThat(ends.theirHash(offset, length)).as("WRITE of %d bytes to %d, seed %d", length, offset, this.seed)
			.isEqualTo(Sha256.of(ends.local, localOffset, length))
			.isEqualTo(expected(offset, length));
	}

	private void read(Ends ends, long offset, long length) throws Exception {
		long localOffset = this.random.nextLong(LOCAL_LENGTH - length + 1);
		ends.peer.read(ends.local.range(localOffset, length), ends.remote.range(offset, length)).submit().await();
		assertThat(Sha256.of(ends.local, localOffset, length))
			.as("READ of %d bytes from %d, seed %d", length, offset, this.seed)
			.isEqualTo(ends.theirHash(offset, length))
			.isEqualTo(expected(offset, length));
	}

	/** Blocks of an odd length in any order, some of which lie over borders. */
	private void scattered(Ends ends) throws Exception {
		int block = 65_537;
		int[] ids = this.random.ints(0, (int) (LENGTH / block)).distinct().limit(1_000).toArray();
		ids[17] = (int) ((1L << 30) / block);
		ids[500] = (int) ((1L << 31) / block);
		DescriptorList remote = ends.remote.blocks(block, ids);
		ends.peer.read(ends.local.range(5, remote.bytes()), remote).submit().await();
		for (int i = 0; i < ids.length; i++) {
			ByteBuffer bytes = ByteBuffer.allocate(block);
			fill(bytes, (long) ids[i] * block);
			assertThat(ends.local.buffer(5 + (long) i * block, block)).as("block %d, seed %d", ids[i], this.seed)
				.isEqualTo(bytes);
		}
	}

	private String expected(long offset, long length) {
		return Sha256.of(length, (at, bytes) -> {
			ByteBuffer buffer = ByteBuffer.allocate(bytes);
			fill(buffer, offset + at);
			return buffer;
		});
	}

	private void fill(ByteBuffer buffer, long offset) {
		new Pattern(SEED).fill(buffer, offset);
		for (Written write : this.written) {
			long begin = Math.max(offset, write.offset);
			long end = Math.min(offset + buffer.capacity(), write.offset + write.length);
			if (begin < end) {
				write.pattern.fill(buffer.slice((int) (begin - offset), (int) (end - begin)), begin);
			}
		}
	}

	/**
	 * What was written to the target, the latest last.
	 *
	 * @param offset where
	 * @param length how many bytes
	 * @param pattern which bytes
	 */
	private record Written(long offset, long length, Pattern pattern) {
	}

	private record Ends(NixlAgent agent, NixlPeer peer, MemoryRegion local, RemoteRegion remote) {

		private String theirHash(long offset, long length) throws Exception {
			this.peer.notify((offset + " " + length).getBytes(StandardCharsets.UTF_8));
			return this.agent.pollNotification(Duration.ofMinutes(1)).orElseThrow().text();
		}

	}

}
