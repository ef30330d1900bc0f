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
 * Attention of one token to all before it and to itself: of each head, how much the
 * query asks for each key, made a distribution by softmax, and the values' mean by it.
 * Heads are independent and done by several threads; each reads its keys and values from
 * the pages.
 */
final class DecodeAttention {

	private final ModelShape shape;

	private final KvCache cache;

	private final Workers workers;

	private final Scratch[] scratch;

	DecodeAttention(ModelShape shape, KvCache cache, Workers workers, Scratch[] scratch) {
		this.shape = shape;
		this.cache = cache;
		this.workers = workers;
		this.scratch = scratch;
	}

	void run(int layer, Sequence sequence, int positions, float[] query, float[] attended) {
		this.workers.run(this.shape.heads(), (head, thread) -> {
			Scratch scratch = this.scratch[thread];
			int size = this.shape.headSize();
			int kvHead = head / (this.shape.heads() / this.shape.kvHeads());
			float[] keys = scratch.keys(positions * size);
			this.cache.readKeys(layer, sequence, kvHead, positions, keys);
			float[] scores = scratch.row(positions);
			float scale = (float) (1 / Math.sqrt(size));
			for (int p = 0; p < positions; p++) {
				scores[p] = scale * Kernels.dot(query, head * size, keys, p * size, size);
			}
			Activation.softmax(scores, positions);
			float[] values = scratch.values(positions * size);
			this.cache.readValues(layer, sequence, kvHead, positions, values);
			Arrays.fill(attended, head * size, (head + 1) * size, 0);
			for (int p = 0; p < positions; p++) {
				Kernels.accumulate(attended, head * size, scores[p], values, p * size, size);
			}
		});
	}

}
