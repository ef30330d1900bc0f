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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many requests at once that are cancelled, late and repeated, over a route whose bytes
 * land long after the failure: no request uses another's bytes, and everything comes
 * back.
 */
class LateServingTests {

	@ParameterizedTest
	@EnumSource(KvTransferMode.class)
	void noRequestUsesAnothersBytes(KvTransferMode mode) throws Exception {
		try (Load load = new Load(mode, 300, 24, 1)) {
			load.start(LateRoute.random(new LocalRouteProvider(), 1, 0.2, Duration.ofMillis(200)));
			load.stall(new Random(2), 0.005, Duration.ofMillis(300));
			load.run(Duration.ofSeconds(10));
			load.check();
		}
	}

	@ParameterizedTest
	@EnumSource(KvTransferMode.class)
	void lateBytesOfOneAttemptAreNotThoseOfTheNext(KvTransferMode mode) throws Exception {
		try (Load load = new Load(mode, 100, 8, 3)) {
			load.start(LateRoute.random(LateRoute.Lateness.SILENT, new LocalRouteProvider(), 3, 0.3,
					Duration.ofSeconds(1)));
			load.run(Duration.ofMillis(500));
			load.check();
		}
	}

	@ParameterizedTest
	@EnumSource(KvTransferMode.class)
	void sharedBlocksAreOnlyEverThoseOfTheSameText(KvTransferMode mode) throws Exception {
		try (ChatLoad load = new ChatLoad(mode, 4)) {
			load.run(LateRoute.random(new LocalRouteProvider(), 5, 0.1, Duration.ofMillis(200)), 300, 16);
			load.check();
		}
	}

}
