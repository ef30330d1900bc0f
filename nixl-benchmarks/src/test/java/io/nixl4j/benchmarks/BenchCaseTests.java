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

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BenchCaseTests {

	@Test
	void everyNameIsReadAsItIsWritten() {
		assertThat(Catalogue.all()).hasSizeGreaterThan(50)
			.allSatisfy((one) -> assertThat(BenchCase.parse(one.name())).isEqualTo(one));
		assertThat(BenchCase.parse("tcp.write.1024KiB").name()).isEqualTo("tcp.write.1MiB");
	}

	@Test
	void everyCaseHasPeersThatAreCasesToo() {
		assertThat(Catalogue.all()).allSatisfy((one) -> assertThat(Catalogue.peers(one)).isNotEmpty()
			.allSatisfy((peer, by) -> assertThat(BenchCase.parse(by.name())).isEqualTo(by)));
	}

	@Test
	void smallTransfersAreMeasuredByTheirTime() {
		assertThat(BenchCase.parse("tcp.write.8B").value(25_000)).isEqualTo(25);
		assertThat(BenchCase.parse("tcp.write.8B").unit()).isEqualTo("us");
		assertThat(BenchCase.parse("tcp.write.1MiB").value(1 << 20)).isEqualTo(8);
		assertThat(BenchCase.parse("tcp.write.1MiB").unit()).isEqualTo("Gbit/s");
	}

	@Test
	void blocksOfAListAreDifferentAndNotAdjacent() {
		Shape shape = Shape.parse("120000x4KiB");
		int[] blocks = shape.blocks(1);
		assertThat(blocks).hasSize(120_000).isNotEqualTo(shape.blocks(2)).isEqualTo(shape.blocks(1));
		int[] sorted = blocks.clone();
		Arrays.sort(sorted);
		assertThat(IntStream.range(1, sorted.length).allMatch((i) -> sorted[i] - sorted[i - 1] >= 2)).isTrue();
		assertThat((sorted[sorted.length - 1] + 1L) * shape.size()).isLessThanOrEqualTo(shape.memory());
	}

	@Test
	void aBurstMovesTheCacheOfItsRequests() {
		assertThat(Shape.parse("burst64").bytes()).isEqualTo(64L * 16 * 16 * 16_384);
		assertThat(Shape.parse("burst64").memory()).isEqualTo(16L * 1_280 * 16_384);
		assertThat(Shape.parse("8of100000x4KiB").bytes()).isEqualTo(32 << 10);
	}

	@Test
	void whatDoesNotFitIsRefused() {
		for (String label : List.of("0B", "2GiB", "65536x16KiB", "burst65", "burst0", "9of8x4KiB", "x4KiB", "")) {
			assertThatIllegalArgumentException().as(label).isThrownBy(() -> Shape.parse(label));
		}
	}

	@Test
	void wordsOfASettingAddUp() {
		Setting setting = Setting.parse("checksum-lanes4-nio-jdk25");
		assertThat(setting.checksum()).isTrue();
		assertThat(setting.nio()).isTrue();
		assertThat(setting.jdk()).isEqualTo(25);
		assertThat(setting.tcp().connectionsPerPeer()).isEqualTo(4);
		assertThat(setting.tcp().checksum()).isTrue();
		assertThat(setting.without("lanes").without("nio").label()).isEqualTo("checksum-jdk25");
		assertThat(Setting.parse("polling2").without("polling").label()).isEqualTo("polling2");
		assertThatIllegalArgumentException().isThrownBy(() -> Setting.parse("lanes65"));
	}

}
