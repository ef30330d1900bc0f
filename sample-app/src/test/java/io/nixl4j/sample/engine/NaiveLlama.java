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

import java.util.ArrayList;
import java.util.List;

/**
 * The forward pass as the formulas say, token by token in double precision, without
 * anything that makes it fast. What the engine computes is compared with it.
 */
final class NaiveLlama {

	private static final int SIZE = TinyModel.EMBEDDING / TinyModel.HEADS;

	private static final int GROUP = TinyModel.HEADS / TinyModel.KV_HEADS;

	private final TinyModel model;

	/** Of each layer the keys of all tokens so far. */
	private final List<List<double[]>> keys = new ArrayList<>();

	private final List<List<double[]>> values = new ArrayList<>();

	NaiveLlama(TinyModel model) {
		this.model = model;
		for (int layer = 0; layer < TinyModel.LAYERS; layer++) {
			this.keys.add(new ArrayList<>());
			this.values.add(new ArrayList<>());
		}
	}

	double[] next(int token) {
		double[] x = this.model.matrix("token_embd.weight")[token].clone();
		for (int layer = 0; layer < TinyModel.LAYERS; layer++) {
			String prefix = "blk." + layer + ".";
			double[] normed = norm(x, prefix + "attn_norm.weight");
			int position = this.keys.get(layer).size();
			double[] query = rotate(multiply(prefix + "attn_q.weight", normed), position);
			this.keys.get(layer).add(rotate(multiply(prefix + "attn_k.weight", normed), position));
			this.values.get(layer).add(multiply(prefix + "attn_v.weight", normed));
			add(x, multiply(prefix + "attn_output.weight", attend(layer, query)));
			normed = norm(x, prefix + "ffn_norm.weight");
			double[] gate = multiply(prefix + "ffn_gate.weight", normed);
			double[] up = multiply(prefix + "ffn_up.weight", normed);
			for (int i = 0; i < gate.length; i++) {
				gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
			}
			add(x, multiply(prefix + "ffn_down.weight", gate));
		}
		return multiply("token_embd.weight", norm(x, "output_norm.weight"));
	}

	List<double[]> keys(int layer) {
		return this.keys.get(layer);
	}

	List<double[]> values(int layer) {
		return this.values.get(layer);
	}

	private double[] attend(int layer, double[] query) {
		double[] result = new double[query.length];
		int positions = this.keys.get(layer).size();
		for (int head = 0; head < TinyModel.HEADS; head++) {
			double[] weights = new double[positions];
			double sum = 0;
			for (int p = 0; p < positions; p++) {
				double score = 0;
				for (int i = 0; i < SIZE; i++) {
					score += query[head * SIZE + i] * this.keys.get(layer).get(p)[head / GROUP * SIZE + i];
				}
				weights[p] = Math.exp(score / Math.sqrt(SIZE));
				sum += weights[p];
			}
			for (int p = 0; p < positions; p++) {
				for (int i = 0; i < SIZE; i++) {
					result[head * SIZE + i] += weights[p] / sum
							* this.values.get(layer).get(p)[head / GROUP * SIZE + i];
				}
			}
		}
		return result;
	}

	private static double[] rotate(double[] x, int position) {
		double[] result = new double[x.length];
		for (int i = 0; i < x.length; i += 2) {
			double angle = position * Math.pow(1000, -(double) (i % SIZE) / SIZE);
			result[i] = x[i] * Math.cos(angle) - x[i + 1] * Math.sin(angle);
			result[i + 1] = x[i] * Math.sin(angle) + x[i + 1] * Math.cos(angle);
		}
		return result;
	}

	private double[] norm(double[] x, String name) {
		float[] weights = this.model.norm(name);
		double squares = 0;
		for (double number : x) {
			squares += number * number;
		}
		double[] result = new double[x.length];
		for (int i = 0; i < x.length; i++) {
			result[i] = x[i] / Math.sqrt(squares / x.length + 1e-5) * weights[i];
		}
		return result;
	}

	private double[] multiply(String name, double[] x) {
		double[][] matrix = this.model.matrix(name);
		double[] result = new double[matrix.length];
		for (int row = 0; row < result.length; row++) {
			for (int i = 0; i < x.length; i++) {
				result[row] += matrix[row][i] * x[i];
			}
		}
		return result;
	}

	private static void add(double[] x, double[] change) {
		for (int i = 0; i < x.length; i++) {
			x[i] += change[i];
		}
	}

}
