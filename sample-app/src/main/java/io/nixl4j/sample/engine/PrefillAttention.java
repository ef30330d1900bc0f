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

import java.util.Arrays;

/**
 * Attention of many tokens at once, each to all before it and to itself. A part of the
 * work is one KV head and some successive tokens. The queries of these tokens, of all
 * heads that share the KV head, are the columns of a table, so that the two products are
 * those of {@link Kernels#accumulate}: scores are keys times queries, results are values
 * times scores.
 */
final class PrefillAttention {

	/** Tokens of a part. */
	private static final int TOKENS = 32;

	private final ModelShape shape;

	private final int group;

	private final KvCache cache;

	private final Workers workers;

	private final Tile[] tiles;

	PrefillAttention(ModelShape shape, KvCache cache, Workers workers) {
		this.shape = shape;
		this.group = shape.heads() / shape.kvHeads();
		this.cache = cache;
		this.workers = workers;
		this.tiles = new Tile[workers.threads()];
		Arrays.setAll(this.tiles, (i) -> new Tile());
	}

	/**
	 * Attends from n tokens, of which the first is at a position; query and result have
	 * heads as rows and tokens as columns.
	 */
	void run(int layer, Sequence sequence, int position, int n, float[][] query, float[][] attended) {
		int tilesPerHead = (n + TOKENS - 1) / TOKENS;
		// The last tokens have most to attend to: first, so that no thread is left with them.
		this.workers.run(tilesPerHead * this.shape.kvHeads(), (part, thread) -> {
			int from = (tilesPerHead - 1 - part / this.shape.kvHeads()) * TOKENS;
			int tokens = Math.min(TOKENS, n - from);
			Tile tile = this.tiles[thread];
			tile.begin(layer, sequence, part % this.shape.kvHeads(), position + from, tokens);
			tile.score(query, from);
			tile.softmax();
			tile.mix(attended, from);
		});
	}

	/** The arrays of one thread. */
	private final class Tile {

		private final int size = PrefillAttention.this.shape.headSize();

		private final float[][] queries = new float[this.size][PrefillAttention.this.group * TOKENS];

		private final float[][] results = new float[this.size][PrefillAttention.this.group * TOKENS];

		private final float[] largest = new float[PrefillAttention.this.group * TOKENS];

		private final float[] sums = new float[PrefillAttention.this.group * TOKENS];

		private float[] keys = new float[0];

		private float[] values = new float[0];

		private float[] valueRows = new float[0];

		private float[][] scores = new float[0][];

		private int kvHead;

		private int position;

		private int tokens;

		/** Columns: of each head of the group the tokens. */
		private int columns;

		/** Keys that the last of the tokens sees. */
		private int seen;

		void begin(int layer, Sequence sequence, int kvHead, int position, int tokens) {
			this.kvHead = kvHead;
			this.position = position;
			this.tokens = tokens;
			this.columns = PrefillAttention.this.group * tokens;
			this.seen = position + tokens;
			if (this.scores.length < this.seen) {
				int length = this.seen + this.seen / 2;
				this.keys = new float[length * this.size];
				this.values = new float[length * this.size];
				this.valueRows = new float[length * this.size];
				this.scores = new float[length][PrefillAttention.this.group * TOKENS];
			}
			PrefillAttention.this.cache.readKeys(layer, sequence, kvHead, this.seen, this.keys);
			PrefillAttention.this.cache.readValues(layer, sequence, kvHead, this.seen, this.values);
		}

		void score(float[][] query, int from) {
			float scale = (float) (1 / Math.sqrt(this.size));
			for (int i = 0; i < this.size; i++) {
				for (int head = 0; head < PrefillAttention.this.group; head++) {
					float[] row = query[(this.kvHead * PrefillAttention.this.group + head) * this.size + i];
					for (int token = 0; token < this.tokens; token++) {
						this.queries[i][head * this.tokens + token] = row[from + token] * scale;
					}
				}
			}
			for (int p = 0; p < this.seen; p++) {
				Arrays.fill(this.scores[p], 0, this.columns, 0);
				Kernels.accumulate(this.scores[p], this.keys, p * this.size, this.queries, this.size, this.columns);
			}
			// A token does not see those after it.
			for (int p = this.position + 1; p < this.seen; p++) {
				for (int head = 0; head < PrefillAttention.this.group; head++) {
					int start = head * this.tokens;
					Arrays.fill(this.scores[p], start, start + p - this.position, Float.NEGATIVE_INFINITY);
				}
			}
		}

		/** Down each column; the division by the sum is left for the results. */
		void softmax() {
			Arrays.fill(this.largest, 0, this.columns, Float.NEGATIVE_INFINITY);
			Arrays.fill(this.sums, 0, this.columns, 0);
			for (int p = 0; p < this.seen; p++) {
				Activation.largest(this.scores[p], this.largest, this.columns);
			}
			for (int p = 0; p < this.seen; p++) {
				Activation.exp(this.scores[p], this.largest, this.sums, this.columns);
			}
		}

		void mix(float[][] attended, int from) {
			for (int p = 0; p < this.seen; p++) {
				for (int i = 0; i < this.size; i++) {
					this.valueRows[i * this.seen + p] = this.values[p * this.size + i];
				}
			}
			for (int i = 0; i < this.size; i++) {
				Arrays.fill(this.results[i], 0, this.columns, 0);
				Kernels.accumulate(this.results[i], this.valueRows, i * this.seen, this.scores, this.seen,
						this.columns);
				for (int head = 0; head < PrefillAttention.this.group; head++) {
					float[] row = attended[(this.kvHead * PrefillAttention.this.group + head) * this.size + i];
					for (int token = 0; token < this.tokens; token++) {
						int column = head * this.tokens + token;
						row[from + token] = this.results[i][column] / this.sums[column];
					}
				}
			}
		}

	}

}
