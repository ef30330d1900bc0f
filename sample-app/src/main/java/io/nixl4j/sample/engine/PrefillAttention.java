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
	private static final int TOKENS = 64;

	private final ModelShape shape;

	private final int group;

	private final KvLayer kv;

	private final Workers workers;

	private final Tile[] tiles;

	PrefillAttention(ModelShape shape, KvLayer kv, Workers workers) {
		this.shape = shape;
		this.group = shape.heads() / shape.kvHeads();
		this.kv = kv;
		this.workers = workers;
		this.tiles = new Tile[workers.threads()];
		Arrays.setAll(this.tiles, (i) -> new Tile());
	}

	/**
	 * Attends from n tokens, of which the first is at a position; of each token query and
	 * result are a row with all heads.
	 */
	void run(int layer, Sequence sequence, int position, int n, float[][] query, float[][] attended) {
		this.kv.load(layer, sequence, position + n);
		int tilesPerHead = (n + TOKENS - 1) / TOKENS;
		// The last tokens have most to attend to: first, so that no thread is left with
		// them.
		this.workers.run(tilesPerHead * this.shape.kvHeads(), (part, thread) -> {
			int from = (tilesPerHead - 1 - part / this.shape.kvHeads()) * TOKENS;
			int tokens = Math.min(TOKENS, n - from);
			Tile tile = this.tiles[thread];
			tile.begin(part % this.shape.kvHeads(), position + from, tokens);
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

		private float[] valueRows = new float[0];

		private float[][] scores = new float[0][];

		private int kvHead;

		private int position;

		private int tokens;

		/** Columns: of each head of the group the tokens. */
		private int columns;

		/** Keys that the last of the tokens sees. */
		private int seen;

		void begin(int kvHead, int position, int tokens) {
			this.kvHead = kvHead;
			this.position = position;
			this.tokens = tokens;
			this.columns = PrefillAttention.this.group * tokens;
			this.seen = position + tokens;
			if (this.scores.length < this.seen) {
				int length = this.seen + this.seen / 2;
				this.valueRows = new float[length * this.size];
				this.scores = new float[length][PrefillAttention.this.group * TOKENS];
			}
		}

		void score(float[][] query, int from) {
			KvLayer kv = PrefillAttention.this.kv;
			float scale = (float) (1 / Math.sqrt(this.size));
			for (int i = 0; i < this.size; i++) {
				for (int column = 0; column < this.columns; column++) {
					float[] row = query[from + column % this.tokens];
					this.queries[i][column] = row[at(column) + i] * scale;
				}
			}
			for (int p = 0; p < this.seen; p++) {
				Arrays.fill(this.scores[p], 0, this.columns, 0);
				Kernels.accumulate(this.scores[p], kv.keys(), kv.at(p, this.kvHead * this.size), this.queries,
						this.size, this.columns);
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
			KvLayer kv = PrefillAttention.this.kv;
			for (int p = 0; p < this.seen; p++) {
				int at = kv.at(p, this.kvHead * this.size);
				for (int i = 0; i < this.size; i++) {
					this.valueRows[i * this.seen + p] = kv.values()[at + i];
				}
			}
			for (int i = 0; i < this.size; i++) {
				Arrays.fill(this.results[i], 0, this.columns, 0);
				Kernels.accumulate(this.results[i], this.valueRows, i * this.seen, this.scores, this.seen,
						this.columns);
				for (int column = 0; column < this.columns; column++) {
					float[] row = attended[from + column % this.tokens];
					row[at(column) + i] = this.results[i][column] / this.sums[column];
				}
			}
		}

		/** Where a column's head begins in a token's row. */
		private int at(int column) {
			return (this.kvHead * PrefillAttention.this.group + column / this.tokens) * this.size;
		}

	}

}
