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

package io.nixl4j.benchmarks;

import java.util.Random;

import io.nixl4j.NixlPeer;
import io.nixl4j.Transfer;
import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.Region;

/**
 * The KV cache of several requests at once, as a serving engine moves it: each request is
 * a list by layer over its own random block table, made for this burst, and is a transfer
 * of its own.
 */
final class BurstTransfer implements Contender.Transfer {

	private static final int TABLES = 8;

	private final NixlPeer peer;

	private final Op op;

	private final Region local;

	private final Region remote;

	private final Transfer[] requests;

	private final int[][] tables = new int[2 * TABLES][];

	private final int[] ids = new int[Shape.LAYERS * Shape.REQUEST_BLOCKS];

	private int burst;

	BurstTransfer(NixlPeer peer, Op op, int requests, Region local, Region remote) {
		this.peer = peer;
		this.op = op;
		this.local = local;
		this.remote = remote;
		this.requests = new Transfer[requests];
		Random random = new Random(3);
		for (int i = 0; i < this.tables.length; i++) {
			this.tables[i] = shuffled(random);
		}
	}

	private static int[] shuffled(Random random) {
		int[] table = new int[Shape.POOL_BLOCKS];
		for (int i = 0; i < table.length; i++) {
			int other = random.nextInt(i + 1);
			table[i] = table[other];
			table[other] = i;
		}
		return table;
	}

	@Override
	public void run() throws InterruptedException {
		int[] localTable = this.tables[this.burst % TABLES];
		int[] remoteTable = this.tables[TABLES + this.burst % TABLES];
		this.burst++;
		for (int i = 0; i < this.requests.length; i++) {
			DescriptorList here = list(this.local, localTable, i);
			DescriptorList there = list(this.remote, remoteTable, i);
			this.requests[i] = ((this.op == Op.WRITE) ? this.peer.write(here, there) : this.peer.read(here, there))
				.submit();
		}
		for (Transfer request : this.requests) {
			request.await();
		}
	}

	private DescriptorList list(Region region, int[] table, int request) {
		int at = 0;
		for (int layer = 0; layer < Shape.LAYERS; layer++) {
			for (int block = 0; block < Shape.REQUEST_BLOCKS; block++) {
				this.ids[at++] = layer * Shape.POOL_BLOCKS + table[request * Shape.REQUEST_BLOCKS + block];
			}
		}
		return region.blocks(Shape.KV_BLOCK, this.ids);
	}

}
