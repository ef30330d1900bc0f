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

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link Engine} against {@link NaiveLlama}, and of what it promises.
 */
class EngineTests {

	private static final int PER_BLOCK = 16;

	private static final List<Supplier<Kernels>> KERNELS = List.of(PlainKernels::new, VectorKernels::new);

	private final TinyModel tiny = new TinyModel(1);

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 15, 16, 17, 64, 65, 150 })
	void prefillComputesWhatTheFormulasSay(int length) throws Exception {
		Model model = this.tiny.model();
		int[] tokens = TinyModel.randomTokens(length, length);
		NaiveLlama naive = new NaiveLlama(this.tiny);
		double[] expected = new double[0];
		for (int token : tokens) {
			expected = naive.next(token);
		}
		for (Supplier<Kernels> kernels : KERNELS) {
			HeapKvPages pages = new HeapKvPages(model.shape(), PER_BLOCK, 12);
			Sequence sequence = new Sequence(7, 3, 11, 0, 1, 2, 4, 5, 6, 8, 9, 10);
			try (Engine engine = new Engine(model, pages, 2, kernels)) {
				assertClose(engine.prefill(sequence, tokens, LayerListener.NONE), expected);
			}
			assertThat(sequence.length()).isEqualTo(length);
			assertPages(pages, sequence, naive);
		}
	}

	@Test
	void decodeComputesWhatTheFormulasSay() throws Exception {
		Model model = this.tiny.directModel();
		int[] tokens = TinyModel.randomTokens(80, 5);
		for (Supplier<Kernels> kernels : KERNELS) {
			NaiveLlama naive = new NaiveLlama(this.tiny);
			HeapKvPages pages = new HeapKvPages(model.shape(), PER_BLOCK, 5);
			Sequence sequence = new Sequence(4, 2, 0, 3, 1);
			try (Engine engine = new Engine(model, pages, 3, kernels)) {
				for (int token : tokens) {
					assertClose(engine.decode(sequence, token), naive.next(token));
				}
			}
			assertThat(sequence.length()).isEqualTo(tokens.length);
			assertPages(pages, sequence, naive);
		}
	}

	@Test
	void prefillAfterOtherTokensComputesWhatTheFormulasSay() throws Exception {
		Model model = this.tiny.model();
		int[] tokens = TinyModel.randomTokens(100, 9);
		NaiveLlama naive = new NaiveLlama(this.tiny);
		double[] expected = new double[0];
		for (int token : tokens) {
			expected = naive.next(token);
		}
		Sequence sequence = blocks(7);
		try (Engine engine = new Engine(model, new HeapKvPages(model.shape(), PER_BLOCK, 7), 2)) {
			engine.prefill(sequence, Arrays.copyOf(tokens, 21), LayerListener.NONE);
			engine.decode(sequence, tokens[21]);
			float[] logits = engine.prefill(sequence, Arrays.copyOfRange(tokens, 22, 100), LayerListener.NONE);
			assertClose(logits, expected);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 2, 3, 8 })
	void numbersDoNotDependOnThreads(int threads) throws Exception {
		Model model = this.tiny.model();
		int[] prompt = TinyModel.randomTokens(70, 3);
		List<float[]> expected = run(model, prompt, 1);
		for (int repeat = 0; repeat < 5; repeat++) {
			List<float[]> logits = run(model, prompt, threads);
			for (int i = 0; i < expected.size(); i++) {
				assertThat(logits.get(i)).containsExactly(expected.get(i));
			}
		}
	}

	private List<float[]> run(Model model, int[] prompt, int threads) {
		List<float[]> logits = new ArrayList<>();
		try (Engine engine = new Engine(model, new HeapKvPages(model.shape(), PER_BLOCK, 6), threads)) {
			Sequence sequence = blocks(6);
			logits.add(engine.prefill(sequence, prompt, LayerListener.NONE));
			for (int i = 0; i < 10; i++) {
				logits.add(engine.decode(sequence, 100 + i));
			}
		}
		return logits;
	}

	/**
	 * A prompt in whatever parts, also such as were computed for another request, and one
	 * token after the other as decode does.
	 */
	@Test
	void numbersDoNotDependOnTheParts() throws Exception {
		Model model = this.tiny.model();
		SplittableRandom random = new SplittableRandom(12);
		for (Supplier<Kernels> kernels : KERNELS) {
			HeapKvPages whole = new HeapKvPages(model.shape(), PER_BLOCK, 10);
			HeapKvPages parts = new HeapKvPages(model.shape(), PER_BLOCK, 10);
			try (Engine one = new Engine(model, whole, 1, kernels); Engine two = new Engine(model, parts, 2, kernels)) {
				for (int round = 0; round < 20; round++) {
					int[] prompt = TinyModel.randomTokens(1 + random.nextInt(150), round);
					float[] expected = one.prefill(blocks(10), prompt, LayerListener.NONE);
					float[] logits = new float[0];
					for (int from = 0; from < prompt.length;) {
						Sequence sequence = new Sequence(IntStream.range(0, 10).toArray(), from);
						int to = Math.min(prompt.length, from + 1 + random.nextInt(70));
						logits = (to == from + 1) ? two.decode(sequence, prompt[from])
								: two.prefill(sequence, Arrays.copyOfRange(prompt, from, to), LayerListener.NONE);
						from = to;
					}
					assertThat(logits).containsExactly(expected);
					for (int layer = 0; layer < TinyModel.LAYERS; layer++) {
						assertThat(bytes(parts, layer)).isEqualTo(bytes(whole, layer));
					}
				}
			}
		}
	}

	@Test
	void numbersDoNotDependOnWhatIsComputedBeside() throws Exception {
		Model model = this.tiny.model();
		SplittableRandom random = new SplittableRandom(13);
		for (Supplier<Kernels> kernels : KERNELS) {
			try (Engine alone = new Engine(model, new HeapKvPages(model.shape(), PER_BLOCK, 60), 1, kernels);
					Engine together = new Engine(model, new HeapKvPages(model.shape(), PER_BLOCK, 60), 2, kernels)) {
				List<Sequence> theirs = new ArrayList<>();
				List<Sequence> ours = new ArrayList<>();
				for (int i = 0; i < 10; i++) {
					int[] blocks = IntStream.range(6 * i, 6 * i + 6).toArray();
					theirs.add(new Sequence(blocks));
					ours.add(new Sequence(blocks));
					int[] prompt = TinyModel.randomTokens(1 + random.nextInt(60), i);
					assertThat(together.prefill(ours.get(i), prompt, LayerListener.NONE))
						.containsExactly(alone.prefill(theirs.get(i), prompt, LayerListener.NONE));
				}
				for (int round = 0; round < 20; round++) {
					int[] chosen = IntStream.range(0, 10).filter((i) -> random.nextInt(3) > 0).toArray();
					List<Step> steps = new ArrayList<>();
					for (int i : chosen) {
						steps.add(new Step(ours.get(i), 10 + random.nextInt(100)));
					}
					List<float[]> logits = together.decode(steps);
					assertThat(logits).hasSameSizeAs(steps);
					for (int i = 0; i < chosen.length; i++) {
						assertThat(logits.get(i))
							.containsExactly(alone.decode(theirs.get(chosen[i]), steps.get(i).token()));
					}
				}
			}
		}
	}

	@Test
	void decodeGoesOnWhileAPromptIsComputed() throws Exception {
		Model model = this.tiny.model();
		int[] prompt = TinyModel.randomTokens(40, 6);
		ExecutorService callers = Executors.newSingleThreadExecutor();
		try (Engine engine = new Engine(model, new HeapKvPages(model.shape(), PER_BLOCK, 4), 2)) {
			List<float[]> answers = new ArrayList<>();
			float[] logits = engine.prefill(blocks(3), prompt, (layer) -> {
				// Another thread's step, between the two halves of this layer.
				answers.add(CompletableFuture.supplyAsync(() -> engine.decode(new Sequence(3), 10 + layer), callers)
					.join());
			});
			assertThat(logits).containsExactly(run(model, prompt, 1).get(0));
			for (int layer = 0; layer < TinyModel.LAYERS; layer++) {
				assertThat(answers.get(layer)).containsExactly(engine.decode(new Sequence(3), 10 + layer));
			}
		}
		finally {
			callers.shutdown();
		}
	}

	@Test
	void sequenceTakesOneTokenAStep() throws Exception {
		Model model = this.tiny.model();
		try (Engine engine = new Engine(model, new HeapKvPages(model.shape(), PER_BLOCK, 2), 1)) {
			Sequence sequence = blocks(2);
			assertThatIllegalArgumentException()
				.isThrownBy(() -> engine.decode(List.of(new Step(sequence, 5), new Step(sequence, 6))))
				.withMessageContaining("two tokens");
			assertThat(sequence.length()).isZero();
			assertThat(engine.decode(List.of())).isEmpty();
			assertThat(engine.kernels()).isEqualTo(Kernels.best().name());
		}
	}

	@Test
	void longPromptCompletesItsLayersInTheLastChunk() throws Exception {
		Model model = this.tiny.model();
		int[] prompt = TinyModel.randomTokens(Engine.CHUNK + 300, 4);
		HeapKvPages pages = new HeapKvPages(model.shape(), PER_BLOCK, 90);
		NaiveLlama naive = new NaiveLlama(this.tiny);
		double[] expected = new double[0];
		for (int token : prompt) {
			expected = naive.next(token);
		}
		List<Integer> layers = new ArrayList<>();
		Sequence sequence = blocks(90);
		try (Engine engine = new Engine(model, pages, 2)) {
			float[] logits = engine.prefill(sequence, prompt, (layer) -> {
				layers.add(layer);
				// Complete now, whatever comes later.
				assertLayer(pages, sequence.blocks(), prompt.length, naive, layer);
			});
			assertClose(logits, expected);
		}
		assertThat(layers).containsExactly(0, 1, 2);
	}

	@Test
	void layerIsCompleteWhenTheListenerHearsOfIt() throws Exception {
		Model model = this.tiny.model();
		int[] prompt = TinyModel.randomTokens(40, 8);
		HeapKvPages pages = new HeapKvPages(model.shape(), PER_BLOCK, 3);
		List<byte[]> heard = new ArrayList<>();
		try (Engine engine = new Engine(model, pages, 2)) {
			engine.prefill(blocks(3), prompt, (layer) -> heard.add(bytes(pages, layer)));
			for (int layer = 0; layer < TinyModel.LAYERS; layer++) {
				assertThat(heard.get(layer)).isEqualTo(bytes(pages, layer));
			}
		}
	}

	@Test
	void sequenceIsContinuedByAnotherEngineWithTheSameNumbers() throws Exception {
		Model model = this.tiny.model();
		int[] prompt = TinyModel.randomTokens(37, 2);
		HeapKvPages near = new HeapKvPages(model.shape(), PER_BLOCK, 4);
		DirectKvPages far = new DirectKvPages(model.shape(), PER_BLOCK, 9);
		int[] theirs = { 8, 1, 5, 2 };
		try (Engine prefill = new Engine(model, near, 2); Engine decode = new Engine(model, far, 2)) {
			Sequence sequence = blocks(4);
			prefill.prefill(sequence, prompt, (layer) -> {
				for (int block = 0; block < 3; block++) {
					far.keys(layer, theirs[block]).put(near.keys(layer, block));
					far.values(layer, theirs[block]).put(near.values(layer, block));
				}
			});
			Sequence continued = new Sequence(theirs, prompt.length);
			for (int i = 0; i < 20; i++) {
				assertThat(decode.decode(continued, 50 + i)).containsExactly(prefill.decode(sequence, 50 + i));
			}
		}
	}

	@Test
	void stepsOfSeveralThreadsTakeTurns() throws Exception {
		Model model = this.tiny.model();
		int[] prompt = TinyModel.randomTokens(20, 6);
		List<float[]> expected = run(model, prompt, 1);
		ExecutorService callers = Executors.newFixedThreadPool(4);
		try (Engine engine = new Engine(model, new HeapKvPages(model.shape(), PER_BLOCK, 8), 2)) {
			List<CompletableFuture<float[]>> answers = IntStream.range(0, 4)
				.mapToObj((i) -> CompletableFuture.supplyAsync(() -> {
					Sequence sequence = new Sequence(2 * i, 2 * i + 1);
					engine.prefill(sequence, prompt, LayerListener.NONE);
					float[] logits = new float[0];
					for (int step = 0; step < 10; step++) {
						logits = engine.decode(sequence, 100 + step);
					}
					return logits;
				}, callers))
				.toList();
			for (CompletableFuture<float[]> answer : answers) {
				assertThat(answer.join()).containsExactly(expected.get(10));
			}
		}
		finally {
			callers.shutdown();
		}
	}

	@Test
	void failureOfTheListenerLeavesSequenceAndEngineUsable() throws Exception {
		Model model = this.tiny.model();
		int[] prompt = TinyModel.randomTokens(20, 6);
		try (Engine engine = new Engine(model, new HeapKvPages(model.shape(), PER_BLOCK, 2), 2)) {
			Sequence sequence = blocks(2);
			assertThatExceptionOfType(UnsupportedOperationException.class)
				.isThrownBy(() -> engine.prefill(sequence, prompt, (layer) -> {
					throw new UnsupportedOperationException("no");
				}));
			assertThat(sequence.length()).isZero();
			assertThat(engine.prefill(sequence, prompt, LayerListener.NONE))
				.containsExactly(run(model, prompt, 1).get(0));
		}
	}

	@Test
	void listenerCannotCallTheEngine() throws Exception {
		Model model = this.tiny.model();
		try (Engine engine = new Engine(model, new HeapKvPages(model.shape(), PER_BLOCK, 2), 2)) {
			assertThatIllegalStateException()
				.isThrownBy(() -> engine.prefill(new Sequence(0), new int[] { 5 },
						(layer) -> engine.decode(new Sequence(1), 5)))
				.withMessageContaining("listener");
		}
	}

	@Test
	void wrongCallsAreRefusedBeforeAnythingIsWritten() throws Exception {
		Model model = this.tiny.model();
		HeapKvPages pages = new HeapKvPages(model.shape(), PER_BLOCK, 2);
		try (Engine engine = new Engine(model, pages, 1)) {
			assertThatIllegalArgumentException().isThrownBy(() -> engine.decode(blocks(1), -1))
				.withMessageContaining("-1");
			assertThatIllegalArgumentException().isThrownBy(() -> engine.decode(blocks(1), model.shape().vocabulary()));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> engine.prefill(blocks(1), new int[0], LayerListener.NONE));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> engine.prefill(blocks(1), new int[17], LayerListener.NONE))
				.withMessageContaining("2 blocks");
			assertThatIllegalArgumentException().isThrownBy(() -> engine.decode(new Sequence(2), 5))
				.withMessageContaining("block 2");
			assertThatIllegalArgumentException().isThrownBy(() -> engine.decode(new Sequence(-1), 5));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> engine.decode(new Sequence(new int[] { 0, 1 }, TinyModel.CONTEXT), 5))
				.withMessageContaining("reads " + TinyModel.CONTEXT);
		}
		for (int layer = 0; layer < TinyModel.LAYERS; layer++) {
			assertThat(bytes(pages, layer)).containsOnly(0);
		}
	}

	@Test
	void piecesOfTheWrongSizeAreRefused() throws Exception {
		Model model = this.tiny.model();
		HeapKvPages wrong = new HeapKvPages(model.shape(), PER_BLOCK, 1);
		KvPages pages = new KvPages() {

			@Override
			public int tokensPerBlock() {
				return PER_BLOCK + 1;
			}

			@Override
			public int blocks() {
				return 1;
			}

			@Override
			public ByteBuffer keys(int layer, int block) {
				return wrong.keys(layer, block);
			}

			@Override
			public ByteBuffer values(int layer, int block) {
				return wrong.values(layer, block);
			}

		};
		try (Engine engine = new Engine(model, pages, 1)) {
			assertThatIllegalStateException().isThrownBy(() -> engine.decode(blocks(1), 5))
				.withMessageContaining("2048 writable bytes");
		}
	}

	@Test
	void closedEngineRefusesAndItsThreadsEnd() throws Exception {
		Model model = this.tiny.model();
		Engine engine = new Engine(model, new HeapKvPages(model.shape(), PER_BLOCK, 1), 3);
		engine.decode(blocks(1), 5);
		engine.close();
		assertThatIllegalStateException().isThrownBy(() -> engine.decode(blocks(1), 5)).withMessageContaining("closed");
		engine.close();
	}

	private static Sequence blocks(int count) {
		return new Sequence(IntStream.range(0, count).toArray());
	}

	private static void assertClose(float[] logits, double[] expected) {
		assertThat(logits).hasSize(expected.length);
		double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
		for (int i = 0; i < expected.length; i++) {
			assertThat((double) logits[i]).as("logit %d", i).isCloseTo(expected[i], within(largest * 1e-4));
		}
	}

	private static void assertPages(HeapKvPages pages, Sequence sequence, NaiveLlama naive) {
		for (int layer = 0; layer < TinyModel.LAYERS; layer++) {
			assertLayer(pages, sequence.blocks(), sequence.length(), naive, layer);
		}
	}

	private static void assertLayer(HeapKvPages pages, int[] blocks, int length, NaiveLlama naive, int layer) {
		int width = TinyModel.EMBEDDING / 2;
		for (int token = 0; token < length; token++) {
			int block = blocks[token / PER_BLOCK];
			FloatBuffer keys = pages.keys(layer, block).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
			FloatBuffer values = pages.values(layer, block).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
			for (int i = 0; i < width; i++) {
				int at = token % PER_BLOCK * width + i;
				assertThat((double) keys.get(at)).isCloseTo(naive.keys(layer).get(token)[i], within(1e-3));
				assertThat((double) values.get(at)).isCloseTo(naive.values(layer).get(token)[i], within(1e-3));
			}
		}
	}

	private static byte[] bytes(HeapKvPages pages, int layer) {
		ByteBuffer all = ByteBuffer.allocate(pages.blocks() * 2 * pages.keys(layer, 0).remaining());
		for (int block = 0; block < pages.blocks(); block++) {
			all.put(pages.keys(layer, block)).put(pages.values(layer, block));
		}
		return all.array();
	}

}
