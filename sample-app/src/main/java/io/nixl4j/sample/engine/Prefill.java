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
 * the next, so that each weight is unpacked once and used for all. That makes it a matter
 * of arithmetic, where {@link Decode} is one of memory.
 */
final class Prefill {

	/**
	 * The side of a square of weights that is unpacked at a time: as floats it fits a
	 * second level cache, and is wide enough for an inner loop.
	 */
	private static final int PANEL = 192;

	/** Tokens that a thread takes at a time where there is little to do for each. */
	private static final int TOKENS = 16;

	private final ModelShape shape;

	private final Weights weights;

	private final Rotary rotary;

	private final KvCache cache;

	private final Workers workers;

	private final Scratch[] scratch;

	private final OutputHead head;

	private final PrefillAttention attention;

	private Rows rows;

	Prefill(Model model, KvCache cache, KvLayer kv, Workers workers, Scratch[] scratch, OutputHead head) {
		this.shape = model.shape();
		this.weights = model.weights();
		this.rotary = model.rotary();
		this.cache = cache;
		this.workers = workers;
		this.scratch = scratch;
		this.head = head;
		this.attention = new PrefillAttention(this.shape, kv, workers);
		this.rows = new Rows(this.shape, 0);
	}

	/**
	 * Puts the keys and values of tokens into the pages.
	 * @param position the position of the first of them
	 */
	void run(Sequence sequence, int position, int[] tokens, LayerListener listener) {
		int n = tokens.length;
		if (this.rows.x.length < n) {
			this.rows = new Rows(this.shape, n);
		}
		for (int token = 0; token < n; token++) {
			this.weights.embedding().row(tokens[token], this.scratch[0], this.rows.x[token]);
		}
		for (int layer = 0; layer < this.shape.layers(); layer++) {
			Weights.Layer weights = this.weights.layers().get(layer);
			computeKeysAndValues(layer, weights, sequence, position, n);
			listener.layerDone(layer);
			this.attention.run(layer, sequence, position, n, this.rows.query, this.rows.attended);
			addProduct(weights.attentionOutput(), this.rows.attended, n);
			feedForward(weights, n);
		}
	}

	/** What could come after one of the tokens that were just computed. */
	float[] logits(int token) {
		return this.head.logits(this.rows.x[token]);
	}

	private void computeKeysAndValues(int layer, Weights.Layer weights, Sequence sequence, int position, int n) {
		Rows rows = this.rows;
		forTokens(n, (token) -> weights.attentionNorm().apply(rows.x[token], rows.normed[token]));
		Matrix[] matrices = { weights.query(), weights.key(), weights.value() };
		float[][][] targets = { rows.query, rows.key, rows.value };
		RowParts parts = new RowParts(PANEL, this.workers.threads(), matrices);
		this.workers.run(parts.count(), (part, thread) -> {
			int which = parts.matrix(part);
			clear(targets[which], parts.from(part), parts.to(part), n);
			addProduct(matrices[which], parts.from(part), parts.to(part), rows.normed, targets[which], n, thread);
		});
		forTokens(n, (token) -> {
			this.rotary.rotate(rows.query[token], position + token);
			this.rotary.rotate(rows.key[token], position + token);
			this.cache.write(layer, sequence, position + token, rows.key[token], rows.value[token]);
		});
	}

	private void feedForward(Weights.Layer weights, int n) {
		Rows rows = this.rows;
		forTokens(n, (token) -> weights.feedForwardNorm().apply(rows.x[token], rows.normed[token]));
		RowParts parts = new RowParts(PANEL, this.workers.threads(), weights.gate());
		this.workers.run(parts.count(), (part, thread) -> {
			int from = parts.from(part);
			int to = parts.to(part);
			clear(rows.gate, from, to, n);
			addProduct(weights.gate(), from, to, rows.normed, rows.gate, n, thread);
			clear(rows.up, from, to, n);
			addProduct(weights.up(), from, to, rows.normed, rows.up, n, thread);
			for (int token = 0; token < n; token++) {
				Activation.gate(rows.gate[token], rows.up[token], from, to);
			}
		});
		addProduct(weights.down(), rows.gate, n);
	}

	/** Adds what a part of the layer found to the tokens' vectors. */
	private void addProduct(Matrix matrix, float[][] input, int n) {
		RowParts parts = new RowParts(PANEL, this.workers.threads(), matrix);
		this.workers.run(parts.count(),
				(part, thread) -> addProduct(matrix, parts.from(part), parts.to(part), input, this.rows.x, n, thread));
	}

	/** Adds some rows of a matrix times all tokens' vectors, a panel after the other. */
	private void addProduct(Matrix matrix, int from, int to, float[][] input, float[][] output, int n, int thread) {
		Scratch scratch = this.scratch[thread];
		float[][] panel = scratch.panel(PANEL);
		float[] sums = scratch.sums(PANEL);
		for (int column = 0; column < matrix.columns(); column += PANEL) {
			int columns = Math.min(PANEL, matrix.columns() - column);
			matrix.panel(from, to - from, column, columns, scratch, panel);
			for (int token = 0; token < n; token++) {
				System.arraycopy(output[token], from, sums, 0, to - from);
				Kernels.accumulate(sums, input[token], column, panel, columns, to - from);
				System.arraycopy(sums, 0, output[token], from, to - from);
			}
		}
	}

	private static void clear(float[][] output, int from, int to, int n) {
		for (int token = 0; token < n; token++) {
			Arrays.fill(output[token], from, to, 0);
		}
	}

	private void forTokens(int n, TokenWork work) {
		this.workers.run((n + TOKENS - 1) / TOKENS, (part, thread) -> {
			for (int token = part * TOKENS; token < Math.min(n, (part + 1) * TOKENS); token++) {
				work.run(token);
			}
		});
	}

	private interface TokenWork {

		void run(int token);

	}

	/** The vectors of a chunk of tokens; the first index is the token. */
	private static final class Rows {

		private final float[][] x;

		private final float[][] normed;

		private final float[][] query;

		private final float[][] key;

		private final float[][] value;

		private final float[][] attended;

		private final float[][] gate;

		private final float[][] up;

		Rows(ModelShape shape, int tokens) {
			this.x = new float[tokens][shape.embedding()];
			this.normed = new float[tokens][shape.embedding()];
			this.query = new float[tokens][shape.embedding()];
			this.key = new float[tokens][shape.kvWidth()];
			this.value = new float[tokens][shape.kvWidth()];
			this.attended = new float[tokens][shape.embedding()];
			this.gate = new float[tokens][shape.feedForward()];
			this.up = new float[tokens][shape.feedForward()];
		}

	}

}
