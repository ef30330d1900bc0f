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

package io.nixl4j.wire;

import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Prefix and header of a data frame, written and read with their checksum.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameBenchmark {

	private static final int BODY = 1 << 20;

	private static final int KEY = 'r';

	/** Runs in the header. */
	@Param({ "1", "64", "1024" })
	public int runs;

	private final ByteBuf frame = Unpooled.directBuffer(FramePrefix.SIZE + WireLimits.MAX_HEADER);

	private final MsgPackWriter writer = new MsgPackWriter(this.frame);

	private final MsgPackReader reader = new MsgPackReader();

	private final FrameChecksum checksum = new FrameChecksum();

	/**
	 * Writes the frame that is read.
	 */
	@Setup
	public void prepare() {
		encode();
	}

	/**
	 * Writes a frame.
	 * @return its length
	 */
	@Benchmark
	public int encode() {
		this.frame.clear().writeZero(FramePrefix.SIZE);
		this.writer.map(1).key(KEY).array(4 * this.runs);
		for (int i = 0; i < this.runs; i++) {
			this.writer.unsigned(i * 32_768L).unsigned(16_384).unsigned(16_384).unsigned(1);
		}
		int length = this.frame.readableBytes() - FramePrefix.SIZE;
		FramePrefix.setLengths(this.frame, 0, length, BODY);
		FramePrefix.setChecksums(this.frame, 0, this.checksum.ofHeader(this.frame, 0, length), 0);
		return length;
	}

	/**
	 * Reads a frame.
	 * @return something of all that was read
	 */
	@Benchmark
	public long decode() {
		int length = FramePrefix.headerLength(this.frame, 0, WireLimits.MAX_HEADER);
		long sum = FramePrefix.bodyLength(this.frame, 0, BODY);
		if (this.checksum.ofHeader(this.frame, 0, length) != FramePrefix.headerChecksum(this.frame, 0)) {
			throw new IllegalStateException("damaged");
		}
		this.reader.reset(this.frame, FramePrefix.SIZE, length);
		this.reader.map();
		sum += this.reader.key();
		int elements = this.reader.array();
		for (int i = 0; i < elements; i++) {
			sum += this.reader.unsigned();
		}
		return sum;
	}

}
