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
 * The end of both passes: from the last layer's vector of one token to the logits, a
 * number for each token that could come next.
 */
final class OutputHead {

	private static final int ROWS_A_PART = 512;

	private final Weights weights;

	private final Workers workers;

	private final Scratch[] scratch;

	private final float[] normed;

	private final FixedPoint fixed;

	OutputHead(Weights weights, Workers workers, Scratch[] scratch) {
		this.weights = weights;
		this.workers = workers;
		this.scratch = scratch;
		this.normed = new float[weights.output().columns()];
		this.fixed = new FixedPoint(weights.output());
	}

	float[] logits(float[] x) {
		Matrix output = this.weights.output();
		this.weights.norm().apply(x, this.normed);
		this.fixed.set(this.normed);
		float[] logits = new float[output.rows()];
		int parts = (output.rows() + ROWS_A_PART - 1) / ROWS_A_PART;
		this.workers.run(parts, (part, thread) -> {
			int from = part * ROWS_A_PART;
			int to = Math.min(from + ROWS_A_PART, output.rows());
			output.multiply(this.fixed, logits, from, to, this.scratch[thread]);
		});
		return logits;
	}

}
