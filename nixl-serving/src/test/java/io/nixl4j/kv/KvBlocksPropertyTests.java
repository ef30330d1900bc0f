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

package io.nixl4j.kv;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.RunCursor;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares the lists that a layout makes with loops over every single number of a cache.
 */
class KvBlocksPropertyTests {

	@Property(edgeCases = EdgeCasesMode.NONE)
	void listsNameTheBytesOfThePlainReference(@ForAll("choices") Choice choice) {
		DescriptorList list = choice.list(choice.local());
		assertThat(bytes(list)).isEqualTo(choice.reference());
		assertThat(list.bytes()).isEqualTo(choice.reference().size());
		assertThat(list.isLocal()).isTrue();
		assertThat(list.distinctRegions()).containsExactly(choice.local().region());
	}

	@Property(edgeCases = EdgeCasesMode.NONE)
	void listsOfAPeerAreThoseOfOurOwnMemory(@ForAll("choices") Choice choice) {
		DescriptorList list = choice.list(choice.remote());
		assertThat(bytes(list)).isEqualTo(choice.reference());
		assertThat(list.isLocal()).isFalse();
		assertThat(list.distinctRegions()).containsExactly(choice.remote().region());
	}

	@Property(edgeCases = EdgeCasesMode.NONE)
	void noSplitHasFewerRuns(@ForAll("choices") Choice choice) {
		DescriptorList list = choice.list(choice.local());
		assertThat(list.runs()).isEqualTo(fewestRuns(starts(list), list.length(0)));
	}

	@Property(edgeCases = EdgeCasesMode.NONE)
	void listsOfTheSameCallMatchWhateverTheBlocksAre(@ForAll("choices") Choice choice) {
		int[] others = IntStream.of(choice.blocks()).map((block) -> choice.count() - 1 - block).toArray();
		Choice elsewhere = new Choice(choice.layout(), choice.count(), others, choice.first(), choice.layers(),
				choice.part());
		RunCursor ours = choice.list(choice.local()).cursor();
		RunCursor theirs = elsewhere.list(choice.remote()).cursor();
		assertThat(ours.remaining()).isEqualTo(theirs.remaining());
		long block = choice.layout().blockBytes();
		while (ours.hasRemaining()) {
			assertThat(ours.offset() % block).isEqualTo(theirs.offset() % block);
			assertThat(ours.offset() / block).isEqualTo(choice.count() - 1 - theirs.offset() / block);
			ours.advance(1);
			theirs.advance(1);
		}
	}

	@Provide
	Arbitrary<Choice> choices() {
		Arbitrary<KvLayout> layouts = Combinators
			.combine(Arbitraries.integers().between(1, 4), Arbitraries.integers().between(1, 3),
					Arbitraries.integers().between(1, 2), Arbitraries.integers().between(1, 3),
					Arbitraries.of(ElementType.class))
			.as(KvLayout::new);
		return layouts.flatMap((layout) -> Arbitraries.integers().between(1, 9).flatMap((count) -> {
			Arbitrary<int[]> blocks = Arbitraries.oneOf(blocks(count), neighbours(count));
			Arbitrary<Integer> firsts = Arbitraries.integers().between(0, layout.layers() - 1);
			return firsts.flatMap((first) -> Combinators
				.combine(blocks, Arbitraries.integers().between(1, layout.layers() - first),
						Arbitraries.of(Wanted.class))
				.as((ids, layers, part) -> new Choice(layout, count, ids, first, layers, part)));
		}));
	}

	private static Arbitrary<int[]> blocks(int count) {
		return Arbitraries.integers().between(0, count - 1).array(int[].class).ofMinSize(1).ofMaxSize(12);
	}

	private static Arbitrary<int[]> neighbours(int count) {
		return Arbitraries.integers()
			.between(0, count - 1)
			.flatMap((from) -> Arbitraries.integers()
				.between(from, count - 1)
				.map((to) -> IntStream.rangeClosed(from, to).toArray()));
	}

	private static List<Long> bytes(DescriptorList list) {
		List<Long> bytes = new ArrayList<>();
		for (int run = 0; run < list.runs(); run++) {
			for (long i = 0; i < list.count(run); i++) {
				for (long at = 0; at < list.length(run); at++) {
					bytes.add(list.start(run) + i * list.stride(run) + at);
				}
			}
		}
		return bytes;
	}

	private static List<Long> starts(DescriptorList list) {
		List<Long> starts = new ArrayList<>();
		for (int run = 0; run < list.runs(); run++) {
			for (long i = 0; i < list.count(run); i++) {
				starts.add(list.start(run) + i * list.stride(run));
			}
		}
		return starts;
	}

	/** By trying every end of every run, not by being greedy. */
	private static int fewestRuns(List<Long> starts, long length) {
		int[] fewest = new int[starts.size() + 1];
		for (int to = 1; to <= starts.size(); to++) {
			fewest[to] = Integer.MAX_VALUE;
			for (int from = 0; from < to; from++) {
				if (isRun(starts.subList(from, to), length)) {
					fewest[to] = Math.min(fewest[to], fewest[from] + 1);
				}
			}
		}
		return fewest[starts.size()];
	}

	private static boolean isRun(List<Long> starts, long length) {
		if (starts.size() == 1) {
			return true;
		}
		long stride = starts.get(1) - starts.get(0);
		return stride >= length
				&& IntStream.range(1, starts.size()).allMatch((i) -> starts.get(i) - starts.get(i - 1) == stride);
	}

	enum Wanted {

		BOTH, KEYS, VALUES

	}

	record Choice(KvLayout layout, int count, int[] blocks, int first, int layers, Wanted part) {

		KvBlocks local() {
			// A rest behind the last block, which belongs to nobody
			return new KvBlocks(this.layout, new TestRegion("kv", this.layout.bytes(this.count) + 1));
		}

		KvBlocks remote() {
			return new KvBlocks(this.layout, new TestRegion.Remote("decode-1", "kv", this.layout.bytes(this.count)));
		}

		DescriptorList list(KvBlocks on) {
			boolean one = this.layers == 1;
			return switch (this.part) {
				case BOTH -> (this.layers == this.layout.layers()) ? on.whole(this.blocks)
						: one ? on.layer(this.first, this.blocks) : on.layers(this.first, this.layers, this.blocks);
				case KEYS -> one ? on.part(this.first, KvPart.KEYS, this.blocks)
						: on.parts(this.first, this.layers, KvPart.KEYS, this.blocks);
				case VALUES -> one ? on.part(this.first, KvPart.VALUES, this.blocks)
						: on.parts(this.first, this.layers, KvPart.VALUES, this.blocks);
			};
		}

		/** Every byte of every number, by walking through the whole cache. */
		List<Long> reference() {
			List<Long> bytes = new ArrayList<>();
			for (int block : this.blocks) {
				bytes.addAll(ofBlock(block));
			}
			return bytes;
		}

		private List<Long> ofBlock(int wanted) {
			List<Long> bytes = new ArrayList<>();
			long at = 0;
			for (int block = 0; block < this.count; block++) {
				for (int layer = 0; layer < this.layout.layers(); layer++) {
					for (String part : List.of("KEYS", "VALUES")) {
						for (int token = 0; token < this.layout.tokensPerBlock(); token++) {
							for (int head = 0; head < this.layout.heads(); head++) {
								for (int i = 0; i < this.layout.headSize() * this.layout.elementType().bytes(); i++) {
									if (block == wanted && isWanted(layer, part)) {
										bytes.add(at);
									}
									at++;
								}
							}
						}
					}
				}
			}
			return bytes;
		}

		private boolean isWanted(int layer, String name) {
			return layer >= this.first && layer < this.first + this.layers
					&& (this.part == Wanted.BOTH || this.part.name().equals(name));
		}

	}

}
