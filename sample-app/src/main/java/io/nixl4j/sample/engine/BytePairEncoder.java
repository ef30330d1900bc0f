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

import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Byte-pair encoding: a word begins as one token a byte; then again and again the
 * neighbours whose merge was learned first become one token, the leftmost of equals.
 */
final class BytePairEncoder {

	/** What a byte is that the vocabulary has no token for: it is left out. */
	private static final int NONE = -1;

	private final int[] tokenOfByte;

	private final Map<Long, Merge> merges;

	private BytePairEncoder(int[] tokenOfByte, Map<Long, Merge> merges) {
		this.tokenOfByte = tokenOfByte;
		this.merges = merges;
	}

	/**
	 * Make an encoder.
	 * @param ids of each token's text its number
	 * @param rules of each merge the two tokens' texts with a space between, in the order
	 * they were learned in
	 */
	static BytePairEncoder of(Map<String, Integer> ids, String[] rules, ByteAlphabet alphabet)
			throws ModelFormatException {
		int[] tokenOfByte = new int[256];
		for (int b = 0; b < tokenOfByte.length; b++) {
			tokenOfByte[b] = ids.getOrDefault(String.valueOf(alphabet.character(b)), NONE);
		}
		Map<Long, Merge> merges = new HashMap<>();
		for (int rank = 0; rank < rules.length; rank++) {
			String rule = rules[rank];
			int space = rule.indexOf(' ', 1);
			Integer left = (space < 0) ? null : ids.get(rule.substring(0, space));
			Integer right = (space < 0) ? null : ids.get(rule.substring(space + 1));
			Integer merged = (space < 0) ? null : ids.get(rule.substring(0, space) + rule.substring(space + 1));
			if (left == null || right == null || merged == null) {
				throw new ModelFormatException("merge %d ('%s') is not of tokens and to a token".formatted(rank, rule));
			}
			merges.putIfAbsent(pair(left, right), new Merge(rank, merged));
		}
		return new BytePairEncoder(tokenOfByte, merges);
	}

	/** Adds the tokens of a word, given as bytes. */
	void encode(byte[] word, IntList tokens) {
		new Word(word).encode(tokens);
	}

	private static long pair(int left, int right) {
		return (long) left << 32 | right;
	}

	private record Merge(int rank, int token) {

	}

	/** Two neighbours that could become one; out of date if one of them has changed. */
	private record Candidate(Merge merge, int at, long pair) implements Comparable<Candidate> {

		@Override
		public int compareTo(Candidate other) {
			int byRank = Integer.compare(this.merge.rank, other.merge.rank);
			return (byRank != 0) ? byRank : Integer.compare(this.at, other.at);
		}

	}

	/** A word on its way: a list of tokens, linked by where they begin. */
	private final class Word {

		private final int[] tokens;

		private final int[] next;

		private final int[] previous;

		private final PriorityQueue<Candidate> candidates = new PriorityQueue<>();

		Word(byte[] word) {
			this.tokens = new int[word.length];
			this.next = new int[word.length];
			this.previous = new int[word.length];
			for (int i = 0; i < word.length; i++) {
				this.tokens[i] = BytePairEncoder.this.tokenOfByte[word[i] & 0xff];
				this.next[i] = i + 1;
				this.previous[i] = i - 1;
			}
		}

		void encode(IntList result) {
			for (int at = 0; at < this.tokens.length; at++) {
				offer(at);
			}
			while (!this.candidates.isEmpty()) {
				merge(this.candidates.remove());
			}
			for (int at = 0; at < this.tokens.length; at = this.next[at]) {
				if (this.tokens[at] != NONE) {
					result.add(this.tokens[at]);
				}
			}
		}

		private void offer(int at) {
			if (at < 0 || this.next[at] == this.tokens.length) {
				return;
			}
			long pair = pair(this.tokens[at], this.tokens[this.next[at]]);
			Merge merge = BytePairEncoder.this.merges.get(pair);
			if (merge != null) {
				this.candidates.add(new Candidate(merge, at, pair));
			}
		}

		private void merge(Candidate candidate) {
			int at = candidate.at;
			int gone = this.next[at];
			boolean current = gone < this.tokens.length && pair(this.tokens[at], this.tokens[gone]) == candidate.pair;
			if (!current) {
				return;
			}
			this.tokens[at] = candidate.merge.token;
			this.tokens[gone] = NONE;
			this.next[at] = this.next[gone];
			if (this.next[at] < this.tokens.length) {
				this.previous[this.next[at]] = at;
			}
			offer(this.previous[at]);
			offer(at);
		}

	}

}
