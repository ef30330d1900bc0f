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

package io.nixl4j.sample.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

import io.nixl4j.sample.engine.Kernels.Vectors;

/**
 * Attention of tokens to all before them in their sequence and to themselves: of each
 * head, how much the query asks for each key, made a distribution by softmax, and the
 * values' mean by it. Both products are those of {@link Kernels#accumulate}: scores are
 * keys times queries, results are values times scores. A part of the work is one head and
 * some successive tokens.
 */
final class Attention {

	/** Tokens of a part. */
	private static final int TOKENS = 32;

	/** Blocks that a thread copies at a time. */
	private static final int BLOCKS = 4;

	private final ModelShape shape;

	private final KvCache cache;

	private final Workers workers;

	private final Scratch[] scratch;

	/** One for each sequence of a batch. */
	private final List<KvLayer> layers = new ArrayList<>();

	Attention(ModelShape shape, KvCache cache, Workers workers, Scratch[] scratch) {
		this.shape = shape;
		this.cache = cache;
		this.workers = workers;
		this.scratch = scratch;
	}

	/** How the work for a batch is shared out, the same for all layers. */
	Plan plan(Batch batch) {
		List<Load> loads = new ArrayList<>();
		List<Tile> tiles = new ArrayList<>();
		int perBlock = this.cache.tokensPerBlock();
		for (int span = 0; span < batch.spans().size(); span++) {
			int blocks = (batch.spans().get(span).positions() + perBlock - 1) / perBlock;
			for (int block = 0; block < blocks; block += BLOCKS) {
				loads.add(new Load(span, block, Math.min(block + BLOCKS, blocks)));
			}
			int count = batch.spans().get(span).count();
			for (int from = 0; from < count; from += TOKENS) {
				for (int head = 0; head < this.shape.heads(); head++) {
					tiles.add(new Tile(span, from, Math.min(TOKENS, count - from), head));
				}
			}
		}
		// The last tokens have most to attend to: first, so that no thread is left with
		// them.
		tiles.sort(Comparator.comparingInt((tile) -> -tile.from()));
		return new Plan(batch, loads, tiles);
	}

	/** Attends; of each token query and result are a row with all heads. */
	void run(int layer, Plan plan, float[][] query, float[][] attended) {
		List<Batch.Span> spans = plan.batch().spans();
		while (this.layers.size() < spans.size()) {
			this.layers.add(new KvLayer(this.shape, this.cache));
		}
		for (int i = 0; i < spans.size(); i++) {
			this.layers.get(i).reserve(spans.get(i).positions());
		}
		this.workers.run(plan.loads().size(), (part, thread) -> {
			Load load = plan.loads().get(part);
			Batch.Span span = spans.get(load.span());
			for (int block = load.from(); block < load.to(); block++) {
				this.layers.get(load.span())
					.load(layer, span.sequence(), block, span.positions(), this.scratch[thread]);
			}
		});
		this.workers.run(plan.tiles().size(), (part, thread) -> {
			Tile tile = plan.tiles().get(part);
			attend(tile, spans.get(tile.span()), query, attended, this.scratch[thread]);
		});
	}

	private void attend(Tile tile, Batch.Span span, float[][] query, float[][] attended, Scratch scratch) {
		KvLayer kv = this.layers.get(tile.span());
		int size = this.shape.headSize();
		int at = tile.head() * size;
		int kvAt = tile.head() / (this.shape.heads() / this.shape.kvHeads()) * size;
		int first = span.first() + tile.from();
		int position = span.position() + tile.from();
		int seen = position + tile.count();
		float[][] scores = scratch.scores(TOKENS, KvLayer.roundUp(seen));
		for (int i = 0; i < tile.count(); i++) {
			Arrays.fill(scores[i], 0, KvLayer.roundUp(seen), 0);
			Arrays.fill(attended[first + i], at, at + size, 0);
		}
		scratch.kernels()
			.accumulate(kv.keys(kvAt, size, seen), new Vectors(query, first, at), new Vectors(scores, 0, 0),
					tile.count());
		float scale = (float) (1 / Math.sqrt(size));
		float[] sums = new float[tile.count()];
		for (int i = 0; i < tile.count(); i++) {
			int visible = position + i + 1;
			sums[i] = scratch.kernels().exponentials(scores[i], visible, scale);
			// A token does not see those after it.
			Arrays.fill(scores[i], visible, seen, 0);
		}
		scratch.kernels()
			.accumulate(kv.values(kvAt, size, seen), new Vectors(scores, 0, 0), new Vectors(attended, first, at),
					tile.count());
		for (int i = 0; i < tile.count(); i++) {
			for (int j = at; j < at + size; j++) {
				attended[first + i][j] /= sums[i];
			}
		}
	}

	/** The parts of the work: blocks to copy first, then heads and tokens to compute. */
	record Plan(Batch batch, List<Load> loads, List<Tile> tiles) {

	}

	/** Some blocks of a sequence. */
	private record Load(int span, int from, int to) {

	}

	/** Some tokens of a sequence, and a head. */
	private record Tile(int span, int from, int count, int head) {

	}

}
