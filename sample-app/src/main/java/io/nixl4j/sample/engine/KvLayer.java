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
 * A copy of one layer's keys and values of one sequence, as arrays that attention can
 * compute with quickly: {@code [position][kvHead][headSize]}.
 */
final class KvLayer {

	private final int width;

	private final KvCache cache;

	private final Workers workers;

	private float[] keys = new float[0];

	private float[] values = new float[0];

	KvLayer(ModelShape shape, KvCache cache, Workers workers) {
		this.width = shape.kvWidth();
		this.cache = cache;
		this.workers = workers;
	}

	/** Copies from the pages. */
	void load(int layer, Sequence sequence, int positions) {
		if (this.keys.length < positions * this.width) {
			// A sequence grows by a token at a time; the arrays should not.
			int length = (positions + positions / 2) * this.width;
			this.keys = new float[length];
			this.values = new float[length];
		}
		int perBlock = this.cache.tokensPerBlock();
		int blocks = (positions + perBlock - 1) / perBlock;
		int parts = Math.min(blocks, this.workers.threads());
		this.workers.run(parts, (part, thread) -> {
			for (int block = part; block < blocks; block += parts) {
				this.cache.read(layer, sequence, block, positions, this.keys, this.values);
			}
		});
	}

	/** Keys; those of a position and KV head begin at {@link #at}. */
	float[] keys() {
		return this.keys;
	}

	/** Values, as the keys. */
	float[] values() {
		return this.values;
	}

	/** Where the numbers of a position begin that begin at an offset in it. */
	int at(int position, int offset) {
		return position * this.width + offset;
	}

}
