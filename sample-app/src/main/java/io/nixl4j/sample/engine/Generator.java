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
 * Makes answers: computes, chooses a token, and again, until the model says that it is
 * done. {@link #generate} begins with a prompt; {@link #resume} goes on from a prompt
 * that was computed elsewhere, whose keys and values are in the sequence's blocks. Both
 * give the same tokens.
 */
public final class Generator {

	private final DecodeBatcher batcher;

	private final Sampler sampler;

	private final int maxTokens;

	/**
	 * Create a generator that computes alone.
	 * @param engine computes
	 * @param sampler chooses
	 * @param maxTokens tokens that an answer may have, at least 1
	 */
	public Generator(Engine engine, Sampler sampler, int maxTokens) {
		this(new DecodeBatcher(engine), sampler, maxTokens);
	}

	/**
	 * Create a generator that computes together with others.
	 * @param batcher computes, what others bring as well
	 * @param sampler chooses
	 * @param maxTokens tokens that an answer may have, at least 1
	 */
	public Generator(DecodeBatcher batcher, Sampler sampler, int maxTokens) {
		if (maxTokens < 1) {
			throw new IllegalArgumentException("an answer of at most %d tokens".formatted(maxTokens));
		}
		this.batcher = batcher;
		this.sampler = sampler;
		this.maxTokens = maxTokens;
	}

	/**
	 * Answer a prompt.
	 * @param sequence what the prompt follows, usually nothing; needs blocks for the
	 * prompt and for all but the last token of the answer
	 * @param prompt the prompt's tokens
	 * @param listener hears the answer
	 * @return the answer
	 */
	public Generation generate(Sequence sequence, int[] prompt, TokenListener listener) {
		float[] logits = this.batcher.engine().prefill(sequence, prompt, LayerListener.NONE);
		return resume(sequence, new int[0], this.sampler.choose(logits), listener);
	}

	/**
	 * Answer a prompt that was computed already.
	 * @param sequence the prompt
	 * @param answered the end of it that is the beginning of the answer, heard elsewhere
	 * @param first the token that follows, which is not in the sequence yet
	 * @param listener hears the rest of the answer, that token included
	 * @return the rest of the answer
	 */
	public Generation resume(Sequence sequence, int[] answered, int first, TokenListener listener) {
		try (DecodeBatcher.Seat seat = this.batcher.join()) {
			TokenText text = new TokenText(this.batcher.engine().model().tokenizer());
			for (int token : answered) {
				// A character may be spread over what was heard and what comes
				text.add(token);
			}
			return resume(seat, sequence, text, first, listener);
		}
	}

	private Generation resume(DecodeBatcher.Seat seat, Sequence sequence, TokenText text, int first,
			TokenListener listener) {
		Tokenizer tokenizer = this.batcher.engine().model().tokenizer();
		StringBuilder answer = new StringBuilder();
		List<Integer> tokens = new ArrayList<>();
		Generation.End end = Generation.End.LIMIT;
		int token = first;
		while (true) {
			if (tokenizer.isEnd(token)) {
				end = Generation.End.COMPLETE;
				break;
			}
			tokens.add(token);
			String complete = text.add(token);
			answer.append(complete);
			if (!listener.token(token, complete)) {
				end = Generation.End.STOPPED;
				break;
			}
			if (tokens.size() == this.maxTokens) {
				break;
			}
			token = this.sampler.choose(seat.decode(sequence, token));
		}
		answer.append(text.end());
		return new Generation(List.copyOf(tokens), answer.toString(), end);
	}

}
