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
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Tokenizer} with a small made-up vocabulary.
 */
class TokenizerTests {

	private Tokenizer tokenizer;

	@BeforeEach
	void load() throws Exception {
		this.tokenizer = new TinyModel(1).model().tokenizer();
	}

	/** Tokens are written with a bar between, spaces as dots. */
	@ParameterizedTest
	@CsvSource({ "hello, hello", "hello.world, hello|.world", "hell, hell", "hel, he|l", "helllo, hell|l|o",
			"ooo, oo|o", "he..world, he|.|.world", "he...world, he|..|.world", "12, 1|2", "w12.3, w|1|2|.|3",
			"..1, ..|1", "hello's, hello|'|s", "hello'ld, hello|'|ld", "hello.., hello|..", "(hello), (|hello|)" })
	void wordsAreCutAndMerged(String text, String expected) {
		assertThat(pieces(this.tokenizer.encode(text.replace('.', ' ')))).isEqualTo(expected);
	}

	@Test
	void earliestMergeWinsAndOfEqualsTheLeftmost() {
		// "h e" comes before "l l", whatever stands first; "o o" takes the first two.
		assertThat(pieces(this.tokenizer.encode("llhe"))).isEqualTo("ll|he");
		assertThat(pieces(this.tokenizer.encode("ooooo"))).isEqualTo("oo|oo|o");
		assertThat(pieces(this.tokenizer.encode("llll"))).isEqualTo("ll|ll");
	}

	@Test
	void specialTokensAreReadOnlyWhereAskedFor() {
		String text = "<|im_start|>hello<|im_end|>";
		assertThat(pieces(this.tokenizer.encode(text))).isEqualTo("#1|hello|#2");
		assertThat(this.tokenizer.encodePlain(text)).doesNotContain(1, 2).hasSizeGreaterThan(10);
		assertThat(this.tokenizer.decode(this.tokenizer.encodePlain(text))).isEqualTo(text);
		assertThat(this.tokenizer.decode(this.tokenizer.encode(text))).isEqualTo("hello");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\n\n", "\t \n x", "na\u00efve", "\u4f60\u597d\uff0c\u4e16\u754c",
			"\ud83d\ude00\ud83d\udc4d\ud83c\udffd", "\u0661\u0662", "a\u00a0b", "x\u2028y", "don't WE'LL",
			"\u0000\u0001" })
	void textComesBackAsItWas(String text) {
		assertThat(this.tokenizer.decode(this.tokenizer.encode(text))).isEqualTo(text);
	}

	@Test
	void anyTextComesBackAsItWas() {
		SplittableRandom random = new SplittableRandom(3);
		String letters = "helowrd  \n\t'.12\u00e9\u4e16\ud83d\ude00<|>_im";
		for (int i = 0; i < 3000; i++) {
			int[] points = random.ints(random.nextInt(40), 0, letters.length()).map(letters::charAt).toArray();
			String text = Arrays.stream(points)
				.filter((c) -> !Character.isSurrogate((char) c))
				.mapToObj(Character::toString)
				.collect(Collectors.joining());
			assertThat(this.tokenizer.decode(this.tokenizer.encodePlain(text))).isEqualTo(text);
		}
	}

	@Test
	void longWordsTakeNoQuadraticTime() {
		String word = "ohell".repeat(200_000);
		assertThat(this.tokenizer.encode(word).length).isEqualTo(200_001);
		assertThat(this.tokenizer.encode(" ".repeat(1_000_000)).length).isEqualTo(500_000);
	}

	@Test
	void bytesWithoutATokenAreLeftOut() throws Exception {
		TinyModel tiny = new TinyModel(1);
		String[] tokens = TinyModel.tokens();
		tokens[3 + 'q'] = "unused";
		tiny.file().values("tokenizer.ggml.tokens", tokens);
		Tokenizer without = tiny.model().tokenizer();
		assertThat(without.decode(without.encode("aqb"))).isEqualTo("ab");
	}

	@Test
	void endOfAnAnswerIsKnown() {
		assertThat(this.tokenizer.isEnd(0)).isTrue();
		assertThat(this.tokenizer.isEnd(1)).isFalse();
		assertThat(this.tokenizer.isEnd(2)).isTrue();
		assertThat(this.tokenizer.isEnd(50)).isFalse();
	}

	@Test
	void charactersAreCompleteBeforeTheyComeOut() {
		TokenText text = new TokenText(this.tokenizer);
		StringBuilder pieces = new StringBuilder();
		for (int token : this.tokenizer.encode("\u00e9\ud83d\ude00!")) {
			pieces.append(text.add(token)).append('|');
		}
		assertThat(pieces).hasToString("|\u00e9||||\ud83d\ude00|!|");
		assertThat(text.end()).isEmpty();
	}

	@Test
	void halfACharacterBecomesAReplacement() {
		int[] tokens = this.tokenizer.encode("\ud83d\ude00");
		TokenText text = new TokenText(this.tokenizer);
		assertThat(text.add(tokens[0])).isEmpty();
		assertThat(text.add(tokens[1])).isEmpty();
		assertThat(text.end()).isEqualTo("\ufffd");
		assertThat(text.add(this.tokenizer.encode("x")[0])).isEqualTo("x");
		// A byte that ends nothing is no text, and does not hold up what follows.
		assertThat(this.tokenizer.decode(tokens[1], tokens[0], this.tokenizer.encode("y")[0])).endsWith("y")
			.contains("\ufffd");
	}

	@Test
	void alphabetIsOneToOne() {
		ByteAlphabet alphabet = new ByteAlphabet();
		for (int b = 0; b < 256; b++) {
			char c = alphabet.character(b);
			assertThat(Character.isWhitespace(c) || Character.isISOControl(c)).isFalse();
			assertThat(alphabet.bytes(String.valueOf(c))).containsExactly(b);
		}
		assertThat(alphabet.character(' ')).isEqualTo('\u0120');
		assertThat(alphabet.character('\n')).isEqualTo('\u010a');
		assertThat(alphabet.character('a')).isEqualTo('a');
		assertThat(alphabet.bytes("\u4e16")).isEmpty();
		assertThat(alphabet.bytes("a b")).isEmpty();
	}

	private String pieces(int[] tokens) {
		return Arrays.stream(tokens)
			.mapToObj((token) -> (this.tokenizer.bytes(token).length == 0) ? "#" + token
					: new String(this.tokenizer.bytes(token), StandardCharsets.UTF_8).replace(' ', '.'))
			.collect(Collectors.joining("|"));
	}

}
