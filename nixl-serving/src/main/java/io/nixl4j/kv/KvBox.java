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

package io.nixl4j.kv;

/**
 * Numbers of a sequence: ranges of layers, parts, tokens and heads.
 *
 * @param firstLayer the first layer
 * @param layers how many
 * @param firstPart the index of the first part
 * @param parts how many
 * @param firstToken the first token of the sequence
 * @param tokens how many
 * @param firstHead the first head of the model
 * @param heads how many
 */
record KvBox(int firstLayer, int layers, int firstPart, int parts, long firstToken, long tokens, int firstHead,
		int heads) {

	/**
	 * Returns the start of this box.
	 * @param most how many tokens at most
	 * @return a box of so many tokens, or of all if there are fewer
	 */
	KvBox start(long most) {
		return new KvBox(this.firstLayer, this.layers, this.firstPart, this.parts, this.firstToken,
				Math.min(most, this.tokens), this.firstHead, this.heads);
	}

	/**
	 * Returns how far the box goes along an axis.
	 * @param axis any axis but that of the blocks
	 * @return the number of steps
	 */
	long extent(KvAxis axis) {
		return switch (axis) {
			case LAYER -> this.layers;
			case PART -> this.parts;
			case TOKEN -> this.tokens;
			case HEAD -> this.heads;
			case BLOCK -> throw new IllegalArgumentException("A box has tokens, not blocks");
		};
	}

}
