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
 * The forward pass for many tokens at once: each layer is computed for all of them before
 * the next, so each weight is read once and used for all. Vectors of tokens are columns
 * here: {@code x[i][token]}.
 */
final class Prefill {

	/** Rows that a thread takes at a time. */
	private static final int ROWS = 16;

	private final ModelShape shape;

	private final Weights weights;

	private final Rotary rotary;

	private final KvCache cache;

	private final Workers workers;

	private final Scratch[] scratch;

	private final OutputHead head;

	private final PrefillAttention attention;

	private Columns columns;

	Prefill(Model model, KvCache cache, Workers workers, Scratch[] scratch, OutputHead head) {
		this.shape = model.shape();
		this.weights = model.weights();
		this.rotary = model.rotary();
		this.cache = cache;
		this.workers = workers;
		this.scratch = scratch;
		this.head = head;
		this.attention = new PrefillAttention(this.shape, cache, workers);
		this.columns = new Columns(this.shape, 0);
	}

	/**
	 * Puts the keys and values of tokens into the pages.
	 * @param position the position of the first of them
	 */
	void run(Sequence sequence, int position, int[] tokens, LayerListener listener) {
		int n = tokens.length;
		if (this.columns.capacity < n) {
			this.columns = new Columns(this.shape, n);
		}
		embed(tokens);
		for (int layer = 0; layer < this.shape.layers(); layer++) {
			Weights.Layer weights = this.weights.layers().get(layer);
			computeKeysAndValues(weights, position, n);
			store(layer, sequence, position, n);
			listener.layerDone(layer);
			this.attention.run(layer, sequence, position, n, this.columns.query, this.columns.attended);
			addProduct(weights.attentionOutput(), this.columns.attended, n);
			feedForward(weights, n);
		}
	}

	/** What could come after one of the tokens that were just computed. */
	float[] logits(int token) {
		float[] x = new float[this.shape.embedding()];
		for (int i = 0; i < x.length; i++) {
			x[i] = this.columns.x[i][token];
		}
		return this.head.logits(x);
	}

	private void embed(int[] tokens) {
		float[] row = new float[this.shape.embedding()];
		for (int token = 0; token < tokens.length; token++) {
			this.weights.embedding().row(tokens[token], this.scratch[0], row);
			for (int i = 0; i < row.length; i++) {
				this.columns.x[i][token] = row[i];
			}
		}
	}

	private void computeKeysAndValues(Weights.Layer weights, int position, int n) {
		Columns columns = this.columns;
		weights.attentionNorm().apply(columns.x, columns.normed, columns.scales, n);
		Matrix[] matrices = { weights.query(), weights.key(), weights.value() };
		float[][][] targets = { columns.query, columns.key, columns.value };
		RowParts parts = new RowParts(ROWS, matrices);
		this.workers.run(parts.count(), (part, thread) -> {
			int which = parts.matrix(part);
			for (int row = parts.from(part); row < parts.to(part); row++) {
				Arrays.fill(targets[which][row], 0, n, 0);
				accumulate(matrices[which], row, columns.normed, targets[which][row], n, thread);
			}
		});
		for (int head = 0; head < this.shape.heads(); head++) {
			this.rotary.rotate(columns.query, head * this.shape.headSize(), position, n);
		}
		for (int head = 0; head < this.shape.kvHeads(); head++) {
			this.rotary.rotate(columns.key, head * this.shape.headSize(), position, n);
		}
	}

	/** Block by block, since a block's tokens lie together in the pages. */
	private void store(int layer, Sequence sequence, int position, int n) {
		int perBlock = this.cache.tokensPerBlock();
		int width = this.shape.kvWidth();
		int firstBlock = position / perBlock;
		int blocks = (position + n - 1) / perBlock - firstBlock + 1;
		this.workers.run(blocks, (part, thread) -> {
			int from = Math.max(position, (firstBlock + part) * perBlock) - position;
			int to = Math.min(position + n, (firstBlock + part + 1) * perBlock) - position;
			float[] keys = this.scratch[thread].keys(perBlock * width);
			float[] values = this.scratch[thread].values(perBlock * width);
			for (int i = 0; i < width; i++) {
				float[] key = this.columns.key[i];
				float[] value = this.columns.value[i];
				for (int token = from; token < to; token++) {
					keys[(token - from) * width + i] = key[token];
					values[(token - from) * width + i] = value[token];
				}
			}
			this.cache.write(layer, sequence, position + from, to - from, keys, values);
		});
	}

	private void feedForward(Weights.Layer weights, int n) {
		Columns columns = this.columns;
		weights.feedForwardNorm().apply(columns.x, columns.normed, columns.scales, n);
		RowParts parts = new RowParts(ROWS, weights.gate());
		this.workers.run(parts.count(), (part, thread) -> {
			float[] up = this.scratch[thread].values(n);
			for (int row = parts.from(part); row < parts.to(part); row++) {
				float[] gate = columns.gate[row];
				Arrays.fill(gate, 0, n, 0);
				Arrays.fill(up, 0, n, 0);
				accumulate(weights.gate(), row, columns.normed, gate, n, thread);
				accumulate(weights.up(), row, columns.normed, up, n, thread);
				Activation.gate(gate, up, 0, n);
			}
		});
		addProduct(weights.down(), columns.gate, n);
	}

	/** Adds what a part of the layer found to the tokens' vectors. */
	private void addProduct(Matrix matrix, float[][] input, int n) {
		RowParts parts = new RowParts(ROWS, matrix);
		this.workers.run(parts.count(), (part, thread) -> {
			for (int row = parts.from(part); row < parts.to(part); row++) {
				accumulate(matrix, row, input, this.columns.x[row], n, thread);
			}
		});
	}

	/** Adds a row of a matrix times all columns. */
	private void accumulate(Matrix matrix, int row, float[][] input, float[] target, int n, int thread) {
		float[] unpacked = this.scratch[thread].row(matrix.columns());
		matrix.row(row, this.scratch[thread], unpacked);
		Kernels.accumulate(target, unpacked, 0, input, matrix.columns(), n);
	}

	/** The arrays of a chunk of tokens; of each the second index is the token. */
	private static final class Columns {

		private final int capacity;

		private final float[][] x;

		private final float[][] normed;

		private final float[][] query;

		private final float[][] key;

		private final float[][] value;

		private final float[][] attended;

		private final float[][] gate;

		private final float[] scales;

		Columns(ModelShape shape, int capacity) {
			this.capacity = capacity;
			this.x = new float[shape.embedding()][capacity];
			this.normed = new float[shape.embedding()][capacity];
			this.query = new float[shape.embedding()][capacity];
			this.key = new float[shape.kvWidth()][capacity];
			this.value = new float[shape.kvWidth()][capacity];
			this.attended = new float[shape.embedding()][capacity];
			this.gate = new float[shape.feedForward()][capacity];
			this.scales = new float[capacity];
		}

	}

}
