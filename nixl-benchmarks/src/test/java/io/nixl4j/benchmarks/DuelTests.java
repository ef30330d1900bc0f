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
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;

class DuelTests {

	private static final BenchCase CASE = BenchCase.parse("tcp.write.1MiB");

	private static final Plan PLAN = new Plan(7, 1, 0);

	@Test
	void theRatioIsTheMedianOverRounds() throws IOException {
		Timed ours = times(1, 1, 1, 1, 1, 1, 100);
		List<Result> results = new Duel(CASE, ours, List.of(new Entrant("peer", steady(2), steady(2))), PLAN).run();
		assertThat(results).singleElement().satisfies((result) -> {
			assertThat(result.ratio()).isEqualTo(2);
			assertThat(result.noise()).isZero();
			assertThat(result.value()).isEqualTo((1 << 20) * 8.0);
		});
	}

	@Test
	void whatAPeerDiffersFromItselfIsNoise() throws IOException {
		List<Result> results = new Duel(CASE, steady(1), List.of(new Entrant("peer", steady(110), steady(100))), PLAN)
			.run();
		assertThat(results.get(0).noise()).isCloseTo(0.1, within(1e-9));
	}

	@Test
	void everyOtherRoundRunsBackwards() throws IOException {
		List<String> order = new ArrayList<>();
		new Duel(CASE, named("ours", order), List.of(new Entrant("peer", named("first", order), named("again", order))),
				new Plan(2, 1, 0))
			.run();
		assertThat(order).containsExactly("first", "ours", "again", "again", "ours", "first");
	}

	@Test
	void aPeerThatFailsIsAbsentAndTheOthersGoOn() throws IOException {
		Timed failing = (nanos) -> {
			throw new IOException("gone");
		};
		List<Result> results = new Duel(CASE, steady(1), List.of(new Entrant("a", failing, failing),
				Entrant.absent("b", "not here"), new Entrant("c", steady(3), steady(3))), PLAN)
			.run();
		assertThat(results).extracting(Result::why).containsExactly("it failed: gone", "not here", null);
		assertThat(results.get(2).ratio()).isEqualTo(3);
		assertThatIOException().isThrownBy(() -> new Duel(CASE, failing, List.of(), PLAN).run());
	}

	@Test
	void aPeerWithinTheSameTransfersIsTakenFromTheSample() throws IOException {
		Timed ours = (nanos) -> new Sample(4, 1, 2);
		assertThat(new Duel(CASE, ours, List.of(Entrant.within("fair-share")), PLAN).run().get(0).ratio())
			.isEqualTo(0.5);
	}

	@Test
	void aHurriedPlanDividesTheTimeAmongAll() {
		assertThat(Plan.within(7, 3_600_000_000L, 1).nanos()).isEqualTo(100_000_000);
		assertThat(Plan.within(7, 0, 1).nanos()).isEqualTo(5_000_000);
	}

	@Test
	void samplesAreReadAsTheyAreWritten() {
		assertThat(Sample.parse(new Sample(1.5, 3, 2.5).line())).isEqualTo(new Sample(1.5, 3, 2.5));
		assertThat(Sample.parse("time 12.0 1").other()).isNaN();
	}

	@Test
	void quantilesLieBetweenTheNearestValues() {
		assertThat(Statistics.quantile(0.25, 4, 1, 3, 2, 5)).isEqualTo(2);
		assertThat(Statistics.median(4, 1, 3, 2)).isEqualTo(2.5);
		assertThat(Statistics.noise(0.9, 1, 1.1, 1, 1)).isZero();
		assertThat(Statistics.noise(0.8, 0.9, 1, 1.1, 1.2)).isCloseTo(0.1, within(1e-9));
		assertThat(Statistics.spread(90, 100, 110)).isCloseTo(0.05, within(1e-9));
	}

	private static Timed steady(double nanos) {
		return (budget) -> new Sample(nanos, 1);
	}

	private static Timed times(double... nanos) {
		Iterator<Double> left = Arrays.stream(nanos).iterator();
		return (budget) -> new Sample(left.next(), 1);
	}

	private static Timed named(String name, List<String> order) {
		return (nanos) -> {
			order.add(name);
			return new Sample(1, 1);
		};
	}

}
