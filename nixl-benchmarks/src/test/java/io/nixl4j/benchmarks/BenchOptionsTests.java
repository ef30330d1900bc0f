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

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BenchOptionsTests {

	@Test
	void withoutArgumentsAllCasesRunAtTheSizesOfTheReadme() {
		BenchOptions options = BenchOptions.parse();
		assertThat(options.cases()).containsExactly("tcp.write", "tcp.read");
		assertThat(options.sizes()).containsExactly(16 << 20, 256 << 20);
		assertThat(options.largest()).isEqualTo(256 << 20);
	}

	@Test
	void sizesHaveUnits() {
		assertThat(BenchOptions.parse("tcp.read", "--sizes", "8,4k,1M", "--rounds", "3").sizes()).containsExactly(8,
				4096, 1 << 20);
	}

	@Test
	void whatIsWrongIsNamed() {
		assertThatIllegalArgumentException().isThrownBy(() -> BenchOptions.parse("tcp.fly"))
			.withMessageContaining("tcp.fly");
		assertThatIllegalArgumentException().isThrownBy(() -> BenchOptions.parse("--rounds"));
		assertThatIllegalArgumentException().isThrownBy(() -> BenchOptions.parse("--sizes", "2048M"));
	}

	@Test
	void ratiosArePairedByRound() {
		assertThat(Rounds.ratio(new double[] { 10, 20, 40 }, new double[] { 5, 10, 40 })).isEqualTo(2);
	}

}
