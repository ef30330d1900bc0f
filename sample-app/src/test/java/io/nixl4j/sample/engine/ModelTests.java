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
import java.util.SplittableRandom;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Model}, {@link ModelShape} and {@link Weights}: which files are models
 * that this engine computes rightly, and which it must refuse.
 */
class ModelTests {

	@Test
	void shapeIsRead() throws Exception {
		ModelShape shape = new TinyModel(1).model().shape();
		assertThat(shape)
			.isEqualTo(new ModelShape(3, 64, 4, 2, 16, 96, TinyModel.tokens().length, TinyModel.CONTEXT, 1000f, 1e-5f));
		assertThat(shape.kvWidth()).isEqualTo(32);
	}

	@Test
	void whatIsNotThereHasItsUsualValue() throws Exception {
		ModelShape shape = ModelShape.of(new TinyModel(1).file()
			.without("llama.attention.head_count_kv")
			.without("llama.rope.freq_base")
			.file());
		assertThat(shape.kvHeads()).isEqualTo(4);
		assertThat(shape.ropeBase()).isEqualTo(10_000f);
	}

	@Test
	void otherArchitecturesAndFeaturesAreRefusedByName() {
		assertRefused((file) -> file.value("general.architecture", "qwen2"), "'qwen2'");
		assertRefused((file) -> file.value("llama.rope.scaling.type", "yarn"), "llama.rope.scaling.type");
		assertRefused((file) -> file.value("llama.rope.dimension_count", 8), "llama.rope.dimension_count is 8");
		assertRefused((file) -> file.value("tokenizer.ggml.model", "llama"), "tokenizer.ggml.model is 'llama'");
		assertRefused((file) -> file.value("tokenizer.ggml.pre", "qwen2"), "tokenizer.ggml.pre is 'qwen2'");
		assertRefused((file) -> file.value("tokenizer.ggml.add_bos_token", true), "add_bos_token");
		assertRefused((file) -> file.value("tokenizer.chat_template", "[INST]"), "ChatML");
		assertRefused((file) -> file.tensor("blk.0.attn_q.bias", 0, new byte[256], 64), "'blk.0.attn_q.bias'");
		assertRefused((file) -> file.tensor("blk.3.attn_norm.weight", 0, new byte[256], 64), "blk.3.attn_norm.weight");
	}

	@Test
	void sizesThatDoNotFitAreRefused() {
		assertRefused((file) -> file.value("llama.attention.head_count", 3), "3 heads do not divide");
		assertRefused((file) -> file.value("llama.attention.head_count", 0), "0 heads do not divide");
		assertRefused((file) -> file.value("llama.attention.head_count", -4), "-4 heads do not divide");
		assertRefused((file) -> file.value("llama.attention.head_count", 64), "odd");
		assertRefused((file) -> file.value("llama.attention.head_count_kv", 3), "cannot share 3");
		assertRefused((file) -> file.value("llama.attention.head_count_kv", 0), "kvHeads is 0");
		assertRefused((file) -> file.value("llama.attention.head_count_kv", 4), "attn_k.weight");
		assertRefused((file) -> file.value("llama.block_count", 0), "layers is 0");
		assertRefused((file) -> file.value("llama.block_count", 4), "blk.3.attn_norm.weight' is missing");
		assertRefused((file) -> file.value("llama.block_count", Integer.MAX_VALUE), "layers is");
		assertRefused((file) -> file.value("llama.context_length", -1), "contextLength is -1");
		assertRefused((file) -> file.value("llama.context_length", 1 << 21), "contextLength is 2097152");
		assertRefused((file) -> file.value("llama.feed_forward_length", 1 << 30), "feedForward is");
		assertRefused((file) -> file.value("llama.feed_forward_length", 64), "ffn_gate.weight");
		assertRefused((file) -> file.value("llama.rope.freq_base", Float.NaN), "ropeBase NaN");
		assertRefused((file) -> file.value("llama.attention.layer_norm_rms_epsilon", 0f), "normEpsilon 0.0");
	}

	@Test
	void vocabularyThatDoesNotFitIsRefused() {
		assertRefused((file) -> file.value("tokenizer.ggml.token_type", new int[] { 1 }), "types of 1");
		assertRefused((file) -> file.value("tokenizer.ggml.eos_token_id", 1 << 20), "eos_token_id");
		assertRefused((file) -> file.value("tokenizer.ggml.eos_token_id", -1), "eos_token_id");
		assertRefused((file) -> file.values("tokenizer.ggml.merges", "h e", "nospace"), "merge 1 ('nospace')");
		assertRefused((file) -> file.values("tokenizer.ggml.merges", "x y"), "merge 0 ('x y')");
		String[] tokens = TinyModel.tokens();
		tokens[5] = tokens[4];
		assertRefused((file) -> file.values("tokenizer.ggml.tokens", tokens), "is there twice");
		String[] fewer = Arrays.copyOf(TinyModel.tokens(), 200);
		assertRefused((file) -> file.values("tokenizer.ggml.tokens", fewer)
			.value("tokenizer.ggml.token_type", new int[200])
			.values("tokenizer.ggml.merges", new String[0]), "200 tokens, but vectors of");
	}

	@Test
	void layersMayBeOfSeveralTypes() throws Exception {
		TinyModel mixed = new TinyModel(1);
		RandomTensor other = RandomTensor.bytes(TinyModel.EMBEDDING / 2, TinyModel.EMBEDDING, 1,
				new SplittableRandom(1));
		mixed.file().replace("blk.1.attn_v.weight", 8, other.bytes(), 64, 32);
		assertThat(logits(mixed)).isNotEqualTo(logits(new TinyModel(1)));
	}

	@Test
	void modelWithAnOutputOfItsOwnIsComputedWithIt() throws Exception {
		TinyModel tied = new TinyModel(1);
		TinyModel untied = new TinyModel(1);
		int vocabulary = TinyModel.tokens().length;
		RandomTensor output = RandomTensor.bytes(vocabulary, TinyModel.EMBEDDING, 1, new SplittableRandom(5));
		untied.file().tensor("output.weight", 8, output.bytes(), TinyModel.EMBEDDING, vocabulary);
		assertThat(logits(untied)).isNotEqualTo(logits(tied));
	}

	private static float[] logits(TinyModel tiny) throws ModelFormatException {
		Model model = tiny.model();
		try (Engine engine = new Engine(model, new HeapKvPages(model.shape(), 16, 1), 1)) {
			return engine.decode(new Sequence(0), 10);
		}
	}

	private static void assertRefused(Consumer<GgufBytes> change, String word) {
		TinyModel tiny = new TinyModel(1);
		change.accept(tiny.file());
		assertThatExceptionOfType(ModelFormatException.class).isThrownBy(tiny::model).withMessageContaining(word);
	}

}
