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

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.RemoteRegion;

/**
 * Transfers of this library: bursts are submitted with lists made anew each time, all
 * others are prepared once. With several peers each transfer goes to the next one.
 */
final class NixlContender implements Contender {

	private static final long LOCAL_SEED = 1;

	private static final long REMOTE_SEED = 2;

	private final NixlAgent agent;

	private final MemoryRegion local;

	private final List<NixlPeer> peers = new ArrayList<>();

	private final Map<String, Transfer> transfers = new HashMap<>();

	NixlContender(String name, Setting setting, String bind, Endpoints targets, ByteBuffer memory) {
		this.agent = BenchAgents.agent(name, setting, bind, setting.initiatorsMode());
		this.local = BenchAgents.register(this.agent, setting, memory);
		this.agent.start();
		for (int port : targets.ports()) {
			this.peers.add(this.agent.connect(targets.host(), port));
		}
	}

	@Override
	public Sample run(Op op, Shape shape, long nanos) throws Exception {
		Transfer transfer = this.transfers.computeIfAbsent(op.label() + "." + shape.label(),
				(label) -> transfer(op, shape));
		return Contender.repeat(transfer, shape.bytes(), nanos);
	}

	private Transfer transfer(Op op, Shape shape) {
		if (shape.kind() == Shape.Kind.BURST) {
			NixlPeer peer = this.peers.get(0);
			return new BurstTransfer(peer, op, shape.count(), this.local, peer.region(BenchAgents.REGION));
		}
		PreparedTransfer[] prepared = new PreparedTransfer[this.peers.size()];
		for (int i = 0; i < prepared.length; i++) {
			prepared[i] = prepare(i, op, shape);
		}
		return new InTurn(prepared);
	}

	/**
	 * Prepares a transfer.
	 * @param peer which peer, from 0
	 * @param op the direction
	 * @param shape what it looks like
	 * @return the transfer; it ends with this contender
	 */
	PreparedTransfer prepare(int peer, Op op, Shape shape) {
		NixlPeer to = this.peers.get(peer);
		RemoteRegion region = to.region(BenchAgents.REGION);
		DescriptorList here;
		DescriptorList there;
		if (shape.kind() == Shape.Kind.BULK) {
			here = this.local.range(0, shape.bytes());
			there = region.range(0, shape.bytes());
		}
		else {
			here = this.local.blocks(shape.size(), shape.blocks(LOCAL_SEED));
			there = region.blocks(shape.size(), shape.blocks(REMOTE_SEED));
		}
		return (op == Op.WRITE) ? to.prepareWrite(here, there) : to.prepareRead(here, there);
	}

	@Override
	public void close() {
		this.agent.close();
	}

	private static final class InTurn implements Transfer {

		private final PreparedTransfer[] prepared;

		private int next;

		InTurn(PreparedTransfer[] prepared) {
			this.prepared = prepared;
		}

		@Override
		public void run() throws InterruptedException {
			PreparedTransfer transfer = this.prepared[this.next];
			this.next = (this.next + 1) % this.prepared.length;
			transfer.post();
			transfer.await();
		}

	}

}
