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

import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.nixl4j.NixlAgent;
import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
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
 * Making a descriptor list out of a block table.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
// JMH calls the method with @Setup before all others
@SuppressWarnings("NullAway.Init")
public class ListBenchmark {

	private static final int BLOCK = 4_096;

	/** Blocks of the list. */
	@Param({ "256", "8192", "100000" })
	public int blocks;

	private NixlAgent agent;

	private MemoryRegion region;

	private int[] scattered;

	private int[] adjacent;

	/**
	 * Makes the block tables.
	 */
	@Setup
	public void prepare() {
		this.agent = NixlAgent.builder().tcp(null).build();
		this.region = this.agent.allocate("jmh", 2L * this.blocks * BLOCK, MemoryType.DRAM, Permissions.READ_WRITE);
		this.scattered = new int[this.blocks];
		this.adjacent = new int[this.blocks];
		Random random = new Random(1);
		for (int i = 0; i < this.blocks; i++) {
			this.adjacent[i] = i;
			int other = random.nextInt(i + 1);
			this.scattered[i] = this.scattered[other];
			this.scattered[other] = 2 * i;
		}
	}

	/**
	 * Frees the memory.
	 */
	@TearDown
	public void close() {
		this.agent.close();
	}

	/**
	 * Blocks in random order.
	 * @return the list
	 */
	@Benchmark
	public DescriptorList scattered() {
		return this.region.blocks(BLOCK, this.scattered);
	}

	/**
	 * Blocks one after the other, which become one run.
	 * @return the list
	 */
	@Benchmark
	public DescriptorList adjacent() {
		return this.region.blocks(BLOCK, this.adjacent);
	}

}
