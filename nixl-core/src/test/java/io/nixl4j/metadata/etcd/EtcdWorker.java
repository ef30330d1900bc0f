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

package io.nixl4j.metadata.etcd;

import java.time.Duration;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.Timeouts;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;

/**
 * A worker as a process: it publishes under an engine id, and if it is told whom to write
 * to it does that until it fails, and then until it hears that its engine id is
 * another's. It ends when its standard input does.
 */
final class EtcdWorker {

	static final int SIZE = 1 << 20;

	static final String ENGINE = "decode-1";

	private EtcdWorker() {
	}

	/**
	 * Runs the worker.
	 * @param arguments etcd's URL, the seconds of a lease, what its memory is filled
	 * with, and to which engine it writes, if to any
	 * @throws Exception if it fails
	 */
	public static void main(String[] arguments) throws Exception {
		EtcdOptions options = EtcdOptions.of(arguments[0])
			.withLeaseTime(Duration.ofSeconds(Long.parseLong(arguments[1])));
		try (EtcdNixlMetadataStore store = EtcdNixlMetadataStore.open(options);
				NixlAgent agent = NixlAgent.builder()
					.name("worker-" + ProcessHandle.current().pid())
					.engineId(ENGINE)
					.timeouts(Timeouts.defaults().withConnect(Duration.ofSeconds(2)))
					.metadataStore(store)
					.build()) {
			MemoryRegion kv = agent.allocate("kv", SIZE, MemoryType.DRAM, Permissions.READ_WRITE);
			fill(kv, Integer.parseInt(arguments[2]));
			store.check();
			agent.start();
			agent.publish();
			while (!store.find(ENGINE).map((card) -> card.additions().incarnation()).equals(agent.incarnation())) {
				Thread.onSpinWait();
			}
			System.out.println("ready " + agent.incarnation().orElseThrow());
			if (arguments.length > 3) {
				writeUntilStale(agent, arguments[3], kv);
			}
			while (System.in.read() >= 0) {
				// Only the end matters.
			}
		}
	}

	static void fill(MemoryRegion region, int value) {
		for (int i = 0; i < SIZE; i++) {
			region.buffer(0, SIZE).put(i, (byte) value);
		}
	}

	private static void writeUntilStale(NixlAgent agent, String engine, MemoryRegion kv) throws InterruptedException {
		NixlError error = NixlError.PEER_LOST;
		boolean failed = false;
		while (error != NixlError.STALE) {
			try {
				NixlPeer peer = agent.connect(engine);
				PreparedTransfer prepared = peer.prepareWrite(kv.all(), peer.region("kv").all());
				for (boolean first = true;; first = false) {
					prepared.post();
					prepared.await();
					if (first) {
						System.out.println(failed ? "wrote again" : "wrote");
					}
				}
			}
			catch (NixlException ex) {
				error = ex.error();
				// A prepared transfer is stale when its session has ended.
				if (!failed) {
					failed = true;
					error = NixlError.PEER_LOST;
					System.out.println("failed " + ex.error());
				}
			}
		}
		System.out.println("stale");
	}

}
