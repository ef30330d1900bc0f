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

package io.nixl4j.kv;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.nixl4j.InProcessNetwork;
import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.Transfer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.route.contract.LateRoute;
import io.nixl4j.route.local.LocalRouteProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Blocks that a peer fills over a route whose bytes land long after the failure: no
 * request finds another one's bytes.
 */
class LateRouteTests {

	private static final KvLayout LAYOUT = new KvLayout(2, 4, 1, 8, ElementType.F32);

	private static final int BLOCKS = 40;

	private static final int PER_REQUEST = 3;

	/** Where the peer writes from; each slot is used again after its release only. */
	private static final int SLOTS = 16;

	private static final Duration FOREVER = Duration.ofHours(1);

	private final InProcessNetwork network = new InProcessNetwork();

	private final NixlAgent decode = agent("decode", new LocalRouteProvider());

	private final MemoryRegion kv = this.decode.allocate("kv", LAYOUT.bytes(BLOCKS), MemoryType.DRAM,
			Permissions.READ_WRITE);

	private final KvCache cache = new KvCache(LAYOUT, this.kv);

	private final ManualClock clock = new ManualClock();

	private final KvBlockPool pool = new KvBlockPool(BLOCKS, this.clock);

	private NixlAgent prefill;

	private KvBlocks target;

	private KvCache source;

	private NixlPeer peer;

	private final Transfer[] lastOfSlot = new Transfer[SLOTS];

	private int writes;

	private NixlAgent agent(String name, RouteProvider route) {
		NixlAgent agent = NixlAgent.builder().name(name).routes(List.of(route)).tcp(null).network(this.network).build();
		agent.start();
		agent.publish();
		return agent;
	}

	private void connect(LateRoute route) {
		this.prefill = agent("prefill", route);
		this.source = new KvCache(LAYOUT,
				this.prefill.allocate("source", LAYOUT.bytes(SLOTS * PER_REQUEST), MemoryType.DRAM, Permissions.READ));
		this.peer = this.prefill.connect("decode");
		this.target = new KvBlocks(LAYOUT, this.peer.region("kv"));
	}

	@AfterEach
	void close() {
		this.prefill.close();
		this.decode.close();
	}

	@Test
	void blocksOfAFailedWriteComeBackWhenItsBytesHaveLanded() throws Exception {
		LateRoute late = LateRoute.over(new LocalRouteProvider());
		connect(late);
		late.late(LateRoute.Lateness.FAILS_FIRST, 1);
		List<KvBlock> blocks = this.pool.reserve(PER_REQUEST, holder(1, 1), Duration.ofSeconds(1));
		Transfer write = write(1, blocks);
		assertThatExceptionOfType(NixlException.class).isThrownBy(write::await);
		this.pool.release(blocks, write.stopped());
		// Time makes them quarantined, never free.
		this.clock.advance(Duration.ofDays(1));
		assertThat(this.pool.occupancy().quarantined()).isEqualTo(PER_REQUEST);
		List<KvBlock> others = this.pool.reserve(BLOCKS - PER_REQUEST, holder(2, 1), FOREVER);
		assertThat(others).extracting(KvBlock::index)
			.doesNotContainAnyElementsOf(blocks.stream().map(KvBlock::index).toList());
		late.land();
		write.stopped().get(60, TimeUnit.SECONDS);
		await().until(() -> this.pool.occupancy().quarantined() == 0);
		assertThat(this.pool.reserve(PER_REQUEST, holder(3, 1), FOREVER)).extracting(KvBlock::index)
			.containsExactlyElementsOf(blocks.stream().map(KvBlock::index).toList());
	}

	@Test
	void noRequestFindsAnothersBytesWhateverLands() throws Exception {
		connect(LateRoute.random(new LocalRouteProvider(), 1, 0.4, Duration.ofMillis(300)));
		int repeated = 0;
		for (int request = 1; request <= 200; request++) {
			List<KvBlock> filled = List.of();
			for (int attempt = 1; filled.isEmpty(); attempt++) {
				filled = fill(request, attempt);
				repeated += filled.isEmpty() ? 1 : 0;
			}
			// Only now do late bytes of others have a chance to be seen.
			check(request, filled);
			this.pool.free(filled);
		}
		await().atMost(Duration.ofSeconds(60))
			.untilAsserted(() -> assertThat(this.pool.occupancy().free()).isEqualTo(BLOCKS));
		assertThat(repeated).isPositive();
	}

	/** One attempt, in fresh blocks. */
	private List<KvBlock> fill(int request, int attempt) throws InterruptedException {
		KvHolder holder = holder(request, attempt);
		List<KvBlock> blocks = reserve(holder);
		Transfer write = write(request, blocks);
		try {
			write.await();
		}
		catch (NixlException ex) {
			this.pool.release(blocks, write.stopped());
			return List.of();
		}
		this.pool.ready(holder, blocks);
		check(request, blocks);
		return blocks;
	}

	private List<KvBlock> reserve(KvHolder holder) {
		return await().atMost(Duration.ofSeconds(60))
			.pollDelay(Duration.ZERO)
			.ignoreException(NixlBusyException.class)
			.until(() -> this.pool.reserve(PER_REQUEST, holder, FOREVER), (blocks) -> !blocks.isEmpty());
	}

	private Transfer write(int stamp, List<KvBlock> blocks) {
		int slot = this.writes++ % SLOTS;
		if (this.lastOfSlot[slot] != null) {
			this.lastOfSlot[slot].released().join();
		}
		int[] from = { slot * PER_REQUEST, slot * PER_REQUEST + 1, slot * PER_REQUEST + 2 };
		for (int block : from) {
			for (int layer = 0; layer < LAYOUT.layers(); layer++) {
				for (KvPart part : LAYOUT.parts()) {
					ByteBuffer piece = this.source.piece(block, layer, part);
					while (piece.hasRemaining()) {
						piece.putInt(stamp);
					}
				}
			}
		}
		Transfer write = this.peer.write(this.source.blocks().whole(from), this.target.whole(KvBlock.indices(blocks)))
			.submit();
		this.lastOfSlot[slot] = write;
		return write;
	}

	private void check(int stamp, List<KvBlock> blocks) {
		for (KvBlock block : blocks) {
			for (int layer = 0; layer < LAYOUT.layers(); layer++) {
				for (KvPart part : LAYOUT.parts()) {
					ByteBuffer piece = this.cache.piece(block.index(), layer, part);
					while (piece.hasRemaining()) {
						assertThat(piece.getInt()).isEqualTo(stamp);
					}
				}
			}
		}
	}

	private KvHolder holder(int request, int attempt) {
		return new KvHolder("prefill", this.prefill.incarnation().orElseThrow(), "request-" + request, attempt);
	}

}
