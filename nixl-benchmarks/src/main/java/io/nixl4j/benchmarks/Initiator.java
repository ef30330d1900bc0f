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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The process that transfers and measures. Plain sockets run twice, against a second
 * connection of the same kind: what they differ from themselves is the noise, and a
 * margin below it decides nothing.
 */
final class Initiator {

	private Initiator() {
	}

	/**
	 * Measures and prints the table.
	 * @param args the target's three ports, then the options of {@link Bench}
	 * @throws Exception if a transfer failed
	 */
	public static void main(String[] args) throws Exception {
		BenchOptions options = BenchOptions.parse(Arrays.copyOfRange(args, 3, args.length));
		ByteBuffer memory = ByteBuffer.allocateDirect(options.largest());
		for (int i = 0; i < memory.capacity(); i += 4096) {
			memory.put(i, (byte) 1);
		}
		try (Contender sockets = new SocketPeer(Integer.parseInt(args[0]), memory);
				Contender again = new SocketPeer(Integer.parseInt(args[1]), memory.duplicate());
				Contender ours = new NixlContender(Integer.parseInt(args[2]), options.largest(), options.tcp())) {
			System.out.printf(Locale.ROOT, "%-10s %10s %16s %16s %8s %8s%n", "case", "bytes", "sockets Gbit/s",
					"nixl4j Gbit/s", "ratio", "noise");
			for (String name : options.cases()) {
				Rounds.Operation operation = name.endsWith("write") ? Contender::write : Contender::read;
				for (int size : options.sizes()) {
					double[][] nanos = new Rounds(operation, size, options.rounds())
						.measure(List.of(sockets, again, ours));
					System.out.printf(Locale.ROOT, "%-10s %10d %16.2f %16.2f %8.2f %8.2f%n", name, size,
							gbits(size, nanos[0]), gbits(size, nanos[2]), Rounds.ratio(nanos[0], nanos[2]),
							Rounds.ratio(nanos[0], nanos[1]));
				}
			}
		}
	}

	private static double gbits(int bytes, double[] nanos) {
		return bytes * 8.0 / Rounds.median(nanos);
	}

}
