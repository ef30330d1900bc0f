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

import java.util.List;

/**
 * The forward pass: each layer is computed for all tokens of a batch before the next, so
 * that each weight is unpacked once and used for all. For a prompt that makes it a matter
 * of arithmetic; for few tokens it is one of going once through all weights, which is why
 * several sequences cost little more than one.
 *
 * <p>
 * A pass is {@link #begin}, for each layer {@link #keysAndValues} and {@link #rest}, and
 * {@link #logits}. Between these calls other passes may use the same threads.
 */
final class Forward {

	/** Tokens that a thread takes at a time where there is little to do for each. */
	private static final int TOKENS = 16;

	private final ModelShape shape;

	private final Weights weights;

	private final Rotary rotary;

	private final KvCache cache;

	private final Workers workers;

	private final Scratch[] scratch;

	private final Attention attention;

	private Rows rows;

	private Attention.Plan plan;

	Forward(Model model, KvCache cache, Workers workers, Scratch[] scratch) {
		this.shape = model.shape();
		this.weights = model.weights();
		this.rotary = model.rotary();
		this.cache = cache;
		this.workers = workers;
		this.scratch = scratch;
		this.attention = new Attention(this.shape, cache, workers, scratch);
		this.rows = new Rows(this.shape, 0);
		this.plan = this.attention.plan(new Batch(List.of(), new int[0]));
	}

	/** Takes a batch. */
	void begin(Batch batch) {
		this.plan = this.attention.plan(batch);
		if (this.rows.x.length < batch.size()) {
			this.rows = new Rows(this.shape, batch.size());
		}
		for (int i = 0; i < batch.size(); i++) {
			this.weights.embedding().row(batch.tokens()[i], this.scratch[0], this.rows.x[i]);
		}
	}

	/** Puts the tokens' keys and values of a layer into the pages. */
	void keysAndValues(int layer) {
		Rows rows = this.rows;
		Weights.Layer weights = this.weights.layers().get(layer);
		int n = this.plan.batch().size();
		forTokens(n, (token) -> weights.attentionNorm().apply(rows.x[token], rows.normed[token]));
		Matrix[] matrices = { weights.query(), weights.key(), weights.value() };
		float[][][] targets = { rows.query, rows.key, rows.value };
		RowParts parts = new RowParts(this.workers.threads(), matrices);
		this.workers.run(parts.count(), (part, thread) -> {
			int which = parts.matrix(part);
			matrices[which].multiply(parts.from(part), parts.to(part), rows.normed, targets[which], n,
					this.scratch[thread]);
		});
		for (Batch.Span span : this.plan.batch().spans()) {
			forTokens(span.count(), (i) -> {
				int token = span.first() + i;
				this.rotary.rotate(rows.query[token], span.position() + i);
				this.rotary.rotate(rows.key[token], span.position() + i);
				this.cache.write(layer, span.sequence(), span.position() + i, rows.key[token], rows.value[token]);
			});
		}
	}

	/** Computes what is left of a layer. */
	void rest(int layer) {
		Rows rows = this.rows;
		Weights.Layer weights = this.weights.layers().get(layer);
		int n = this.plan.batch().size();
		this.attention.run(layer, this.plan, rows.query, rows.attended);
		addProduct(weights.attentionOutput(), rows.attended, n);
		forTokens(n, (token) -> weights.feedForwardNorm().apply(rows.x[token], rows.normed[token]));
		RowParts parts = new RowParts(this.workers.threads(), weights.gate());
		this.workers.run(parts.count(), (part, thread) -> {
			int from = parts.from(part);
			int to = parts.to(part);
			weights.gate().multiply(from, to, rows.normed, rows.gate, n, this.scratch[thread]);
			weights.up().multiply(from, to, rows.normed, rows.up, n, this.scratch[thread]);
			for (int token = 0; token < n; token++) {
				this.scratch[thread].kernels().gate(rows.gate[token], rows.up[token], from, to);
			}
		});
		addProduct(weights.down(), rows.gate, n);
	}

	/** What could come after some of the tokens. */
	float[][] logits(int first, int count) {
		Matrix output = this.weights.output();
		float[][] normed = new float[count][this.shape.embedding()];
		for (int i = 0; i < count; i++) {
			this.weights.norm().apply(this.rows.x[first + i], normed[i]);
		}
		float[][] logits = new float[count][output.rows()];
		RowParts parts = new RowParts(this.workers.threads(), output);
		this.workers.run(parts.count(), (part, thread) -> output.addProduct(parts.from(part), parts.to(part), normed,
				logits, count, this.scratch[thread]));
		return logits;
	}

	/** Adds what a part of the layer found to the tokens' vectors. */
	private void addProduct(Matrix matrix, float[][] input, int n) {
		RowParts parts = new RowParts(this.workers.threads(), matrix);
		this.workers.run(parts.count(), (part, thread) -> matrix.addProduct(parts.from(part), parts.to(part), input,
				this.rows.x, n, this.scratch[thread]));
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

	/** The vectors of a batch of tokens; the first index is the token. */
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
