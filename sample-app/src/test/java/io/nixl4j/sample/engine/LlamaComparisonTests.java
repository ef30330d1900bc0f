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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The engine and llama.cpp side by side, with the real model: the same tokens, the same
 * answers, and how fast. The property {@code nixl.model} names the file.
 */
@Tag("all")
class LlamaComparisonTests {

	private static final int THREADS = 2;

	private static final String[] TEXTS = { "Hello, world!", "What is a key-value cache?",
			"The quick brown fox jumps over the lazy dog. It's what they'd call \"we'll see\"; I'M SURE.",
			"\u4ec0\u4e48\u662f\u952e\u503c\u7f13\u5b58\uff1f\u8bf7\u7528\u4e00\u53e5\u8bdd\u89e3\u91ca\u3002",
			"\u6df7\u5408 text \u548c 123 \u6570\u5b57\u3001\u6807\u70b9\uff01\uff1f",
			"\ud83d\ude00\ud83d\udc4d\ud83c\udffd family \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67\u200d\ud83d\udc66!",
			"public static void main(String[] args) {\n\tfor (int i = 0; i < 10; i++) {\n\t\tfoo(i);\n\t}\n}\n",
			"def f(x):\n    return x**2 + 3.14159\n\n\nprint(f(10_000))  # comment", "a  b   c    d     e          f",
			"\n\n\n\nfour newlines\n\n  \n \n\t\n end   ", "   leading and trailing   ",
			"1234567890 3.14159 1,000,000 0x1F 2024-11-05 +49 (30) 123", "x1y22z333 4a55b  66 \u0661\u0662\u00bd\u2168",
			"na\u00efve caf\u00e9 \u00dcbergr\u00f6\u00dfe \u041f\u0440\u0438\u0432\u0435\u0442 \u0645\u0631\u062d\u0628\u0627 \u3053\u3093\u306b\u3061\u306f",
			"https://example.org/a?b=c&d=%20#e mail@example.org",
			"{\"key\": [1, 2.5, null, true], \"text\": \"a\\nb\"}", "a\u00a0b\u2003c\u3000d\u2028e\u200bf\r\ng",
			"!!!???...---***###$$$ ~~ ^^ `` <<>> || && ==",
			"supercalifragilisticexpialidocious antidisestablishmentarianism aaaaaaaaaaaaaaaaaaaaaaaa",
			"<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
					+ "<|im_start|>user\nHi 1<|im_end|>\n<|im_start|>assistant\n",
			"<|endoftext|> <file_sep><repo_name>x<|im_end|>", "" };

	private static Model model;

	private static LlamaProcess llama;

	private static Engine engine;

	@BeforeAll
	static void start() throws IOException {
		Path path = Path.of(System.getProperty("nixl.model", "nixl.model is not set"));
		model = Model.load(path);
		engine = new Engine(model, new HeapKvPages(model.shape(), 16, 128), THREADS);
		llama = new LlamaProcess(path, THREADS);
	}

	@AfterAll
	static void stop() {
		if (llama != null) {
			llama.close();
		}
		if (engine != null) {
			engine.close();
		}
	}

	@Test
	void textsHaveTheSameTokens() throws IOException {
		for (String text : TEXTS) {
			assertThat(model.tokenizer().encode(text)).as(text).containsExactly(llama.encode(text));
			if (!text.contains("<|")) {
				assertThat(model.chatTemplate().encode(List.of(ChatMessage.user(text)))).as(text)
					.containsExactly(llama.encode(chat(text)));
			}
		}
	}

	@Test
	void unusualCharactersHaveTheSameTokens() throws IOException {
		for (int from = 1; from < 0x3000; from += 64) {
			// Each character alone, and between a letter and a digit.
			StringBuilder text = new StringBuilder();
			for (int c = from; c < from + 64; c++) {
				// What Unicode has not assigned may be assigned in the version of one of
				// the two.
				if (Character.isDefined(c)) {
					text.appendCodePoint(c).append(" x").appendCodePoint(c).append('1');
				}
			}
			assertThat(model.tokenizer().encode(text.toString())).as("from %x", from)
				.containsExactly(llama.encode(text.toString()));
		}
	}

	@Test
	void nextTokensAreTheSame() throws IOException {
		Map<String, Integer> tokens = new HashMap<>();
		for (int token = 0; token < model.tokenizer().size(); token++) {
			tokens.put(model.tokenizer().decode(token), token);
		}
		int positions = 0;
		int equal = 0;
		List<String> different = new ArrayList<>();
		for (String prompt : prompts()) {
			List<String> pieces = llama.complete(prompt, 40).pieces();
			Sequence sequence = blocks();
			float[] logits = engine.prefill(sequence, model.tokenizer().encode(prompt), LayerListener.NONE);
			for (String piece : pieces) {
				// Text that is no single token: half a character, or none at the end.
				Integer token = tokens.get(piece);
				if (token == null) {
					break;
				}
				int ours = Sampler.greedy().choose(logits);
				positions++;
				if (ours == token) {
					equal++;
				}
				else {
					different.add("'%s' for '%s', %.4f below".formatted(model.tokenizer().decode(ours), piece,
							logits[ours] - logits[token]));
				}
				logits = engine.decode(sequence, token);
			}
		}
		report("next tokens equal to llama.cpp's: %d of %d, others %s", equal, positions, different);
		assertThat(positions).isGreaterThanOrEqualTo(100);
		assertThat(equal).isGreaterThanOrEqualTo((int) Math.ceil(0.95 * positions));
	}

	@Test
	void speedIsAtLeastThreeTenthsOfLlamas() throws IOException {
		String prompt = longPrompt(720);
		int[] tokens = model.tokenizer().encode(prompt);
		String question = chat("Write a long story about a lighthouse keeper.");
		int[] shortTokens = model.tokenizer().encode(question);
		int answer = 60;
		List<double[]> ours = new ArrayList<>();
		List<double[]> theirs = new ArrayList<>();
		for (int round = 0; round < 5; round++) {
			LlamaProcess.Completion completion = llama.complete(question, answer + 1);
			theirs.add(new double[] { tokens.length / llama.complete(prompt, 1).first(),
					shortTokens.length / completion.first(), (completion.pieces().size() - 1) / completion.others() });
			double longRate = prefillRate(blocks(), tokens);
			Sequence sequence = blocks();
			double shortRate = prefillRate(sequence, shortTokens);
			long begin = System.nanoTime();
			for (int i = 0; i < answer; i++) {
				engine.decode(sequence, shortTokens[i % shortTokens.length]);
			}
			ours.add(new double[] { longRate, shortRate, answer / seconds(begin) });
		}
		String[] names = { "prefill of " + tokens.length + " tokens", "prefill of " + shortTokens.length + " tokens",
				"decode" };
		for (int i = 0; i < names.length; i++) {
			double our = median(ours, i);
			double their = median(theirs, i);
			report("%s: %.1f tokens/s, llama.cpp %.1f, ratio %.2f", names[i], our, their, our / their);
			assertThat(our / their).as(names[i]).isGreaterThanOrEqualTo(0.3);
		}
	}

	private static double prefillRate(Sequence sequence, int[] tokens) {
		long begin = System.nanoTime();
		engine.prefill(sequence, tokens, LayerListener.NONE);
		return tokens.length / seconds(begin);
	}

	private static double seconds(long begin) {
		return (System.nanoTime() - begin) / 1e9;
	}

	/** The median; the first two rounds are there to warm up. */
	private static double median(List<double[]> rounds, int index) {
		double[] sorted = rounds.stream().skip(2).mapToDouble((round) -> round[index]).sorted().toArray();
		return sorted[sorted.length / 2];
	}

	private static List<String> prompts() {
		return List.of(chat("What is a key-value cache?"), chat("Write a haiku about the sea."),
				chat("Explain in one sentence why the sky is blue."), "Once upon a time, in a small village,",
				"public static int fibonacci(int n) {\n", longPrompt(600));
	}

	private static String chat(String question) {
		return "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
				+ "<|im_start|>user\n" + question + "<|im_end|>\n<|im_start|>assistant\n";
	}

	/** A prompt of at least so many tokens. */
	private static String longPrompt(int tokens) {
		StringBuilder text = new StringBuilder("Summarize this inventory:");
		String[] things = { "lamps", "ropes", "barrels of salt", "maps", "copper kettles", "candles" };
		for (int i = 0; model.tokenizer().encode(chat(text.toString())).length < tokens; i++) {
			text.append(" In room %d there are %d %s.".formatted(i + 1, i * 7 % 23 + 2, things[i % things.length]));
		}
		return chat(text.toString());
	}

	private static Sequence blocks() {
		return new Sequence(IntStream.range(0, 128).toArray());
	}

	private static void report(String format, Object... figures) {
		System.out.println(String.format(Locale.ROOT, format, figures));
	}

}
