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

import java.io.IOException;
import java.nio.file.Path;

/**
 * A model as its file says: sizes, tokenizer, chat template and weights. Immutable; one
 * serves any number of {@link Engine engines}. The weights are copied when it is loaded,
 * packed as they were.
 */
public final class Model {

	private final ModelShape shape;

	private final Tokenizer tokenizer;

	private final ChatTemplate chatTemplate;

	private final Weights weights;

	private final Rotary rotary;

	private Model(GgufFile file) throws ModelFormatException {
		this.shape = ModelShape.of(file);
		this.tokenizer = Tokenizer.of(file);
		if (this.tokenizer.size() != this.shape.vocabulary()) {
			throw new ModelFormatException(
					"%d tokens, but vectors of %d".formatted(this.tokenizer.size(), this.shape.vocabulary()));
		}
		this.chatTemplate = ChatTemplate.of(file, this.tokenizer);
		this.weights = Weights.of(file, this.shape);
		this.rotary = new Rotary(this.shape);
	}

	/**
	 * Load a model of the llama family from a GGUF file with weights in Q4_1 or Q8_0.
	 * @param path the file
	 * @return the model
	 * @throws ModelFormatException if the file is damaged, or needs what this engine has
	 * not
	 * @throws IOException if it cannot be read
	 */
	public static Model load(Path path) throws IOException {
		return new Model(GgufFile.open(path));
	}

	static Model of(GgufFile file) throws ModelFormatException {
		return new Model(file);
	}

	/**
	 * The model's sizes.
	 * @return the sizes
	 */
	public ModelShape shape() {
		return this.shape;
	}

	/**
	 * What turns text into tokens.
	 * @return the tokenizer
	 */
	public Tokenizer tokenizer() {
		return this.tokenizer;
	}

	/**
	 * What turns a conversation into tokens.
	 * @return the template
	 */
	public ChatTemplate chatTemplate() {
		return this.chatTemplate;
	}

	Weights weights() {
		return this.weights;
	}

	Rotary rotary() {
		return this.rotary;
	}

}
