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

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Turns text into a model's tokens and back: GPT-2's byte-level byte-pair encoding, with
 * words cut as SmolLM does. Immutable, so safe for use by several threads.
 */
public final class Tokenizer {

	private static final int NORMAL = 1;

	private static final int CONTROL = 3;

	private static final int USER_DEFINED = 4;

	/**
	 * What is a word: an English contraction's end, letters or other signs with the space
	 * before them, white space (its last character left for the word after it, unless
	 * that is a digit), and each digit by itself.
	 */
	private static final Pattern WORDS = Pattern.compile(
			"\\p{N}|'(?:[stmd]|re|ve|ll)| ?\\p{L}+| ?[^\\s\\p{L}\\p{N}]+" + "|\\s+(?![^\\s\\p{N}])|\\s+",
			Pattern.UNICODE_CHARACTER_CLASS);

	private final byte[][] bytes;

	private final Map<String, Integer> specials;

	private final @Nullable Pattern specialPattern;

	private final BytePairEncoder encoder;

	/** Tokens that end an answer. */
	private final Set<Integer> ends;

	private Tokenizer(byte[][] bytes, Map<String, Integer> specials, BytePairEncoder encoder, Set<Integer> ends) {
		this.bytes = bytes;
		this.specials = specials;
		this.encoder = encoder;
		this.ends = ends;
		// The longest first, should one begin like another.
		String alternatives = specials.keySet()
			.stream()
			.sorted(Comparator.comparingInt(String::length).reversed())
			.map(Pattern::quote)
			.collect(Collectors.joining("|"));
		this.specialPattern = specials.isEmpty() ? null : Pattern.compile(alternatives);
	}

	static Tokenizer of(GgufFile file) throws ModelFormatException {
		require(file, "tokenizer.ggml.model", "gpt2");
		require(file, "tokenizer.ggml.pre", "smollm");
		if (file.find("tokenizer.ggml.add_bos_token", Boolean.class).orElse(false)) {
			throw new ModelFormatException("tokenizer.ggml.add_bos_token is set; this engine adds no token");
		}
		String[] tokens = file.get("tokenizer.ggml.tokens", String[].class);
		int[] types = file.get("tokenizer.ggml.token_type", int[].class);
		if (types.length != tokens.length) {
			throw new ModelFormatException("%d tokens, but types of %d".formatted(tokens.length, types.length));
		}
		ByteAlphabet alphabet = new ByteAlphabet();
		Map<String, Integer> ids = new HashMap<>();
		Map<String, Integer> specials = new HashMap<>();
		byte[][] bytes = new byte[tokens.length][];
		for (int id = 0; id < tokens.length; id++) {
			if (ids.put(tokens[id], id) != null) {
				throw new ModelFormatException("token '%s' is there twice".formatted(tokens[id]));
			}
			if ((types[id] == CONTROL || types[id] == USER_DEFINED) && !tokens[id].isEmpty()) {
				specials.put(tokens[id], id);
			}
			bytes[id] = switch (types[id]) {
				case NORMAL -> alphabet.bytes(tokens[id]);
				case USER_DEFINED -> tokens[id].getBytes(StandardCharsets.UTF_8);
				default -> new byte[0];
			};
		}
		String[] merges = file.get("tokenizer.ggml.merges", String[].class);
		return new Tokenizer(bytes, specials, BytePairEncoder.of(ids, merges, alphabet),
				ends(file, tokens.length, specials));
	}

	/** The file names one token that ends an answer; others are known by their names. */
	private static Set<Integer> ends(GgufFile file, int tokens, Map<String, Integer> specials)
			throws ModelFormatException {
		int endOfText = file.get("tokenizer.ggml.eos_token_id", Integer.class);
		if (endOfText < 0 || endOfText >= tokens) {
			throw new ModelFormatException("tokenizer.ggml.eos_token_id %d is no token".formatted(endOfText));
		}
		Set<Integer> ends = new HashSet<>(Set.of(endOfText));
		for (String name : List.of("<|endoftext|>", "<|im_end|>")) {
			if (specials.containsKey(name)) {
				ends.add(specials.get(name));
			}
		}
		return Set.copyOf(ends);
	}

	private static void require(GgufFile file, String key, String needed) throws ModelFormatException {
		String value = file.get(key, String.class);
		if (!value.equals(needed)) {
			throw new ModelFormatException("%s is '%s'; this engine knows '%s'".formatted(key, value, needed));
		}
	}

	/**
	 * The tokens of a text in which special tokens are written out, such as
	 * {@code <|im_start|>}. Not for text from outside, which could pretend to be another
	 * speaker.
	 * @param text the text
	 * @return its tokens
	 */
	public int[] encode(String text) {
		IntList tokens = new IntList();
		int from = 0;
		if (this.specialPattern != null) {
			Matcher matcher = this.specialPattern.matcher(text);
			while (matcher.find()) {
				addPlain(text.substring(from, matcher.start()), tokens);
				tokens.add(Objects.requireNonNull(this.specials.get(matcher.group())));
				from = matcher.end();
			}
		}
		addPlain(text.substring(from), tokens);
		return tokens.toArray();
	}

	/**
	 * The tokens of a text in which nothing is special.
	 * @param text the text
	 * @return its tokens
	 */
	public int[] encodePlain(String text) {
		IntList tokens = new IntList();
		addPlain(text, tokens);
		return tokens.toArray();
	}

	void addPlain(String text, IntList tokens) {
		Matcher matcher = WORDS.matcher(text);
		while (matcher.find()) {
			this.encoder.encode(matcher.group().getBytes(StandardCharsets.UTF_8), tokens);
		}
	}

	/**
	 * The text of tokens; special ones have none.
	 * @param tokens the tokens
	 * @return their text
	 */
	public String decode(int... tokens) {
		TokenText text = new TokenText(this);
		StringBuilder result = new StringBuilder();
		for (int token : tokens) {
			result.append(text.add(token));
		}
		return result.append(text.end()).toString();
	}

	/**
	 * How many tokens there are; their numbers are those below.
	 * @return the size of the vocabulary
	 */
	public int size() {
		return this.bytes.length;
	}

	/**
	 * Whether a model ends its answer with this token.
	 * @param token the token
	 * @return whether it is the end
	 */
	public boolean isEnd(int token) {
		return this.ends.contains(token);
	}

	/** A special token's number, if there is such a token. */
	@Nullable Integer special(String text) {
		return this.specials.get(text);
	}

	/** The bytes that a token stands for; not to be changed. */
	byte[] bytes(int token) {
		return this.bytes[token];
	}

}
