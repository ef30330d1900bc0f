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

package io.nixl4j.wire;

import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;

/**
 * A short look for bytes that do harm, the same each time.
 */
class WireFuzzTests {

	@Test
	void anyCutOfAFrameIsReadOrRefused() {
		for (byte[] input : WireSeeds.inputs()) {
			for (int length = 0; length <= input.length; length++) {
				WireFuzzTarget.fuzzerTestOneInput(Arrays.copyOf(input, length));
			}
		}
	}

	@Test
	void anyChangeOfAFrameIsReadOrRefused() {
		Random random = new Random(1);
		for (byte[] input : WireSeeds.inputs()) {
			for (int i = 0; i < 3000; i++) {
				byte[] changed = input.clone();
				for (int change = 0; change <= random.nextInt(4); change++) {
					changed[random.nextInt(changed.length)] = (byte) random.nextInt();
				}
				WireFuzzTarget.fuzzerTestOneInput(changed);
			}
		}
	}

}
