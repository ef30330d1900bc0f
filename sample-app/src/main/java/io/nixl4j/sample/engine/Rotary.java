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
 * Rotary position embedding. Neighbouring numbers of a head's query or key are the two
 * coordinates of a point, which is turned by an angle that grows with the token's
 * position: fast for the first pair, slowly for the last. GGUF files of the llama family
 * store the weights in the order for which the pairs are neighbours.
 */
final class Rotary {

	/** {@code [pair][position]}. */
	private final float[][] cosines;

	private final float[][] sines;

	Rotary(ModelShape shape) {
		int pairs = shape.headSize() / 2;
		this.cosines = new float[pairs][shape.contextLength()];
		this.sines = new float[pairs][shape.contextLength()];
		for (int pair = 0; pair < pairs; pair++) {
			double frequency = Math.pow(shape.ropeBase(), -2.0 * pair / shape.headSize());
			for (int position = 0; position < shape.contextLength(); position++) {
				this.cosines[pair][position] = (float) Math.cos(position * frequency);
				this.sines[pair][position] = (float) Math.sin(position * frequency);
			}
		}
	}

	/** Turns all heads of a token. */
	void rotate(float[] x, int position) {
		for (int from = 0; from < x.length; from += 2 * this.cosines.length) {
			rotate(x, from, position);
		}
	}

	private void rotate(float[] x, int from, int position) {
		for (int pair = 0; pair < this.cosines.length; pair++) {
			int at = from + 2 * pair;
			float cosine = this.cosines[pair][position];
			float sine = this.sines[pair][position];
			float a = x[at];
			float b = x[at + 1];
			x[at] = a * cosine - b * sine;
			x[at + 1] = a * sine + b * cosine;
		}
	}

}
