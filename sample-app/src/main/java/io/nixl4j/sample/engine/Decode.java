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

/**
 * The forward pass for one token after others: matrix times vector all the way, so its
 * time is that of going once through all weights and through the KV cache.
 */
final class Decode {

	/** Rows that a thread takes at a time: some microseconds. */
	private static final int ROWS = 64;

	private final ModelShape shape;

	private final Weights weights;

	private final Rotary rotary;

	private final KvCache cache;

	private final Workers workers;

	private final Scratch[] scratch;

	private final OutputHead head;

	private final DecodeAttention attention;

	private final float[] x;

	private final float[] normed;

	private final float[] query;

	private final float[] key;

	private final float[] value;

	private final float[] attended;

	private final float[] gate;

	private final float[] up;

	private final float[] change;

	private final FixedPoint fixed;

	private final FixedPoint fixedWide;

	Decode(Model model, KvCache cache, KvLayer kv, Workers workers, Scratch[] scratch, OutputHead head) {
		this.shape = model.shape();
		this.weights = model.weights();
		this.rotary = model.rotary();
		this.cache = cache;
		this.workers = workers;
		this.scratch = scratch;
		this.head = head;
		this.attention = new DecodeAttention(this.shape, kv, workers, scratch);
		this.x = new float[this.shape.embedding()];
		this.normed = new float[this.shape.embedding()];
		this.query = new float[this.shape.embedding()];
		this.key = new float[this.shape.kvWidth()];
		this.value = new float[this.shape.kvWidth()];
		this.attended = new float[this.shape.embedding()];
		this.gate = new float[this.shape.feedForward()];
		this.up = new float[this.shape.feedForward()];
		this.change = new float[this.shape.embedding()];
		this.fixed = new FixedPoint(this.weights.layers().get(0).query());
		this.fixedWide = new FixedPoint(this.weights.layers().get(0).down());
	}

	/** Puts the token's keys and values into the pages, and says what could come next. */
	float[] run(Sequence sequence, int token) {
		this.weights.embedding().row(token, this.scratch[0], this.x);
		for (int layer = 0; layer < this.shape.layers(); layer++) {
			Weights.Layer weights = this.weights.layers().get(layer);
			attend(layer, weights, sequence);
			feedForward(weights);
		}
		return this.head.logits(this.x);
	}

	private void attend(int layer, Weights.Layer weights, Sequence sequence) {
		int position = sequence.length();
		weights.attentionNorm().apply(this.x, this.normed);
		this.fixed.set(this.normed);
		float[][] targets = { this.query, this.key, this.value };
		Matrix[] matrices = { weights.query(), weights.key(), weights.value() };
		RowParts parts = new RowParts(ROWS, this.workers.threads(), matrices);
		this.workers.run(parts.count(), (part, thread) -> {
			int which = parts.matrix(part);
			matrices[which].multiply(this.fixed, targets[which], parts.from(part), parts.to(part),
					this.scratch[thread]);
		});
		this.rotary.rotate(this.query, position);
		this.rotary.rotate(this.key, position);
		this.cache.write(layer, sequence, position, this.key, this.value);
		this.attention.run(layer, sequence, position + 1, this.query, this.attended);
		this.fixed.set(this.attended);
		addProduct(weights.attentionOutput(), this.fixed);
	}

	private void feedForward(Weights.Layer weights) {
		weights.feedForwardNorm().apply(this.x, this.normed);
		this.fixed.set(this.normed);
		RowParts parts = new RowParts(ROWS, this.workers.threads(), weights.gate());
		this.workers.run(parts.count(), (part, thread) -> {
			int from = parts.from(part);
			int to = parts.to(part);
			weights.gate().multiply(this.fixed, this.gate, from, to, this.scratch[thread]);
			weights.up().multiply(this.fixed, this.up, from, to, this.scratch[thread]);
			Activation.gate(this.gate, this.up, from, to);
		});
		this.fixedWide.set(this.gate);
		addProduct(weights.down(), this.fixedWide);
	}

	/** Adds what a part of the layer found to the token's vector. */
	private void addProduct(Matrix matrix, FixedPoint input) {
		RowParts parts = new RowParts(ROWS, this.workers.threads(), matrix);
		this.workers.run(parts.count(), (part, thread) -> {
			int from = parts.from(part);
			int to = parts.to(part);
			matrix.multiply(input, this.change, from, to, this.scratch[thread]);
			for (int i = from; i < to; i++) {
				this.x[i] += this.change[i];
			}
		});
	}

}
