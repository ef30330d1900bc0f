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
import java.util.Set;

/**
 * What a model has learned.
 *
 * @param embedding of each token its vector
 * @param layers the layers, in order
 * @param norm of the last layer's output
 * @param output of each token what its likeliness is computed with; often the embedding
 * again
 */
record Weights(Matrix embedding, List<Layer> layers, Norm norm, Matrix output) {

	/** One layer: attention, then the feed-forward part, each after a norm. */
	record Layer(Norm attentionNorm, Matrix query, Matrix key, Matrix value, Matrix attentionOutput,
			Norm feedForwardNorm, Matrix gate, Matrix up, Matrix down) {

	}

	/** Finds the weights in a file, which must have no others. */
	static Weights of(GgufFile file, ModelShape shape) throws ModelFormatException {
		Set<String> unused = file.tensorNames();
		Loader loader = new Loader(file, shape, unused);
		Matrix embedding = loader.matrix("token_embd.weight", shape.vocabulary(), shape.embedding());
		Matrix output = unused.contains("output.weight")
				? loader.matrix("output.weight", shape.vocabulary(), shape.embedding()) : embedding;
		List<Layer> layers = new ArrayList<>();
		for (int i = 0; i < shape.layers(); i++) {
			layers.add(loader.layer("blk." + i + "."));
		}
		Weights weights = new Weights(embedding, List.copyOf(layers), loader.norm("output_norm.weight"), output);
		if (!unused.isEmpty()) {
			throw new ModelFormatException(
					"this engine does not know what to do with tensor '%s'".formatted(unused.iterator().next()));
		}
		return weights;
	}

	private record Loader(GgufFile file, ModelShape shape, Set<String> unused) {

		Layer layer(String prefix) throws ModelFormatException {
			int embedding = this.shape.embedding();
			int feedForward = this.shape.feedForward();
			return new Layer(norm(prefix + "attn_norm.weight"), matrix(prefix + "attn_q.weight", embedding, embedding),
					matrix(prefix + "attn_k.weight", this.shape.kvWidth(), embedding),
					matrix(prefix + "attn_v.weight", this.shape.kvWidth(), embedding),
					matrix(prefix + "attn_output.weight", embedding, embedding), norm(prefix + "ffn_norm.weight"),
					matrix(prefix + "ffn_gate.weight", feedForward, embedding),
					matrix(prefix + "ffn_up.weight", feedForward, embedding),
					matrix(prefix + "ffn_down.weight", embedding, feedForward));
		}

		Matrix matrix(String name, int rows, int columns) throws ModelFormatException {
			this.unused.remove(name);
			return Matrix.of(this.file.tensor(name).shaped(rows, columns));
		}

		Norm norm(String name) throws ModelFormatException {
			this.unused.remove(name);
			float[] weights = this.file.tensor(name).shaped(1, this.shape.embedding()).floats();
			return new Norm(weights, this.shape.normEpsilon());
		}

	}

}
