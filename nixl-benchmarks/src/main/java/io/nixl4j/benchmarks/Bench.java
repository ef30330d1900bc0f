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

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Runs the cases and prints how fast we are beside others. Standard output holds results
 * only; progress goes to standard error.
 */
public final class Bench {

	private static final long QUICK_NANOS = 46_000_000_000L;

	/** The code that all cases share is compiled during the first one. */
	private static final long FIRST_WARM_UP = 6_000_000_000L;

	private final BenchOptions options;

	private final long begin = System.nanoTime();

	private final List<Result> results = new ArrayList<>();

	private boolean failed;

	private Bench(BenchOptions options) {
		this.options = options;
	}

	/**
	 * Runs cases.
	 * @param args see {@code --help}
	 * @throws IOException if processes cannot be started
	 */
	public static void main(String[] args) throws IOException {
		if (Arrays.asList(args).contains("--help")) {
			System.out.print(BenchOptions.USAGE);
			return;
		}
		BenchOptions options;
		try {
			options = BenchOptions.parse(args);
		}
		catch (IllegalArgumentException ex) {
			System.err.print("bench: " + ex.getMessage() + "\n" + BenchOptions.USAGE);
			System.exit(2);
			return;
		}
		System.exit(run(options));
	}

	private static int run(BenchOptions options) throws IOException {
		switch (options.mode()) {
			case LIST -> options.cases()
				.forEach((one) -> System.out.println(one.name() + " " + String.join(",", options.peersOf(one))));
			case NEEDS -> {
				Set<String> needs = new LinkedHashSet<>();
				options.cases().forEach((one) -> needs.addAll(options.peersOf(one)));
				System.out.println(String.join(" ", needs));
			}
			case RUN -> {
				Bench bench = new Bench(options);
				bench.runCases();
				return bench.failed ? 1 : 0;
			}
		}
		return 0;
	}

	private void runCases() throws IOException {
		if (this.options.cases().stream().anyMatch((one) -> one.setting().tls())) {
			System.setProperty(BenchKeys.PROPERTY, BenchKeys.create().toString());
		}
		try (Contenders contenders = new Contenders(this.options)) {
			List<BenchCase> cases = this.options.cases();
			for (int i = 0; i < cases.size(); i++) {
				progress(i + 1, cases);
				run(cases.get(i), contenders, cases.size() - i);
				contenders.closeSpecial();
			}
		}
		if (!this.options.json()) {
			System.out.print(Table.markdown(this.results));
		}
		System.err.print(Table.bestLanes(this.results));
		Path folder = this.options.plots();
		if (folder != null) {
			Plot.write(this.results, folder).forEach((file) -> System.err.println("bench: wrote " + file));
		}
	}

	private void progress(int number, List<BenchCase> cases) {
		System.err.printf("bench: %d of %d, %d s: %s%n", number, cases.size(),
				(System.nanoTime() - this.begin) / 1_000_000_000, cases.get(number - 1).name());
	}

	private void run(BenchCase of, Contenders contenders, int left) {
		List<String> peers = this.options.peersOf(of);
		try {
			Timed ours = contenders.ours(of);
			List<Entrant> entrants = peers.stream().map((peer) -> contenders.peer(peer, of)).toList();
			new Duel(of, ours, entrants, plan(entrants, left)).run().forEach(this::report);
		}
		catch (Tools.UnavailableException ex) {
			peers.forEach((peer) -> report(Result.absent(of, peer, String.valueOf(ex.getMessage()))));
		}
		catch (IOException ex) {
			this.failed = true;
			System.err.println("bench: " + of.name() + ": " + ex.getMessage());
			peers.forEach((peer) -> report(Result.absent(of, peer, "ours failed: " + ex.getMessage())));
		}
	}

	private Plan plan(List<Entrant> entrants, int left) {
		if (!this.options.quick()) {
			return Plan.full(this.options.rounds());
		}
		int present = (int) entrants.stream().filter((entrant) -> entrant.first() != null).count();
		long available = Math.max(0, QUICK_NANOS - (System.nanoTime() - this.begin)) / left;
		Plan plan = Plan.within(this.options.rounds(), available, present);
		return this.results.isEmpty() ? plan.withWarmUp(FIRST_WARM_UP) : plan;
	}

	private void report(Result result) {
		this.results.add(result);
		if (this.options.json()) {
			System.out.println(result.json());
		}
	}

}
