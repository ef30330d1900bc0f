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

import java.util.SplittableRandom;

/**
 * Chooses the next token by its logits.
 */
@FunctionalInterface
public interface Sampler {

	/**
	 * Choose a token.
	 * @param logits a number for each token, the larger the likelier; may be overwritten
	 * @return the token
	 */
	int choose(float[] logits);

	/**
	 * Always the likeliest token; of equals the one with the lowest number.
	 * @return the sampler
	 */
	static Sampler greedy() {
		return Sampler::likeliest;
	}

	/**
	 * Any token, as likely as the model says. Not safe for use by several threads.
	 * @param temperature above 1 the unlikely become likelier, below 1 less so; greater
	 * than 0
	 * @param seed of the random numbers: the same seed chooses the same tokens
	 * @return the sampler
	 */
	static Sampler temperature(float temperature, long seed) {
		return temperature(temperature, seed, 0);
	}

	/**
	 * Any token, as the one with the same seed chooses after some.
	 * @param temperature above 1 the unlikely become likelier, below 1 less so; greater
	 * than 0
	 * @param seed of the random numbers
	 * @param chosen how many tokens were chosen elsewhere
	 * @return the sampler
	 */
	static Sampler temperature(float temperature, long seed, int chosen) {
		if (!(temperature > 0 && temperature <= 100)) {
			throw new IllegalArgumentException("temperature %s is not from above 0 to 100".formatted(temperature));
		}
		SplittableRandom random = new SplittableRandom(seed);
		for (int i = 0; i < chosen; i++) {
			random.nextDouble();
		}
		return (logits) -> {
			for (int i = 0; i < logits.length; i++) {
				logits[i] /= temperature;
			}
			softmax(logits);
			double remaining = random.nextDouble();
			for (int token = 0; token < logits.length; token++) {
				remaining -= logits[token];
				if (remaining < 0) {
					return token;
				}
			}
			// The probabilities' sum was rounded to less than 1.
			return likeliest(logits);
		};
	}

	/** Makes the numbers a distribution. */
	private static void softmax(float[] x) {
		float largest = Float.NEGATIVE_INFINITY;
		for (float each : x) {
			largest = Math.max(largest, each);
		}
		float sum = 0;
		for (int i = 0; i < x.length; i++) {
			x[i] = (float) Math.exp(x[i] - largest);
			sum += x[i];
		}
		for (int i = 0; i < x.length; i++) {
			x[i] /= sum;
		}
	}

	private static int likeliest(float[] logits) {
		int best = 0;
		for (int token = 1; token < logits.length; token++) {
			if (logits[token] > logits[best]) {
				best = token;
			}
		}
		return best;
	}

}
