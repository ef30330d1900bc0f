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
 * Attention of one token to all before it and to itself: of each head, how much the query
 * asks for each key, made a distribution by softmax, and the values' mean by it. Heads
 * are independent and done by several threads.
 */
final class DecodeAttention {

	private final ModelShape shape;

	private final KvLayer kv;

	private final Workers workers;

	private final Scratch[] scratch;

	DecodeAttention(ModelShape shape, KvLayer kv, Workers workers, Scratch[] scratch) {
		this.shape = shape;
		this.kv = kv;
		this.workers = workers;
		this.scratch = scratch;
	}

	void run(int layer, Sequence sequence, int positions, float[] query, float[] attended) {
		this.kv.load(layer, sequence, positions);
		this.workers.run(this.shape.heads(),
				(head, thread) -> attend(head, positions, query, attended, this.scratch[thread].row(positions)));
	}

	private void attend(int head, int positions, float[] query, float[] attended, float[] scores) {
		int size = this.shape.headSize();
		int offset = head / (this.shape.heads() / this.shape.kvHeads()) * size;
		float scale = (float) (1 / Math.sqrt(size));
		for (int p = 0; p < positions; p++) {
			scores[p] = scale * Kernels.dot(query, head * size, this.kv.keys(), this.kv.at(p, offset), size);
		}
		Activation.softmax(scores, positions);
		Arrays.fill(attended, head * size, (head + 1) * size, 0);
		for (int p = 0; p < positions; p++) {
			Kernels.accumulate(attended, head * size, scores[p], this.kv.values(), this.kv.at(p, offset), size);
		}
	}

}
