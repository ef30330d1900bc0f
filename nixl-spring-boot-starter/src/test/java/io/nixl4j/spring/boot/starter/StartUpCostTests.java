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

package io.nixl4j.spring.boot.starter;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the starter adds to the time from nothing to ready. Printed in milliseconds, of
 * which 300 are the aim on a quiet machine; asserted as a part of a start without it,
 * since both are as slow as the machine is busy.
 */
@Tag("all")
class StartUpCostTests {

	private static final int STARTS = 10;

	@Test
	void theStarterAddsAFractionToAStart() throws IOException {
		ClassPath with = ClassPath.withStarter();
		ClassPath without = ClassPath.withoutStarter();
		start(with);
		start(without);
		List<Duration> longer = new ArrayList<>();
		List<Duration> shorter = new ArrayList<>();
		for (int i = 0; i < STARTS; i++) {
			longer.add(start(with));
			shorter.add(start(without));
		}
		Duration cost = median(longer).minus(median(shorter));
		System.out.printf("Start-up: %d ms with, %d ms without the starter, %d ms more (medians of %d)%n",
				median(longer).toMillis(), median(shorter).toMillis(), cost.toMillis(), STARTS);
		assertThat(cost).isLessThan(median(shorter).dividedBy(2));
	}

	private static Duration start(ClassPath classPath) throws IOException {
		try (RunningApplication application = RunningApplication.start(classPath)) {
			return application.start();
		}
	}

	private static Duration median(List<Duration> times) {
		List<Duration> sorted = times.stream().sorted().toList();
		return sorted.get(times.size() / 2 - 1).plus(sorted.get(times.size() / 2)).dividedBy(2);
	}

}
