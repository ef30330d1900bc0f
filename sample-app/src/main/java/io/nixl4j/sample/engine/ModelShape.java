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
 * The sizes of a model of the llama family. They also fix what lies in the KV cache: of
 * each token and layer {@code kvHeads * headSize} floats of K and as many of V.
 *
 * @param layers number of layers
 * @param embedding numbers in the vector of a token
 * @param heads heads that ask (queries)
 * @param kvHeads heads that answer (keys and values); each serves {@code heads / kvHeads}
 * queries
 * @param headSize numbers in a query, key or value of one head
 * @param feedForward width of the feed-forward part
 * @param vocabulary number of tokens that exist
 * @param contextLength tokens that a sequence may have
 * @param ropeBase base of the rotary embedding's frequencies
 * @param normEpsilon what keeps the norm from dividing by zero
 */
public record ModelShape(int layers, int embedding, int heads, int kvHeads, int headSize, int feedForward,
		int vocabulary, int contextLength, float ropeBase, float normEpsilon) {

	/** More of anything than this is no small model but a damaged file. */
	private static final int WIDTH_BOUND = 1 << 16;

	private static final int COUNT_BOUND = 1 << 20;

	/** Numbers in the table of the rotary embedding. */
	private static final int TABLE_BOUND = 1 << 25;

	/**
	 * Check the sizes.
	 * @throws IllegalArgumentException if a size is out of bounds or does not fit another
	 */
	public ModelShape {
		check("layers", layers, 1 << 10);
		check("embedding", embedding, WIDTH_BOUND);
		check("heads", heads, 1 << 10);
		check("kvHeads", kvHeads, heads);
		check("headSize", headSize, 1 << 10);
		check("feedForward", feedForward, WIDTH_BOUND);
		check("vocabulary", vocabulary, COUNT_BOUND);
		check("contextLength", contextLength, Math.min(COUNT_BOUND, TABLE_BOUND / headSize));
		if (heads % kvHeads != 0) {
			throw new IllegalArgumentException("%d heads cannot share %d KV heads".formatted(heads, kvHeads));
		}
		if (headSize % 2 != 0) {
			throw new IllegalArgumentException("headSize %d is odd: nothing to rotate".formatted(headSize));
		}
		if (!(ropeBase > 1 && ropeBase < 1e9f) || !(normEpsilon > 0 && normEpsilon < 1)) {
			throw new IllegalArgumentException(
					"ropeBase %s or normEpsilon %s is out of bounds".formatted(ropeBase, normEpsilon));
		}
	}

	/**
	 * Read the sizes from a file.
	 * @throws ModelFormatException if one is missing or out of bounds, or if the file
	 * needs what this engine has not
	 */
	static ModelShape of(GgufFile file) throws ModelFormatException {
		String architecture = file.get("general.architecture", String.class);
		if (!architecture.equals("llama")) {
			throw new ModelFormatException("architecture '%s'; this engine computes 'llama'".formatted(architecture));
		}
		if (file.has("llama.rope.scaling.type")) {
			throw new ModelFormatException("llama.rope.scaling.type is set; this engine scales no positions");
		}
		int embedding = file.get("llama.embedding_length", Integer.class);
		int heads = file.get("llama.attention.head_count", Integer.class);
		int kvHeads = file.find("llama.attention.head_count_kv", Integer.class).orElse(heads);
		if (heads < 1 || embedding % heads != 0) {
			throw new ModelFormatException("%d heads do not divide an embedding of %d".formatted(heads, embedding));
		}
		int headSize = embedding / heads;
		int rotated = file.find("llama.rope.dimension_count", Integer.class).orElse(headSize);
		if (rotated != headSize) {
			throw new ModelFormatException(
					"llama.rope.dimension_count is %d, not the head's size %d".formatted(rotated, headSize));
		}
		try {
			return new ModelShape(file.get("llama.block_count", Integer.class), embedding, heads, kvHeads, headSize,
					file.get("llama.feed_forward_length", Integer.class), file.tensor("token_embd.weight").rows(),
					file.get("llama.context_length", Integer.class),
					file.find("llama.rope.freq_base", Float.class).orElse(10_000f),
					file.get("llama.attention.layer_norm_rms_epsilon", Float.class));
		}
		catch (IllegalArgumentException ex) {
			throw new ModelFormatException(String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Floats of K, and as many of V, that one token has in one layer.
	 * @return the number of floats
	 */
	public int kvWidth() {
		return this.kvHeads * this.headSize;
	}

	private static void check(String name, int size, int most) {
		if (size < 1 || size > most) {
			throw new IllegalArgumentException("%s is %d, not from 1 to %d".formatted(name, size, most));
		}
	}

}
