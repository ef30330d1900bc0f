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

import java.util.ArrayList;
import java.util.List;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sequences between agents whose caches are unlike each other, over sockets.
 */
class KvMappingTransferTests {

	private static final KvLayout MODEL = new KvLayout(3, 4, 4, 8, ElementType.F32);

	private static final int TOKENS = 21;

	private static final int[] SOURCE_TABLE = { 7, 2, 3, 4, 9, 0 };

	private static final int[] TARGET_TABLE = { 5, 6, 1 };

	private final NixlAgent prefill = NixlAgent.builder().name("prefill").build();

	private final List<NixlAgent> workers = new ArrayList<>();

	@AfterEach
	void close() {
		this.workers.forEach(NixlAgent::close);
		this.prefill.close();
	}

	@Test
	void layersPushedToEachShareOfTheHeadsArriveWhereTheyBelong() throws Exception {
		MemoryRegion region = this.prefill.allocate("kv", MODEL.bytes(10), MemoryType.DRAM, Permissions.READ);
		KvBlocks source = new KvBlocks(MODEL, region);
		this.prefill.start();
		stamp(region, source, SOURCE_TABLE, TOKENS);
		for (int rank = 0; rank < 2; rank++) {
			KvLayout share = MODEL.withShare(rank, 2)
				.withTokensPerBlock(8)
				.withOrder(KvOrder.LAYER_MAJOR.headsAndTokensSwapped());
			NixlAgent worker = worker("decode-" + rank);
			MemoryRegion theirs = worker.allocate("kv", share.bytes(8), MemoryType.DRAM, Permissions.WRITE);
			NixlPeer peer = this.prefill.connect("127.0.0.1", worker.port());
			KvMapping mapping = new KvMapping(source, new KvBlocks(share, peer.region("kv")));
			for (int layer = 0; layer < MODEL.layers(); layer++) {
				KvLists lists = mapping.lists(SOURCE_TABLE, TARGET_TABLE,
						KvRange.of(MODEL, TOKENS).withLayers(layer, 1));
				peer.write(lists.source(), lists.target()).submit().await();
			}
			check(theirs, new KvBlocks(share, theirs), TARGET_TABLE, 0);
		}
	}

	@Test
	void tokensPulledBehindAPrefixLeaveThePrefixAlone() throws Exception {
		KvLayout pages = MODEL.withTokensPerBlock(8)
			.withOrder(KvOrder.of(KvAxis.BLOCK, KvAxis.HEAD, KvAxis.LAYER, KvAxis.TOKEN, KvAxis.PART));
		NixlAgent worker = worker("prefill-1");
		MemoryRegion theirs = worker.allocate("kv", pages.bytes(8), MemoryType.DRAM, Permissions.READ);
		stamp(theirs, new KvBlocks(pages, theirs), TARGET_TABLE, TOKENS);
		MemoryRegion region = this.prefill.allocate("kv", MODEL.bytes(10), MemoryType.DRAM, Permissions.READ_WRITE);
		KvBlocks ours = new KvBlocks(MODEL, region);
		this.prefill.start();
		NixlPeer peer = this.prefill.connect("127.0.0.1", worker.port());
		int prefix = 6;
		KvLists lists = new KvMapping(new KvBlocks(pages, peer.region("kv")), ours).lists(TARGET_TABLE, SOURCE_TABLE,
				KvRange.of(MODEL, TOKENS).withTokens(prefix, TOKENS - prefix));
		peer.read(lists.target(), lists.source()).submit().await();
		check(region, ours, SOURCE_TABLE, prefix);
	}

	private NixlAgent worker(String name) {
		NixlAgent worker = NixlAgent.builder().name(name).build();
		this.workers.add(worker);
		worker.start();
		worker.publish();
		return worker;
	}

	private static void stamp(MemoryRegion region, KvBlocks blocks, int[] table, int tokens) {
		forEachVector(blocks, table, tokens, (offset, stamp, token) -> {
			for (int i = 0; i < MODEL.headSize(); i++) {
				region.buffer(offset + 4L * i, 4).putInt(stamp + i);
			}
		});
	}

	private static void check(MemoryRegion region, KvBlocks blocks, int[] table, int firstToken) {
		forEachVector(blocks, table, TOKENS, (offset, stamp, token) -> {
			for (int i = 0; i < MODEL.headSize(); i++) {
				assertThat(region.buffer(offset + 4L * i, 4).getInt()).as("token %d", token)
					.isEqualTo((token < firstToken) ? 0 : stamp + i);
			}
		});
	}

	private static void forEachVector(KvBlocks blocks, int[] table, int tokens, Vector visitor) {
		KvLayout layout = blocks.layout();
		for (int token = 0; token < tokens; token++) {
			int block = table[token / layout.tokensPerBlock()];
			for (int layer = 0; layer < layout.layers(); layer++) {
				for (KvPart part : layout.parts()) {
					for (int head = 0; head < layout.heads(); head++) {
						long offset = blocks.offset(block, layer, part, token % layout.tokensPerBlock(), head);
						int which = ((token * layout.layers() + layer) * 2 + part.ordinal()) * layout.modelHeads()
								+ layout.firstHead() + head;
						visitor.visit(offset, (which + 1) * MODEL.headSize(), token);
					}
				}
			}
		}
	}

	private interface Vector {

		void visit(long offset, int stamp, int token);

	}

}
