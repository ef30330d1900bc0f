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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Measures the engine beside llama.cpp, with the real model: in each round one after the
 * other, every other round the other one first. {@code bin/bench --engine} runs it.
 */
final class EngineBench {

	private static final int WARM_UP = 2;

	private static final int ANSWER = 64;

	private static final int STREAMS = 8;

	private static final int BLOCKS = 64;

	private static final String[] NAMES = { "prefill of %d tokens", "prefill of %d tokens", "decode",
			"decode of " + STREAMS + " answers together" };

	private final Model model;

	private final Engine engine;

	private final LlamaProcess llama;

	private final String prompt;

	private final String question;

	private EngineBench(Model model, Engine engine, LlamaProcess llama) {
		this.model = model;
		this.engine = engine;
		this.llama = llama;
		StringBuilder text = new StringBuilder("Summarize this inventory:");
		for (int i = 0; tokens(text.toString()).length < 512; i++) {
			text.append(" In room %d there are %d lamps.".formatted(i + 1, i * 7 % 23 + 2));
		}
		this.prompt = text.toString();
		this.question = "Write a long story about a lighthouse keeper, his daughter and a storm that lasts a week.";
	}

	/**
	 * Arguments: the model's file, threads of each, rounds; the last two may be left out.
	 */
	public static void main(String[] args) throws IOException {
		Path path = Path.of(args[0]);
		int threads = (args.length > 1) ? Integer.parseInt(args[1]) : Runtime.getRuntime().availableProcessors();
		int rounds = (args.length > 2) ? Integer.parseInt(args[2]) : 7;
		Model model = Model.load(path);
		try (Engine engine = new Engine(model, new HeapKvPages(model.shape(), 16, STREAMS * BLOCKS), threads);
				LlamaProcess llama = new LlamaProcess(path, threads)) {
			new EngineBench(model, engine, llama).run(rounds, threads);
		}
	}

	private void run(int rounds, int threads) throws IOException {
		List<double[]> ours = new ArrayList<>();
		List<double[]> theirs = new ArrayList<>();
		for (int round = -WARM_UP; round < rounds; round++) {
			double[] first = (round % 2 == 0) ? ours() : theirs();
			double[] second = (round % 2 == 0) ? theirs() : ours();
			if (round >= 0) {
				ours.add((round % 2 == 0) ? first : second);
				theirs.add((round % 2 == 0) ? second : first);
			}
		}
		say("%d threads, Java %s, %s loops, medians of %d rounds, tokens/s", threads, Runtime.version().feature(),
				this.engine.kernels(), rounds);
		say("| | engine | llama.cpp | ratio |%n|---|---:|---:|---:|");
		int[] lengths = { tokens(this.prompt).length, tokens(this.question).length, 0, 0 };
		for (int i = 0; i < NAMES.length; i++) {
			int index = i;
			double[] ratios = IntStream.range(0, rounds)
				.mapToDouble((round) -> ours.get(round)[index] / theirs.get(round)[index])
				.toArray();
			say("| " + NAMES[i].formatted(lengths[i]) + " | %.1f | %.1f | %.2f |",
					median(ours.stream().mapToDouble((each) -> each[index]).toArray()),
					median(theirs.stream().mapToDouble((each) -> each[index]).toArray()), median(ratios));
		}
	}

	private double[] ours() {
		double prefill = prefill(sequence(0), tokens(this.prompt));
		Sequence sequence = sequence(0);
		int[] question = tokens(this.question);
		double shortPrefill = prefill(sequence, question);
		long begin = System.nanoTime();
		for (int i = 0; i < ANSWER; i++) {
			this.engine.decode(sequence, question[i % question.length]);
		}
		double decode = ANSWER / seconds(begin);
		List<Sequence> several = new ArrayList<>();
		for (int i = 0; i < STREAMS; i++) {
			several.add(new Sequence(sequence(i).blocks(), question.length));
			prefill(sequence(i), question);
		}
		begin = System.nanoTime();
		for (int i = 0; i < ANSWER; i++) {
			int token = question[i % question.length];
			this.engine.decode(several.stream().map((each) -> new Step(each, token)).toList());
		}
		return new double[] { prefill, shortPrefill, decode, STREAMS * ANSWER / seconds(begin) };
	}

	private double prefill(Sequence sequence, int[] tokens) {
		long begin = System.nanoTime();
		this.engine.prefill(sequence, tokens, LayerListener.NONE);
		return tokens.length / seconds(begin);
	}

	/** Several answers are compared with one after the other: so this peer makes them. */
	private double[] theirs() throws IOException {
		double prefill = tokens(this.prompt).length / this.llama.complete(text(this.prompt), 1).first();
		LlamaProcess.Completion completion = this.llama.complete(text(this.question), ANSWER + 1);
		double decode = (completion.pieces().size() - 1) / completion.others();
		return new double[] { prefill, tokens(this.question).length / completion.first(), decode, decode };
	}

	private static Sequence sequence(int place) {
		return new Sequence(IntStream.range(place * BLOCKS, (place + 1) * BLOCKS).toArray());
	}

	private static String text(String content) {
		return "<|im_start|>system\nYou are a storyteller.<|im_end|>\n<|im_start|>user\n" + content
				+ "<|im_end|>\n<|im_start|>assistant\n";
	}

	private int[] tokens(String content) {
		return this.model.tokenizer().encode(text(content));
	}

	private static double seconds(long begin) {
		return (System.nanoTime() - begin) / 1e9;
	}

	private static double median(double[] values) {
		Arrays.sort(values);
		return values[values.length / 2];
	}

	private static void say(String format, Object... values) {
		System.out.println(String.format(Locale.ROOT, format, values));
	}

}
