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

/**
 * One thing that is measured: {@code route.op.size} or {@code route.op.size.mode}.
 *
 * @param op the operation
 * @param shape what a transfer looks like
 * @param setting how our agents are set up
 */
record BenchCase(Op op, Shape shape, Setting setting) {

	/** The one route there is to measure. */
	static final String ROUTE = "tcp";

	/** Below this a transfer's time is its latency, and is stated as such. */
	private static final int LATENCY_BYTES = 64 << 10;

	/**
	 * Reads a name.
	 * @param name the name
	 * @return the case
	 */
	static BenchCase parse(String name) {
		String[] parts = name.split("\\.", -1);
		if (parts.length < 3 || parts.length > 4 || !parts[0].equals(ROUTE)) {
			throw new IllegalArgumentException(
					"'" + name + "' is no case; write tcp.write.1MiB, tcp.read.8B.event or see --list");
		}
		try {
			return new BenchCase(Op.of(parts[1]), Shape.parse(parts[2]),
					Setting.parse((parts.length > 3) ? parts[3] : ""));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(name + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * Returns the case's name.
	 * @return the name
	 */
	String name() {
		String name = ROUTE + "." + this.op.label() + "." + this.shape.label();
		return this.setting.label().isEmpty() ? name : name + "." + this.setting.label();
	}

	/**
	 * Returns whether the case is about how long one transfer takes.
	 * @return {@code false} if it is about bytes a second
	 */
	boolean isLatency() {
		return this.shape.kind() == Shape.Kind.BULK && this.shape.bytes() < LATENCY_BYTES;
	}

	/**
	 * Returns the unit of {@link #value}.
	 * @return the unit
	 */
	String unit() {
		return isLatency() ? "us" : "Gbit/s";
	}

	/**
	 * Converts a time into the figure that people compare.
	 * @param nanos nanoseconds a transfer
	 * @return the figure in {@link #unit}
	 */
	double value(double nanos) {
		return isLatency() ? nanos / 1_000 : this.shape.bytes() * 8.0 / nanos;
	}

}
