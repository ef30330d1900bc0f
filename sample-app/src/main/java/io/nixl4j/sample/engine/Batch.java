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
 * Tokens that go through the layers together, and the sequences they belong to: many of
 * one, as of a prompt, or one of each of several, as in decode.
 *
 * @param spans the sequences
 * @param tokens the tokens, those of the first sequence first
 */
record Batch(List<Span> spans, int[] tokens) {

	/** Tokens that follow those of a sequence. */
	static Batch of(Sequence sequence, int position, int[] tokens) {
		return new Batch(List.of(new Span(sequence, position, 0, tokens.length)), tokens);
	}

	/** The next token of each of several sequences. */
	static Batch of(List<Step> steps) {
		List<Span> spans = new ArrayList<>();
		int[] tokens = new int[steps.size()];
		for (int i = 0; i < tokens.length; i++) {
			Step step = steps.get(i);
			spans.add(new Span(step.sequence(), step.sequence().length(), i, 1));
			tokens[i] = step.token();
		}
		return new Batch(spans, tokens);
	}

	int size() {
		return this.tokens.length;
	}

	/**
	 * Successive tokens of one sequence.
	 *
	 * @param sequence the sequence
	 * @param position the position of the first of them
	 * @param first its index among all tokens of the batch
	 * @param count how many there are
	 */
	record Span(Sequence sequence, int position, int first, int count) {

		/** Tokens that the sequence has with these. */
		int positions() {
			return this.position + this.count;
		}

	}

}
