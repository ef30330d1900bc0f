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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.nixl4j.TcpOptions;

/**
 * What a run measures.
 *
 * @param cases names of cases
 * @param sizes bytes of a transfer
 * @param rounds how often each contender is measured
 * @param lanes connections of the TCP route
 * @param checksum whether bodies carry checksums
 */
record BenchOptions(List<String> cases, List<Integer> sizes, int rounds, int lanes, boolean checksum) {

	static final String USAGE = """
			bench [CASE ...] [--sizes 16M,256M] [--rounds 9] [--lanes 2] [--checksum]
			  cases: tcp.write, tcp.read (default: both), each beside plain blocking sockets
			""";

	static final List<String> CASES = List.of("tcp.write", "tcp.read");

	private static final int MAX_SIZE = 1 << 30;

	static BenchOptions parse(String... args) {
		List<String> cases = new ArrayList<>();
		List<Integer> sizes = List.of(16 << 20, 256 << 20);
		int rounds = 9;
		int lanes = TcpOptions.DEFAULT_CONNECTIONS;
		boolean checksum = false;
		for (int i = 0; i < args.length; i++) {
			switch (args[i]) {
				case "--sizes" -> sizes = Arrays.stream(value(args, ++i).split(",")).map(BenchOptions::size).toList();
				case "--rounds" -> rounds = number(value(args, ++i), 1, 1_000);
				case "--lanes" -> lanes = number(value(args, ++i), 1, 64);
				case "--checksum" -> checksum = true;
				default -> {
					if (!CASES.contains(args[i])) {
						throw new IllegalArgumentException("unknown: " + args[i]);
					}
					cases.add(args[i]);
				}
			}
		}
		return new BenchOptions(cases.isEmpty() ? CASES : cases, sizes, rounds, lanes, checksum);
	}

	private static String value(String[] args, int index) {
		if (index >= args.length) {
			throw new IllegalArgumentException(args[index - 1] + " needs a value");
		}
		return args[index];
	}

	private static int size(String text) {
		String upper = text.toUpperCase(Locale.ROOT);
		int shift = upper.endsWith("M") ? 20 : upper.endsWith("K") ? 10 : 0;
		String digits = (shift > 0) ? upper.substring(0, upper.length() - 1) : upper;
		return number(digits, 1, MAX_SIZE >> shift) << shift;
	}

	private static int number(String text, int min, int max) {
		int number = Integer.parseInt(text);
		if (number < min || number > max) {
			throw new IllegalArgumentException(text + " is not " + min + " to " + max);
		}
		return number;
	}

	int largest() {
		return this.sizes.stream().mapToInt(Integer::intValue).max().orElseThrow();
	}

	TcpOptions tcp() {
		return TcpOptions.defaults().withConnectionsPerPeer(this.lanes).withChecksum(this.checksum);
	}

}
