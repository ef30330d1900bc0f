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

class ResultTests {

	private static final BenchCase WRITE = BenchCase.parse("tcp.write.256MiB");

	@Test
	void aResultIsOneLineOfJson() {
		Result result = new Result(WRITE, "sockets", 1.12, 0.05, 31.2, "Gbit/s", null);
		assertThat(result.json()).isEqualTo("{\"case\":\"tcp.write.256MiB\",\"peer\":\"sockets\",\"ratio\":1.120,"
				+ "\"noise\":0.050,\"value\":31.200,\"unit\":\"Gbit/s\"}");
	}

	@Test
	void anAbsentPeerSaysWhy() {
		assertThat(Result.absent(WRITE, "nixl", "no \"wheel\"\n\\").json())
			.isEqualTo("{\"case\":\"tcp.write.256MiB\",\"peer\":\"nixl\",\"ratio\":null,"
					+ "\"why\":\"no \\\"wheel\\\"\\u000a\\\\\"}");
	}

	@Test
	void aMarginWithinTheNoiseDecidesNothing() {
		assertThat(result(1.04, 0.05).verdict()).isEqualTo("undecided");
		assertThat(result(0.96, 0.05).verdict()).isEqualTo("undecided");
		assertThat(result(1.06, 0.05).verdict()).isEqualTo("faster");
		assertThat(result(0.94, 0.05).verdict()).isEqualTo("slower");
	}

	@Test
	void thePeersFigureFollowsFromTheRatio() {
		assertThat(result(2, 0).peerValue()).isEqualTo(15);
		assertThat(new Result(BenchCase.parse("tcp.read.8B"), "sockets", 2, 0, 30, "us", null).peerValue())
			.isEqualTo(60);
	}

	@Test
	void theTableHasARowForEach() {
		String table = Table.markdown(List.of(result(2, 0.1), Result.absent(WRITE, "grpc", "a|b")));
		assertThat(table.lines()).hasSize(4)
			.contains("| tcp.write.256MiB | sockets | 30.0 | 15.0 | Gbit/s | 2.00 | 0.10 | faster |",
					"| tcp.write.256MiB | grpc | | | | | | not measured: a/b |");
	}

	@Test
	void theBestNumberOfConnectionsIsNamedWhereThereIsAChoice() {
		assertThat(Table.bestLanes(List.of(lanes(1, 10), lanes(2, 30), lanes(4, 20))))
			.isEqualTo(String.format("bench: read 16MiB is fastest with 2 connections: 30.000 Gbit/s%n"));
		assertThat(Table.bestLanes(List.of(lanes(1, 10), result(2, 0.1)))).isEmpty();
	}

	private static Result lanes(int lanes, double value) {
		return new Result(BenchCase.parse("tcp.read.16MiB.lanes" + lanes), "iperf3", 1, 0, value, "Gbit/s", null);
	}

	private static Result result(double ratio, double noise) {
		return new Result(WRITE, "sockets", ratio, noise, 30, "Gbit/s", null);
	}

}
