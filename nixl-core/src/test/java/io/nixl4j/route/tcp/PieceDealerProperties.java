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

package io.nixl4j.route.tcp;

import java.time.Duration;
import java.util.Random;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RegionTable;
import io.nixl4j.memory.RunCursor;
import io.nixl4j.route.RemoteGrant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * However many parts ask, and however much each may take, every byte is dealt once, and
 * the runs that come with a piece are those of its bytes.
 */
class PieceDealerProperties {

	private static final int SIZE = 200_000;

	@Property(tries = 200)
	void everyByteIsDealtOnce(@ForAll long seed, @ForAll @IntRange(min = 1, max = 150_000) int bytes,
			@ForAll @IntRange(max = 14) int longest, @ForAll @IntRange(min = 1, max = 5) int parts) {
		Random random = new Random(seed);
		try (RegionTable table = new RegionTable(Duration.ofSeconds(1))) {
			LocalRegion memory = table.allocate(SIZE, RegionOptions.of("memory"));
			RemoteGrant grant = new RemoteGrant("peer", 1, memory.name(), memory.address(), memory.length(),
					memory.type(), 0, memory.permissions());
			DescriptorList list = Patterns.scattered(grant, bytes, 1 << longest, random);
			PieceDealer dealer = new PieceDealer(list.cursor());
			FramePlanner[] planners = new FramePlanner[parts];
			for (int i = 0; i < parts; i++) {
				planners[i] = new FramePlanner();
			}
			for (int round = 0; round < 2; round++) {
				dealer.reset();
				boolean[] dealt = new boolean[bytes];
				while (dealer.hasMore()) {
					int start = (int) dealer.dealt();
					FramePlanner planner = planners[random.nextInt(parts)];
					int most = 1 + random.nextInt(40_000);
					int length = dealer.deal(planner, most);
					assertThat(length).isBetween(1, most);
					for (int i = start; i < start + length; i++) {
						assertThat(dealt[i]).isFalse();
						dealt[i] = true;
					}
					assertRuns(planner.runs(), list.cursor(), start);
				}
				assertThat(dealt).doesNotContain(false);
			}
		}
	}

	private static void assertRuns(RunList runs, RunCursor expected, int start) {
		expected.seek(start);
		for (int run = 0; run < runs.endRun(runs.groups() - 1); run++) {
			for (long i = 0; i < runs.count(run); i++) {
				long at = runs.start(run) + i * runs.stride(run);
				for (long done = 0; done < runs.length(run);) {
					assertThat(at + done).isEqualTo(expected.offset());
					long piece = Math.min(expected.contiguous(), runs.length(run) - done);
					expected.advance(piece);
					done += piece;
				}
			}
		}
	}

}
