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
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Measures us and the peers of one case in turns and compares medians of the ratios by
 * round. Every other round runs backwards, so that nobody always has the same one before
 * it.
 */
final class Duel {

	private static final double STEADY = 0.97;

	private final BenchCase benchCase;

	private final Timed ours;

	private final List<Entrant> entrants;

	private final Plan plan;

	Duel(BenchCase benchCase, Timed ours, List<Entrant> entrants, Plan plan) {
		this.benchCase = benchCase;
		this.ours = ours;
		this.entrants = entrants;
		this.plan = plan;
	}

	/**
	 * Measures.
	 * @return one result a peer, in their order
	 * @throws IOException if ours failed; a peer that fails is absent
	 */
	List<Result> run() throws IOException {
		warmUp(this.ours, this.plan.warmUp());
		List<Series> present = new ArrayList<>();
		List<Result> results = new ArrayList<>();
		for (Entrant entrant : this.entrants) {
			Series series = new Series(entrant, this.plan.rounds());
			series.warmUp(this.plan.warmUp() / 4);
			present.add(series);
		}
		double[] times = new double[this.plan.rounds()];
		double[] others = new double[this.plan.rounds()];
		for (int round = 0; round < times.length; round++) {
			boolean backwards = round % 2 == 1;
			for (int i = 0; i < present.size(); i++) {
				present.get(backwards ? present.size() - 1 - i : i).measure(round, !backwards);
			}
			Sample sample = this.ours.run(this.plan.nanos());
			times[round] = sample.nanos();
			others[round] = sample.other();
			for (int i = 0; i < present.size(); i++) {
				present.get(backwards ? present.size() - 1 - i : i).measure(round, backwards);
			}
		}
		double value = this.benchCase.value(Statistics.median(times));
		for (Series series : present) {
			results.add(series.result(times, others, value));
		}
		return results;
	}

	/** Until it does not get faster any more. */
	private void warmUp(Timed timed, long most) throws IOException {
		long piece = Math.max(this.plan.nanos(), most / 8);
		double best = Double.MAX_VALUE;
		long begin = System.nanoTime();
		while (System.nanoTime() - begin < most) {
			double nanos = timed.run(piece).nanos();
			if (nanos > best * STEADY && System.nanoTime() - begin > 2 * most / 3) {
				return;
			}
			best = Math.min(best, nanos);
		}
	}

	private final class Series {

		private final Entrant entrant;

		private final double[] first;

		private final double[] again;

		private String why;

		Series(Entrant entrant, int rounds) {
			this.entrant = entrant;
			this.first = new double[rounds];
			this.again = new double[rounds];
			this.why = (entrant.why() != null) ? entrant.why() : "";
		}

		void warmUp(long most) {
			attempt(this.entrant.first(), (timed) -> Duel.this.warmUp(timed, most));
			if (this.entrant.again() != this.entrant.first()) {
				attempt(this.entrant.again(), (timed) -> Duel.this.warmUp(timed, most));
			}
		}

		void measure(int round, boolean asFirst) {
			attempt(asFirst ? this.entrant.first() : this.entrant.again(), (timed) -> {
				double nanos = timed.run(Duel.this.plan.nanos()).nanos();
				(asFirst ? this.first : this.again)[round] = nanos;
			});
		}

		private void attempt(@Nullable Timed timed, Step step) {
			if (timed == null || !this.why.isEmpty()) {
				return;
			}
			try {
				step.run(timed);
			}
			catch (IOException ex) {
				this.why = "it failed: " + ex.getMessage();
			}
		}

		Result result(double[] ours, double[] others, double value) {
			BenchCase of = Duel.this.benchCase;
			if (!this.why.isEmpty()) {
				return Result.absent(of, this.entrant.peer(), this.why);
			}
			boolean within = this.entrant.first() == null;
			double[] base = within ? others : Statistics.means(this.first, this.again);
			double noise = within ? Statistics.spread(others)
					: Statistics.noise(Statistics.ratios(this.first, this.again));
			return new Result(of, this.entrant.peer(), Statistics.median(Statistics.ratios(base, ours)), noise, value,
					of.unit(), null);
		}

	}

	@FunctionalInterface
	private interface Step {

		void run(Timed timed) throws IOException;

	}

}
