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
package io.nixl4j.fuzz;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Replays all that the fuzzer has ever found. The search for more is
 * {@link FuzzSoakTests}.
 */
class FuzzCorpusTests {

	@ParameterizedTest
	@EnumSource
	void whatWasFoundDoesNoHarm(FuzzTarget target) {
		List<byte[]> inputs = new ArrayList<>(target.seeds());
		inputs.addAll(FuzzCorpus.of(target));
		inputs.forEach(target::run);
		assertThat(inputs.size()).isGreaterThan(20);
	}

}
