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

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * What a run measures and prints.
 *
 * @param cases the cases, in order
 * @param quick whether all must be done within a minute
 * @param json whether standard output is for programs
 * @param mode what to do
 * @param rounds how often each contender is measured
 * @param peers names of peers, or empty for those of each case
 * @param plots where plots go, or {@code null} for none
 * @param cpus the processors of both ends
 */
record BenchOptions(List<BenchCase> cases, boolean quick, boolean json, Mode mode, int rounds, Set<String> peers,
		@Nullable Path plots, Cpus cpus) {

	static final String USAGE = """
			bench [CASE ...] [options]
			  CASE            tcp.write.1MiB, tcp.read.8192x16KiB, tcp.write.8B.nio ..., or a pattern such as 'tcp.read.*';
			                  tcp.write alone takes the sizes of --sizes. Default: all
			  --list          print the names of all cases and their peers
			  --quick         within a minute; without CASE the most important ones, beside plain sockets
			  --json          standard output holds one JSON object a line, nothing else
			  --rounds N      measure each contender N times (default 9, --quick 7)
			  --peers A,B     compare with these only
			  --sizes S,S     for tcp.write and tcp.read alone (default 16MiB,256MiB)
			  --lanes N       connections a peer in all cases
			  --checksum      checksums in all cases
			  --plots DIR     write plots there
			  --guest ..., --jmh ..., --pack FILE: see bin/bench
			  --cpus I:T      processors of initiators and targets, as 0-3:4-7 (default: halves, 8 at most each), or none
			""";

	private static final int DEFAULT_ROUNDS = 9;

	/**
	 * What to do.
	 */
	enum Mode {

		/** Measure. */
		RUN,

		/** Print the cases. */
		LIST,

		/** Print the peers that the run wants, for {@code bin/bench}. */
		NEEDS

	}

	static BenchOptions parse(String... args) {
		Builder builder = new Builder();
		for (int i = 0; i < args.length; i++) {
			boolean takesValue = Builder.WITH_VALUE.contains(args[i]);
			if (takesValue && i + 1 == args.length) {
				throw new IllegalArgumentException(args[i] + " needs a value");
			}
			builder.add(args[i], takesValue ? args[++i] : "");
		}
		return builder.build();
	}

	/**
	 * Returns which peers a case is compared with in this run.
	 * @param of the case
	 * @return names, one at least unless none was chosen
	 */
	List<String> peersOf(BenchCase of) {
		Set<String> wanted = (this.peers.isEmpty() && this.quick && this.cases.equals(Catalogue.quick()))
				? Set.of("sockets") : this.peers;
		return Catalogue.peers(of)
			.keySet()
			.stream()
			.filter((peer) -> wanted.isEmpty() || wanted.contains(peer))
			.toList();
	}

	/**
	 * Returns how much memory each end needs.
	 * @return bytes
	 */
	long memory() {
		return memory((one) -> true);
	}

	/**
	 * Returns how much memory each end needs for some of the cases.
	 * @param which which ones
	 * @return bytes
	 */
	long memory(Predicate<BenchCase> which) {
		return this.cases.stream()
			.filter(which)
			.mapToLong((one) -> one.setting().busy() ? Sizes.MAX : one.shape().memory())
			.max()
			.orElseThrow();
	}

	String targetHost() {
		return System.getProperty("bench.target.host", "127.0.0.1");
	}

	String initiatorHost() {
		return System.getProperty("bench.initiator.host", "127.0.0.1");
	}

	/**
	 * Returns the command that runs a program as target, in a network namespace of its
	 * own where there is one.
	 * @param command the program
	 * @return the whole command
	 */
	List<String> targetCommand(List<String> command) {
		return within("bench.target.prefix", this.cpus.pinned(true, command));
	}

	List<String> initiatorCommand(List<String> command) {
		return within("bench.initiator.prefix", this.cpus.pinned(false, command));
	}

	private static List<String> within(String property, List<String> command) {
		String prefix = System.getProperty(property, "").strip();
		if (prefix.isEmpty()) {
			return command;
		}
		List<String> whole = new ArrayList<>(List.of(prefix.split(" ")));
		whole.addAll(command);
		return whole;
	}

	private static final class Builder {

		static final Set<String> WITH_VALUE = Set.of("--rounds", "--peers", "--sizes", "--lanes", "--plots", "--cpus");

		private final List<String> patterns = new ArrayList<>();

		private final Set<String> peers = new LinkedHashSet<>();

		private final List<String> words = new ArrayList<>();

		private List<Integer> sizes = List.of(16 << 20, 256 << 20);

		private boolean quick;

		private boolean json;

		private Mode mode = Mode.RUN;

		private int rounds;

		private @Nullable Path plots;

		private Cpus cpus = Cpus.halves();

		void add(String option, String value) {
			switch (option) {
				case "--quick" -> this.quick = true;
				case "--json" -> this.json = true;
				case "--list" -> this.mode = Mode.LIST;
				case "--needs" -> this.mode = Mode.NEEDS;
				case "--rounds" -> this.rounds = number(value, 1, 1_000);
				case "--peers" -> this.peers.addAll(List.of(value.split(",")));
				case "--sizes" -> this.sizes = Arrays.stream(value.split(",")).map(Sizes::parse).toList();
				case "--lanes" -> this.words.add("lanes" + number(value, 1, 64));
				case "--checksum" -> this.words.add("checksum");
				case "--plots" -> this.plots = Path.of(value);
				case "--cpus" -> this.cpus = Cpus.parse(value);
				default -> {
					if (option.startsWith("-")) {
						throw new IllegalArgumentException("unknown: " + option);
					}
					this.patterns.add(option);
				}
			}
		}

		private static int number(String text, int min, int max) {
			if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < min || Integer.parseInt(text) > max) {
				throw new IllegalArgumentException("'" + text + "' is not " + min + " to " + max);
			}
			return Integer.parseInt(text);
		}

		BenchOptions build() {
			Set<BenchCase> cases = new LinkedHashSet<>();
			for (String pattern : this.patterns) {
				if (pattern.equals("tcp.write") || pattern.equals("tcp.read")) {
					this.sizes.forEach((size) -> cases.add(BenchCase.parse(pattern + "." + Sizes.format(size))));
				}
				else {
					cases.addAll(Catalogue.matching(pattern));
				}
			}
			if (cases.isEmpty()) {
				cases.addAll(this.quick ? Catalogue.quick() : Catalogue.all());
			}
			List<BenchCase> chosen = cases.stream().map(this::changed).toList();
			int times = (this.rounds > 0) ? this.rounds : this.quick ? Plan.LEAST_ROUNDS : DEFAULT_ROUNDS;
			return new BenchOptions(chosen, this.quick, this.json, this.mode, times, this.peers, this.plots, this.cpus);
		}

		private BenchCase changed(BenchCase of) {
			Setting setting = of.setting();
			for (String word : this.words) {
				setting = setting.with(word);
			}
			return new BenchCase(of.op(), of.shape(), setting);
		}

	}

}
