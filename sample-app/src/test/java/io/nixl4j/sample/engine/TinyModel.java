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

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A model file with the parts of a real one, but small and of random numbers, which a
 * test knows.
 */
final class TinyModel {

	static final int LAYERS = 3;

	static final int EMBEDDING = 64;

	static final int HEADS = 4;

	static final int KV_HEADS = 2;

	static final int FEED_FORWARD = 96;

	static final int CONTEXT = 2100;

	static final String TEMPLATE = "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
			+ "{{ '<|im_start|>system\nhello<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + "
			+ "message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}"
			+ "{{ '<|im_start|>assistant\n' }}{% endif %}";

	static final String[] MERGES = { "h e", "l l", "he ll", "hell o", "\u0120 w", "o r", "\u0120w or", "l d",
			"\u0120wor ld", "\u0120 \u0120", "o o" };

	private final GgufBytes file = new GgufBytes();

	private final Map<String, double[][]> matrices = new LinkedHashMap<>();

	private final Map<String, float[]> norms = new LinkedHashMap<>();

	TinyModel(long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		header();
		String[] tokens = tokens();
		vocabulary(tokens);
		add("token_embd.weight", RandomTensor.bytes(tokens.length, EMBEDDING, 1, random));
		for (int layer = 0; layer < LAYERS; layer++) {
			String prefix = "blk." + layer + ".";
			norm(prefix + "attn_norm.weight", random);
			add(prefix + "attn_q.weight", RandomTensor.nibbles(EMBEDDING, EMBEDDING, 0.4, random));
			add(prefix + "attn_k.weight", RandomTensor.nibbles(EMBEDDING / 2, EMBEDDING, 0.4, random));
			add(prefix + "attn_v.weight", RandomTensor.nibbles(EMBEDDING / 2, EMBEDDING, 0.2, random));
			add(prefix + "attn_output.weight", RandomTensor.nibbles(EMBEDDING, EMBEDDING, 0.2, random));
			norm(prefix + "ffn_norm.weight", random);
			add(prefix + "ffn_gate.weight", RandomTensor.nibbles(FEED_FORWARD, EMBEDDING, 0.2, random));
			add(prefix + "ffn_up.weight", RandomTensor.nibbles(FEED_FORWARD, EMBEDDING, 0.2, random));
			add(prefix + "ffn_down.weight", RandomTensor.nibbles(EMBEDDING, FEED_FORWARD, 0.2, random));
		}
		norm("output_norm.weight", random);
	}

	private void header() {
		this.file.value("general.architecture", "llama")
			.value("llama.block_count", LAYERS)
			.value("llama.context_length", CONTEXT)
			.value("llama.embedding_length", EMBEDDING)
			.value("llama.feed_forward_length", FEED_FORWARD)
			.value("llama.attention.head_count", HEADS)
			.value("llama.attention.head_count_kv", KV_HEADS)
			.value("llama.attention.layer_norm_rms_epsilon", 1e-5f)
			.value("llama.rope.freq_base", 1000f)
			.value("tokenizer.ggml.model", "gpt2")
			.value("tokenizer.ggml.pre", "smollm")
			.value("tokenizer.ggml.eos_token_id", 2)
			.value("tokenizer.chat_template", TEMPLATE);
	}

	/** Three special tokens, the 256 bytes, then what the merges make. */
	static String[] tokens() {
		List<String> tokens = new ArrayList<>(List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>"));
		ByteAlphabet alphabet = new ByteAlphabet();
		for (int b = 0; b < 256; b++) {
			tokens.add(String.valueOf(alphabet.character(b)));
		}
		for (String merge : MERGES) {
			tokens.add(merge.replace(" ", ""));
		}
		return tokens.toArray(String[]::new);
	}

	private void vocabulary(String[] tokens) {
		int[] types = new int[tokens.length];
		Arrays.fill(types, 1);
		Arrays.fill(types, 0, 3, 3);
		this.file.values("tokenizer.ggml.tokens", tokens)
			.value("tokenizer.ggml.token_type", types)
			.values("tokenizer.ggml.merges", MERGES);
	}

	private void add(String name, RandomTensor tensor) {
		this.matrices.put(name, tensor.values());
		this.file.tensor(name, tensor.typeNumber(), tensor.bytes(), tensor.columns(), tensor.rows());
	}

	private void norm(String name, SplittableRandom random) {
		float[] weights = new float[EMBEDDING];
		for (int i = 0; i < weights.length; i++) {
			weights[i] = (float) (0.5 + random.nextDouble());
		}
		this.norms.put(name, weights);
		this.file.tensor(name, 0, GgufBytes.floats(weights), EMBEDDING);
	}

	/** To be changed before the model is read. */
	GgufBytes file() {
		return this.file;
	}

	Model model() throws ModelFormatException {
		return Model.of(this.file.file());
	}

	/** The model as read from memory outside the heap, as a mapped file is. */
	Model directModel() throws ModelFormatException {
		byte[] bytes = this.file.bytes();
		return Model.of(GgufFile.parse(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip()));
	}

	double[][] matrix(String name) {
		return this.matrices.get(name);
	}

	float[] norm(String name) {
		return this.norms.get(name);
	}

	/** Any tokens but the special ones. */
	static int[] randomTokens(int count, long seed) {
		return new SplittableRandom(seed).ints(count, 3, tokens().length).toArray();
	}

}
