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

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.TcpOptions;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.route.tcp.TcpRouteProvider;

/**
 * Prepared transfers of this library over its TCP route.
 */
final class NixlContender implements Contender {

	static final String REGION = "bench";

	private final NixlAgent agent;

	private final MemoryRegion local;

	private final NixlPeer peer;

	private final Map<Integer, PreparedTransfer> writes = new HashMap<>();

	private final Map<Integer, PreparedTransfer> reads = new HashMap<>();

	NixlContender(int port, int memory, TcpOptions options) {
		this.agent = agent("initiator", options);
		this.local = this.agent.allocate(REGION, memory, MemoryType.DRAM, Permissions.READ_WRITE);
		this.agent.start();
		this.peer = this.agent.connect("127.0.0.1", port);
	}

	static NixlAgent agent(String name, TcpOptions options) {
		return NixlAgent.builder().name(name).routes(List.of(new TcpRouteProvider())).tcp(options).build();
	}

	@Override
	public String name() {
		return "nixl4j";
	}

	@Override
	public void write(int bytes) throws InterruptedException {
		PreparedTransfer write = this.writes.computeIfAbsent(bytes,
				(size) -> this.peer.prepareWrite(this.local.range(0, size), this.peer.region(REGION).range(0, size)));
		write.post();
		write.await();
	}

	@Override
	public void read(int bytes) throws InterruptedException {
		PreparedTransfer read = this.reads.computeIfAbsent(bytes,
				(size) -> this.peer.prepareRead(this.local.range(0, size), this.peer.region(REGION).range(0, size)));
		read.post();
		read.await();
	}

	@Override
	public void close() {
		this.agent.close();
	}

}
