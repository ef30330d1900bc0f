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

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlOutOfRangeException;

/**
 * Which part of a sequence is meant: some tokens, in some layers.
 *
 * @param firstLayer the first layer, from 0
 * @param layers how many layers, at least 1
 * @param firstToken the first token, from 0 at the start of the block table
 * @param tokens how many tokens, at least 1
 */
public record KvRange(int firstLayer, int layers, long firstToken, long tokens) {

	/**
	 * Checks the range.
	 * @throws NixlOutOfRangeException if there is no layer or no token, or a number is
	 * negative or too large
	 */
	public KvRange {
		check("layers", firstLayer, layers, Integer.MAX_VALUE);
		check("tokens", firstToken, tokens, Long.MAX_VALUE);
	}

	private static void check(String what, long first, long count, long max) {
		if (count == 0) {
			throw NixlError.EMPTY.exception("No " + what + " were named");
		}
		if (first < 0 || count < 0 || first > max - count) {
			throw NixlError.OUT_OF_RANGE.exception("There are no " + count + " " + what + " from " + first + " on");
		}
	}

	/**
	 * Names the first tokens of a sequence in all layers.
	 * @param layout a layout of the model
	 * @param tokens how many tokens
	 * @return the range
	 * @throws NixlOutOfRangeException if there is no token
	 */
	public static KvRange of(KvLayout layout, long tokens) {
		return new KvRange(0, layout.layers(), 0, tokens);
	}

	/**
	 * Returns the same tokens in other layers.
	 * @param first the first layer, from 0
	 * @param count how many layers
	 * @return the range
	 * @throws NixlOutOfRangeException if there is no layer
	 */
	public KvRange withLayers(int first, int count) {
		return new KvRange(first, count, this.firstToken, this.tokens);
	}

	/**
	 * Returns other tokens in the same layers.
	 * @param first the first token, from 0
	 * @param count how many tokens
	 * @return the range
	 * @throws NixlOutOfRangeException if there is no token
	 */
	public KvRange withTokens(long first, long count) {
		return new KvRange(this.firstLayer, this.layers, first, count);
	}

}
