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
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import io.nixl4j.memory.NixlBackendException;
import io.nixl4j.memory.NixlError;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Moves sequences between random pairs of layouts, and compares every byte of the
 * target's memory with loops over every byte of both caches.
 */
class KvMappingPropertyTests {

	@Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
	void aPairMovesTheBytesOfThePlainReference(@ForAll("pairs") Pair pair) {
		PlainCache source = pair.cache("source", pair.from(), pair.sourceCount(), pair.sourceRegions(), 1);
		PlainCache target = pair.cache("target", pair.to(), pair.targetCount(), pair.targetRegions(), 2);
		Random random = new Random(pair.seed());
		source.memory().forEach(random::nextBytes);
		target.memory().forEach(random::nextBytes);
		List<byte[]> expected = pair.reference(source, target);
		KvMapping mapping = new KvMapping(source.blocks(), target.blocks());
		KvLists lists = mapping.lists(pair.sourceTable(), pair.targetTable(), pair.range());
		assertThat(lists.source().bytes()).isEqualTo(lists.target().bytes()).isEqualTo(lists.bytes());
		source.copy(lists.source(), target, lists.target());
		for (int region = 0; region < expected.size(); region++) {
			assertThat(target.memory().get(region)).isEqualTo(expected.get(region));
		}
	}

	@Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
	void noListNamesAByteTwiceOrHasMorePiecesThanHeads(@ForAll("pairs") Pair pair) {
		PlainCache source = pair.cache("source", pair.from(), pair.sourceCount(), pair.sourceRegions(), 0);
		PlainCache target = pair.cache("target", pair.to(), pair.targetCount(), pair.targetRegions(), 0);
		KvLists lists = new KvMapping(source.blocks(), target.blocks()).lists(pair.sourceTable(), pair.targetTable(),
				pair.range());
		assertThat(target.bytes(lists.target())).doesNotHaveDuplicates();
		long most = pair.naivePieces();
		assertThat(lists.source().size()).isLessThanOrEqualTo(most);
		assertThat(lists.target().size()).isLessThanOrEqualTo(most);
	}

	@Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
	void listsOfOneEndNameItsBlocksInItsOwnOrder(@ForAll("pairs") Pair pair) {
		PlainCache cache = pair.cache("kv", pair.from(), pair.sourceCount(), pair.sourceRegions(), 3);
		List<KvPart> parts = pair.from().parts();
		int last = parts.size() - 1;
		KvRange range = pair.range();
		int[] blocks = IntStream.of(pair.sourceTable()).distinct().sorted().toArray();
		List<PlainCache.Where> layers = new ArrayList<>();
		List<PlainCache.Where> part = new ArrayList<>();
		cache.forEachByte((place, region, offset) -> {
			if (Arrays.binarySearch(blocks, place.block()) >= 0 && place.layer() >= range.firstLayer()
					&& place.layer() < range.firstLayer() + range.layers()) {
				layers.add(new PlainCache.Where(region, offset));
				if (place.part() == last) {
					part.add(new PlainCache.Where(region, offset));
				}
			}
		});
		assertThat(cache.bytes(cache.blocks().layers(range.firstLayer(), range.layers(), blocks))).isEqualTo(layers);
		assertThat(cache.bytes(cache.blocks().parts(range.firstLayer(), range.layers(), parts.get(last), blocks)))
			.isEqualTo(part);
	}

	@Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
	void offsetsAreThoseOfThePlainReference(@ForAll("pairs") Pair pair) {
		PlainCache cache = pair.cache("kv", pair.from(), pair.sourceCount(), pair.sourceRegions(), 0);
		cache.forEachByte((place, region, offset) -> {
			if (place.index() == 0) {
				assertThat(cache.blocks()
					.offset(place.block(), place.layer(), pair.from().parts().get(place.part()), place.token(),
							place.head() - pair.from().firstHead()))
					.isEqualTo(offset);
				assertThat(cache.blocks().region(place.layer(), place.part()))
					.isEqualTo(cache.blocks().regions().get(region));
			}
		});
	}

	@Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
	void whatWouldNeedArithmeticIsRefused(@ForAll("pairs") Pair pair, @ForAll Difference difference) {
		Assume.that(difference != Difference.HEADS || pair.to().content() != KvContent.LATENT);
		KvLayout other = difference.of(pair.to());
		assertThatExceptionOfType(NixlBackendException.class).isThrownBy(() -> KvMapping.check(pair.from(), other))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.UNSUPPORTED))
			.withMessageContaining(difference.why);
	}

	@Provide
	Arbitrary<Pair> pairs() {
		return Combinators
			.combine(layouts(), orders(), orders(), Arbitraries.integers().between(1, 6),
					Arbitraries.integers().between(1, 6), Arbitraries.longs())
			.as(Pair::random);
	}

	private static Arbitrary<KvLayout> layouts() {
		Arbitrary<Integer> layers = Arbitraries.integers().between(1, 4);
		Arbitrary<KvLayout> keysAndValues = Combinators
			.combine(layers, Arbitraries.integers().between(1, 4), Arbitraries.integers().between(1, 3),
					Arbitraries.of(ElementType.class))
			.as((depth, heads, headSize, type) -> new KvLayout(depth, 1, heads, headSize, type));
		Arbitrary<KvLayout> latents = Combinators
			.combine(layers, Arbitraries.integers().between(1, 5), Arbitraries.of(ElementType.class))
			.as((depth, size, type) -> KvLayout.latent(depth, 1, size, type));
		return Arbitraries.frequencyOf(Tuple.of(3, keysAndValues), Tuple.of(1, latents));
	}

	private static Arbitrary<KvOrder> orders() {
		Arbitrary<KvOrder> any = Arbitraries.shuffle(KvAxis.values())
			.filter((axes) -> axes.indexOf(KvAxis.BLOCK) < axes.indexOf(KvAxis.TOKEN))
			.map(KvOrder::new);
		return Arbitraries.oneOf(any, Arbitraries.of(KvOrder.BLOCK_MAJOR, KvOrder.LAYER_MAJOR,
				KvOrder.BLOCK_MAJOR.headsAndTokensSwapped(), KvOrder.LAYER_MAJOR.headsAndTokensSwapped()));
	}

	enum Difference {

		LAYERS("numbers of layers"), HEADS("numbers of heads"), SIZE("different sizes"), TYPE("converted"),
		CONTENT("different things");

		private final String why;

		Difference(String why) {
			this.why = why;
		}

		KvLayout of(KvLayout like) {
			boolean latent = like.content() == KvContent.LATENT;
			ElementType type = (like.elementType() == ElementType.BF16) ? ElementType.F16 : ElementType.BF16;
			return switch (this) {
				case LAYERS -> new KvLayout(like.layers() + 1, like.tokensPerBlock(), like.heads(), like.headSize(),
						like.elementType(), like.content(), like.firstHead(), like.modelHeads(), like.order());
				case HEADS -> new KvLayout(like.layers(), like.tokensPerBlock(), like.heads(), like.headSize(),
						like.elementType(), like.content(), like.firstHead(), like.modelHeads() + 1, like.order());
				case SIZE -> new KvLayout(like.layers(), like.tokensPerBlock(), like.heads(), like.headSize() + 1,
						like.elementType(), like.content(), like.firstHead(), like.modelHeads(), like.order());
				case TYPE -> new KvLayout(like.layers(), like.tokensPerBlock(), like.heads(), like.headSize(), type,
						like.content(), like.firstHead(), like.modelHeads(), like.order());
				case CONTENT -> new KvLayout(like.layers(), like.tokensPerBlock(), 1, like.headSize(),
						like.elementType(), latent ? KvContent.KEYS_AND_VALUES : KvContent.LATENT, 0, 1, like.order());
			};
		}

	}

	/** A sequence at two ends. */
	record Pair(KvLayout from, KvLayout to, int sourceCount, int targetCount, int sourceRegions, int targetRegions,
			int[] sourceTable, int[] targetTable, KvRange range, long seed) {

		static Pair random(KvLayout model, KvOrder sourceOrder, KvOrder targetOrder, int sourceSize, int targetSize,
				long seed) {
			Random random = new Random(seed);
			KvLayout from = end(model, sourceOrder, sourceSize, random);
			KvLayout to = end(model, targetOrder, targetSize, random);
			if (!KvMapping.haveCommonHeads(from, to)) {
				to = to.withHeads(from.firstHead(), 1);
			}
			int tokens = 1 + random.nextInt(24);
			int[] sourceTable = table(tokens, sourceSize, random);
			int[] targetTable = table(tokens, targetSize, random);
			int firstToken = random.nextInt(tokens);
			int firstLayer = random.nextInt(model.layers());
			KvRange range = new KvRange(firstLayer, 1 + random.nextInt(model.layers() - firstLayer), firstToken,
					1 + random.nextInt(tokens - firstToken));
			return new Pair(from, to, sourceTable.length + 2, targetTable.length + 2, regions(from, random),
					regions(to, random), sourceTable, targetTable, range, seed);
		}

		private static KvLayout end(KvLayout model, KvOrder order, int size, Random random) {
			int first = random.nextBoolean() ? 0 : random.nextInt(model.heads());
			int heads = random.nextBoolean() ? model.heads() - first : 1 + random.nextInt(model.heads() - first);
			return model.withOrder(order).withTokensPerBlock(size).withHeads(first, heads);
		}

		/** Each block once, partly in the order of the memory. */
		private static int[] table(int tokens, int size, Random random) {
			int entries = (tokens + size - 1) / size + random.nextInt(2);
			List<Integer> blocks = new ArrayList<>(IntStream.range(0, entries + 2).boxed().toList());
			if (random.nextBoolean()) {
				Collections.shuffle(blocks, random);
			}
			else {
				Collections.rotate(blocks, random.nextInt(blocks.size()));
			}
			return blocks.stream().limit(entries).mapToInt(Integer::intValue).toArray();
		}

		private static int regions(KvLayout layout, Random random) {
			List<Integer> choices = new ArrayList<>(List.of(1));
			int product = 1;
			for (KvAxis axis : layout.order().axes()) {
				if (axis != KvAxis.LAYER && axis != KvAxis.PART) {
					break;
				}
				product *= layout.extent(axis);
				choices.add(product);
			}
			return choices.get(random.nextInt(choices.size()));
		}

		PlainCache cache(String name, KvLayout layout, int count, int regions, int rest) {
			return new PlainCache(name, layout, count, regions, rest);
		}

		/** What the target's memory must be afterwards. */
		List<byte[]> reference(PlainCache source, PlainCache target) {
			Map<PlainCache.Place, Byte> numbers = new HashMap<>();
			source.forEachByte((place, region, offset) -> {
				long token = token(this.sourceTable, this.from, place);
				if (isMeant(place, token)) {
					numbers.put(ofSequence(place, token), source.memory().get(region)[offset]);
				}
			});
			List<byte[]> expected = target.memory().stream().map(byte[]::clone).toList();
			target.forEachByte((place, region, offset) -> {
				Byte number = numbers.get(ofSequence(place, token(this.targetTable, this.to, place)));
				if (number != null) {
					expected.get(region)[offset] = number;
				}
			});
			return expected;
		}

		private static PlainCache.Place ofSequence(PlainCache.Place place, long token) {
			return new PlainCache.Place(0, place.layer(), place.part(), (int) token, place.head(), place.index());
		}

		private static long token(int[] table, KvLayout layout, PlainCache.Place place) {
			for (int i = 0; i < table.length; i++) {
				if (table[i] == place.block()) {
					return (long) i * layout.tokensPerBlock() + place.token();
				}
			}
			return -1;
		}

		private boolean isMeant(PlainCache.Place place, long token) {
			return place.layer() >= this.range.firstLayer()
					&& place.layer() < this.range.firstLayer() + this.range.layers() && token >= this.range.firstToken()
					&& token < this.range.firstToken() + this.range.tokens();
		}

		/** One for each head of each token. */
		long naivePieces() {
			long heads = IntStream.range(0, this.from.modelHeads())
				.filter((head) -> holds(this.from, head) && holds(this.to, head))
				.count();
			return heads * this.range.tokens() * this.range.layers() * this.from.parts().size();
		}

		private static boolean holds(KvLayout layout, int head) {
			return head >= layout.firstHead() && head < layout.firstHead() + layout.heads();
		}

	}

}
