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

package io.nixl4j.benchmarks.jmh;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.nixl4j.InProcessNetwork;
import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.route.local.LocalRouteProvider;
import io.nixl4j.route.tcp.TcpRouteProvider;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Posting 64 bytes that were prepared, and waiting for them, between two agents of this
 * process. {@code -prof gc} shows what it allocates.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
// JMH calls the method with @Setup before all others
@SuppressWarnings("NullAway.Init")
public class PostBenchmark {

	private static final int BYTES = 64;

	/** The route between the agents. */
	@Param({ "memory", "tcp" })
	public String route;

	private NixlAgent target;

	private NixlAgent initiator;

	private PreparedTransfer write;

	/**
	 * Connects the agents.
	 */
	@Setup
	public void prepare() {
		InProcessNetwork network = this.route.equals("memory") ? new InProcessNetwork() : null;
		RouteProvider provider = (network != null) ? new LocalRouteProvider() : new TcpRouteProvider();
		this.target = NixlAgent.builder().name("target").routes(List.of(provider)).network(network).build();
		this.initiator = NixlAgent.builder().name("initiator").routes(List.of(provider)).network(network).build();
		this.target.allocate("jmh", BYTES, MemoryType.DRAM, Permissions.READ_WRITE);
		MemoryRegion local = this.initiator.allocate("jmh", BYTES, MemoryType.DRAM, Permissions.READ_WRITE);
		this.target.start();
		this.target.publish();
		this.initiator.start();
		NixlPeer peer = (network != null) ? this.initiator.connect("target")
				: this.initiator.connect("127.0.0.1", this.target.port());
		this.write = peer.prepareWrite(local.all(), peer.region("jmh").all());
	}

	/**
	 * Closes the agents.
	 */
	@TearDown
	public void close() {
		this.initiator.close();
		this.target.close();
	}

	/**
	 * One transfer.
	 * @return how long it took
	 * @throws InterruptedException if the thread is interrupted
	 */
	@Benchmark
	public long postAndAwait() throws InterruptedException {
		this.write.post();
		this.write.await();
		return this.write.durationNanos();
	}

}
