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
import java.util.List;

import io.nixl4j.NixlAgent;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.metadata.etcd.EtcdNixlMetadataStore;
import io.nixl4j.metadata.etcd.EtcdOptions;
import io.nixl4j.route.tcp.TcpRouteProvider;

/**
 * A worker as a process, which others find through etcd. It serves a region that says
 * which start of the worker filled it, and one that others may write. It ends when its
 * standard input does.
 */
final class EtcdWorker {

	/**
	 * May be read: its first 8 bytes are the worker's number, the others follow from it.
	 */
	static final String NUMBERED = "numbered";

	/** May be read and written. */
	static final String INBOX = "inbox";

	/** Of each region. */
	static final int LENGTH = 256 << 10;

	/** How long etcd keeps what it has published when it is not heard of. */
	static final Duration LEASE = Duration.ofSeconds(2);

	private EtcdWorker() {
	}

	/**
	 * Runs the worker.
	 * @param arguments etcd's URL, the engine id and the number
	 * @throws Exception if it fails
	 */
	public static void main(String[] arguments) throws Exception {
		long number = Long.parseLong(arguments[2]);
		try (EtcdNixlMetadataStore store = EtcdNixlMetadataStore
			.open(EtcdOptions.of(arguments[0]).withLeaseTime(LEASE));
				NixlAgent agent = NixlAgent.builder()
					.name("agent-" + number)
					.engineId(arguments[1])
					.routes(List.of(new TcpRouteProvider()))
					.metadataStore(store)
					.build()) {
			MemoryRegion numbered = agent.allocate(NUMBERED, LENGTH, MemoryType.DRAM, Permissions.READ);
			fill(numbered.buffer(0, LENGTH), number);
			agent.allocate(INBOX, LENGTH, MemoryType.DRAM, Permissions.READ_WRITE);
			agent.start();
			agent.publish();
			System.out.println("published " + agent.incarnation().orElseThrow());
			while (System.in.read() >= 0) {
				// Only the end matters.
			}
		}
		System.out.println("closed");
	}

	private static void fill(ByteBuffer memory, long number) {
		new Pattern(number).fill(memory, 0);
		memory.putLong(0, number);
	}

	/**
	 * Reads which start of a worker filled memory.
	 * @param memory what was read of {@link #NUMBERED}
	 * @return the number, or -1 if the bytes are not all of one start
	 */
	static long number(ByteBuffer memory) {
		long number = memory.getLong(0);
		ByteBuffer expected = ByteBuffer.allocate(memory.capacity());
		fill(expected, number);
		return memory.equals(expected) ? number : -1;
	}

}
