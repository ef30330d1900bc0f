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

package io.nixl4j.serving;

import java.time.Duration;
import java.util.Random;

import io.nixl4j.route.contract.LateRoute;
import io.nixl4j.route.local.LocalRouteProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ten thousand requests at full scale, cancelled at random moments, with workers that
 * freeze for up to three seconds and bytes that land late.
 */
@Tag("all")
@Tag("soak")
class ServingSoakTests {

	private static final Logger logger = LoggerFactory.getLogger(ServingSoakTests.class);

	private static final int REQUESTS = 10_000;

	@ParameterizedTest
	@EnumSource(KvTransferMode.class)
	void everyRequestEndsTypedAndNoneUsesAnothersBytes(KvTransferMode mode) throws Exception {
		double scale = Double.parseDouble(System.getProperty("nixl.soak.scale", "0.1"));
		try (Load load = new Load(mode, (int) (REQUESTS * scale), 32, 5)) {
			load.start(LateRoute.random(new LocalRouteProvider(), 6, 0.1, Duration.ofMillis(500)));
			load.stall(new Random(7), 0.000_5, Duration.ofSeconds(3));
			long start = System.nanoTime();
			load.run(Duration.ofSeconds(10));
			load.check();
			logger.info("{}: {} requests answered and {} failed typed in {} s", mode, load.answered(), load.failed(),
					(System.nanoTime() - start) / 1_000_000_000);
		}
	}

	@ParameterizedTest
	@EnumSource(KvTransferMode.class)
	void sharedBlocksAreOnlyEverThoseOfTheSameText(KvTransferMode mode) throws Exception {
		double scale = Double.parseDouble(System.getProperty("nixl.soak.scale", "0.1"));
		try (ChatLoad load = new ChatLoad(mode, 8)) {
			long start = System.nanoTime();
			load.run(LateRoute.random(new LocalRouteProvider(), 9, 0.1, Duration.ofMillis(500)),
					(int) (REQUESTS * scale), 24);
			load.check();
			logger.info("{}: {} in {} s", mode, load, (System.nanoTime() - start) / 1_000_000_000);
		}
	}

}
