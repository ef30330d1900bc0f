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
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.nixl4j.sample.worker.Sampling;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Generator} and {@link Sampler}.
 */
class GeneratorTests {

	private Model model;

	private Engine engine;

	@BeforeEach
	void start() throws Exception {
		this.model = new TinyModel(1).model();
		this.engine = new Engine(this.model, new HeapKvPages(this.model.shape(), 16, 8), 2);
	}

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@Test
	void answerIsTheSameWhereverThePromptWasComputed() throws Exception {
		int[] prompt = TinyModel.randomTokens(30, 1);
		Generator generator = new Generator(this.engine, Sampler.greedy(), 40);
		Generation whole = generator.generate(sequence(), prompt, TokenListener.NONE);
		Sequence computed = sequence();
		int first = Sampler.greedy().choose(this.engine.prefill(computed, prompt, LayerListener.NONE));
		Sequence handedOver = new Sequence(computed.blocks(), computed.length());
		Generation resumed = generator.resume(handedOver, new int[0], first, TokenListener.NONE);
		assertThat(resumed).isEqualTo(whole);
		assertThat(whole.tokens()).isNotEmpty();
	}

	@Test
	void anAnswerGoesOnElsewhereAsIfNothingHadHappened() {
		int[] prompt = TinyModel.randomTokens(30, 1);
		for (Sampling sampling : List.of(Sampling.GREEDY, new Sampling(0.8f, 7))) {
			Generation whole = new Generator(this.engine, sampling.sampler(), 40).generate(sequence(), prompt,
					TokenListener.NONE);
			for (int heard = 1; heard < whole.tokens().size(); heard += 7) {
				StringBuilder before = new StringBuilder();
				AtomicInteger left = new AtomicInteger(heard);
				new Generator(this.engine, sampling.sampler(), 40).generate(sequence(), prompt, (token, text) -> {
					before.append(text);
					return left.decrementAndGet() > 0;
				});
				int[] answered = whole.tokens().stream().limit(heard).mapToInt(Integer::intValue).toArray();
				int[] all = IntStream.concat(IntStream.of(prompt), IntStream.of(answered)).toArray();
				Sequence there = sequence();
				int next = sampling.sampler(heard).choose(this.engine.prefill(there, all, LayerListener.NONE));
				Generation rest = new Generator(this.engine, sampling.sampler(heard + 1), 40 - heard).resume(there,
						answered, next, TokenListener.NONE);
				assertThat(rest.tokens()).isEqualTo(whole.tokens().subList(heard, whole.tokens().size()));
				assertThat(before + rest.text()).isEqualTo(whole.text());
			}
		}
	}

	@Test
	void listenerHearsEachTokenAndTheTextAsItIsComplete() {
		String text = "\u00e9 hello\ud83d\ude00";
		int[] tokens = this.model.tokenizer().encode(text);
		List<Integer> heard = new ArrayList<>();
		StringBuilder complete = new StringBuilder();
		Generation generation = new Generator(this.engine, scripted(tokens), tokens.length).generate(sequence(),
				new int[] { 5 }, (token, piece) -> {
					heard.add(token);
					return complete.append(piece) != null;
				});
		assertThat(generation.end()).isEqualTo(Generation.End.LIMIT);
		assertThat(generation.tokens()).isEqualTo(heard).hasSize(tokens.length);
		assertThat(generation.text()).isEqualTo(text);
		assertThat(complete).hasToString(text);
	}

	@Test
	void answerEndsWhenTheModelSaysSo() {
		Sequence sequence = sequence();
		Generation generation = new Generator(this.engine, scripted(70, 71, 2, 72), 10).generate(sequence,
				new int[] { 5, 6 }, TokenListener.NONE);
		assertThat(generation.end()).isEqualTo(Generation.End.COMPLETE);
		assertThat(generation.tokens()).containsExactly(70, 71);
		assertThat(sequence.length()).as("prompt and answer").isEqualTo(4);
		Generation empty = new Generator(this.engine, scripted(2), 10).generate(sequence(), new int[] { 5 },
				TokenListener.NONE);
		assertThat(empty).isEqualTo(new Generation(List.of(), "", Generation.End.COMPLETE));
	}

	@Test
	void answerEndsWhenNobodyListensAnyMore() {
		Generation generation = new Generator(this.engine, scripted(70, 71, 72), 10).generate(sequence(),
				new int[] { 5 }, (token, text) -> token != 71);
		assertThat(generation.end()).isEqualTo(Generation.End.STOPPED);
		assertThat(generation.tokens()).containsExactly(70, 71);
	}

	@Test
	void lastTokenNeedsNoRoom() {
		Sequence sequence = new Sequence(0);
		int[] answer = IntStream.range(40, 47).toArray();
		Generation generation = new Generator(this.engine, scripted(answer), 7).generate(sequence, new int[10],
				TokenListener.NONE);
		assertThat(generation.tokens()).hasSize(7);
		assertThat(sequence.length()).isEqualTo(16);
	}

	@Test
	void greedyTakesTheLikeliest() {
		assertThat(Sampler.greedy().choose(new float[] { -3, 2, 7, 7, 1 })).isEqualTo(2);
		assertThat(Sampler.greedy().choose(new float[] { -3, -2 })).isEqualTo(1);
	}

	@Test
	void temperatureTakesTokensAsOftenAsTheModelSays() {
		double[] probabilities = { 0.5, 0.3, 0.2, 0 };
		int[] counts = new int[4];
		Sampler sampler = Sampler.temperature(2, 42);
		for (int i = 0; i < 20_000; i++) {
			float[] logits = new float[4];
			for (int token = 0; token < 4; token++) {
				logits[token] = (float) (2 * Math.log(probabilities[token])) + 5;
			}
			counts[sampler.choose(logits)]++;
		}
		for (int token = 0; token < 4; token++) {
			assertThat(Math.abs(counts[token] / 20_000.0 - probabilities[token])).isLessThan(0.02);
		}
		assertThat(counts[3]).isZero();
	}

	@Test
	void sameSeedTakesTheSameTokens() {
		Sampler one = Sampler.temperature(0.8f, 7);
		Sampler two = Sampler.temperature(0.8f, 7);
		for (int i = 0; i < 100; i++) {
			float[] logits = { 1, 2, 3, i % 5 };
			assertThat(one.choose(logits.clone())).isEqualTo(two.choose(logits.clone()));
		}
	}

	@Test
	void wrongSettingsAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> Sampler.temperature(0, 1));
		assertThatIllegalArgumentException().isThrownBy(() -> Sampler.temperature(Float.NaN, 1));
		assertThatIllegalArgumentException().isThrownBy(() -> Sampler.temperature(Float.POSITIVE_INFINITY, 1));
		assertThatIllegalArgumentException().isThrownBy(() -> new Generator(this.engine, Sampler.greedy(), 0));
		assertThatIllegalArgumentException().isThrownBy(() -> new Sequence(1, 2, 1)).withMessageContaining("twice");
		assertThatIllegalArgumentException().isThrownBy(() -> new Sequence(new int[] { 1 }, -1));
		assertThatIllegalArgumentException().isThrownBy(() -> new HeapKvPages(this.model.shape(), 0, 1));
		Sequence sequence = new Sequence(1, 2);
		assertThatIllegalArgumentException().isThrownBy(() -> sequence.addBlocks(3, 2)).withMessageContaining("twice");
		sequence.addBlocks(3);
		assertThat(sequence.blocks()).containsExactly(1, 2, 3);
	}

	private static Sequence sequence() {
		return new Sequence(IntStream.range(0, 8).toArray());
	}

	private static Sampler scripted(int... tokens) {
		Iterator<Integer> next = IntStream.of(tokens).iterator();
		return (logits) -> next.next();
	}

}
