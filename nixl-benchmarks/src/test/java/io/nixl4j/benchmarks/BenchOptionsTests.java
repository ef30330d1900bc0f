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

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BenchOptionsTests {

	@Test
	void withoutArgumentsAllCasesRun() {
		BenchOptions options = BenchOptions.parse();
		assertThat(options.cases()).isEqualTo(Catalogue.all());
		assertThat(options.memory()).isEqualTo(1 << 30);
		assertThat(options.rounds()).isEqualTo(9);
	}

	@Test
	void quickHasTheCasesThatPeopleCompareAndPlainSocketsOnly() {
		BenchOptions options = BenchOptions.parse("--quick", "--json");
		assertThat(options.cases()).extracting(BenchCase::name)
			.containsExactlyInAnyOrder("tcp.write.8B", "tcp.write.1MiB", "tcp.write.16MiB", "tcp.write.256MiB",
					"tcp.read.8B", "tcp.read.1MiB", "tcp.read.16MiB", "tcp.read.256MiB", "tcp.write.8192x16KiB");
		assertThat(options.cases()).allSatisfy((one) -> assertThat(options.peersOf(one)).containsExactly("sockets"));
		assertThat(options.rounds()).isEqualTo(7);
		assertThat(options.json()).isTrue();
	}

	@Test
	void patternsChooseAmongTheCases() {
		assertThat(BenchOptions.parse("tcp.read.*.checksum").cases()).extracting(BenchCase::name)
			.containsExactly("tcp.read.1MiB.checksum", "tcp.read.16MiB.checksum", "tcp.read.256MiB.checksum");
		assertThat(BenchOptions.parse("tcp.write.8?").cases()).extracting(BenchCase::name)
			.containsExactly("tcp.write.8B");
	}

	@Test
	void sizesAndWordsAreForAllCases() {
		assertThat(BenchOptions.parse("tcp.read", "--sizes", "8,4K,1M", "--checksum", "--lanes", "3").cases())
			.extracting(BenchCase::name)
			.containsExactly("tcp.read.8B.checksum-lanes3", "tcp.read.4KiB.checksum-lanes3",
					"tcp.read.1MiB.checksum-lanes3");
	}

	@Test
	void peersCanBeChosen() {
		BenchOptions options = BenchOptions.parse("tcp.write.16MiB", "--peers", "nixl,sockets");
		assertThat(options.peersOf(options.cases().get(0))).containsExactly("sockets", "nixl");
	}

	@Test
	void whatIsWrongIsNamed() {
		for (List<String> args : List.of(List.of("tcp.fly.1MiB"), List.of("udp.write.1MiB"), List.of("--rounds"),
				List.of("--rounds", "0"), List.of("--fast"), List.of("tcp.write", "--sizes", "2048M"),
				List.of("tcp.write.8B.soon"), List.of("--cpus", "all"), List.of("tcp.*.9MiB"))) {
			assertThatIllegalArgumentException().as("%s", args)
				.isThrownBy(() -> BenchOptions.parse(args.toArray(String[]::new)))
				.withMessageContaining(args.get(args.size() - 1));
		}
	}

}
