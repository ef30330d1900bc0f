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

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Computes with a model over KV pages. {@link #prefill} takes a prompt, or what of it is
 * not in the blocks yet; {@link #decode(List)} takes one more token of each of several
 * sequences. Both leave the tokens' keys and values in the sequences' blocks and give the
 * logits of what could come next: a number for each token, the larger the likelier.
 *
 * <p>
 * The same tokens give the same numbers to the last bit, whatever the number of threads,
 * wherever the blocks lie, in whatever parts a prompt comes and whichever other sequences
 * are computed beside it, as long as {@link #kernels()} are the same.
 *
 * <p>
 * May be called from several threads. Prompts are computed one after the other, in the
 * order they came; the steps of decode come in between, after half a layer at the latest.
 */
public final class Engine implements AutoCloseable {

	/**
	 * Tokens of a prompt that are computed together. Longer prompts go through the layers
	 * several times.
	 */
	public static final int CHUNK = 1024;

	private final Model model;

	private final String kernels;

	private final KvCache cache;

	private final Workers workers;

	private final Forward prefill;

	private final Forward decode;

	/** Held from the beginning of a prompt to its end. */
	private final ReentrantLock prefillTurn = new ReentrantLock(true);

	/** Held by whoever uses {@link #decode}. */
	private final ReentrantLock decodeTurn = new ReentrantLock(true);

	/** Held by whoever computes at this moment. */
	private final ReentrantLock turn = new ReentrantLock(true);

	/**
	 * Create an engine and start its threads.
	 * @param model the model
	 * @param pages where keys and values lie
	 * @param threads how many threads compute, the caller's counted
	 */
	public Engine(Model model, KvPages pages, int threads) {
		this(model, pages, threads, Kernels::best);
	}

	Engine(Model model, KvPages pages, int threads, Supplier<Kernels> kernels) {
		this.model = model;
		this.cache = new KvCache(model.shape(), pages);
		this.workers = new Workers(threads, "engine");
		Scratch[] scratch = new Scratch[threads];
		Arrays.setAll(scratch, (i) -> new Scratch(kernels.get()));
		this.kernels = scratch[0].kernels().name();
		this.prefill = new Forward(model, this.cache, this.workers, scratch);
		this.decode = new Forward(model, this.cache, this.workers, scratch);
	}

	/**
	 * The model it computes with.
	 * @return the model
	 */
	public Model model() {
		return this.model;
	}

	/**
	 * What its inner loops are made of: {@code vector} if the JVM was started with
	 * {@code --add-modules jdk.incubator.vector} and the processor is fit for it,
	 * {@code plain} if not.
	 * @return the name
	 */
	public String kernels() {
		return this.kernels;
	}

	/**
	 * Compute tokens that follow those of a sequence, of a prompt usually. Whose first
	 * tokens are in the blocks already, from another request perhaps, is a sequence of
	 * that length, and the tokens are the others.
	 * @param sequence the sequence; has these tokens too when this returns
	 * @param tokens the tokens
	 * @param listener hears when a layer is complete for all of them, as far as this call
	 * goes; a prompt of up to {@link #CHUNK} tokens completes layer after layer, of a
	 * longer one all layers complete during the last chunk
	 * @return the logits after the last token
	 * @throws IllegalArgumentException if the sequence has too few blocks or blocks that
	 * do not exist, if it gets longer than the model can read, or if a token does not
	 * exist
	 * @throws IllegalStateException if the engine is closed, or calls from within its own
	 * listener
	 */
	public float[] prefill(Sequence sequence, int[] tokens, LayerListener listener) {
		check(sequence, tokens);
		refuseListeners();
		this.prefillTurn.lock();
		try {
			int done = 0;
			while (tokens.length - done > CHUNK) {
				int[] chunk = Arrays.copyOfRange(tokens, done, done + CHUNK);
				run(this.prefill, Batch.of(sequence, sequence.length() + done, chunk), LayerListener.NONE);
				done += CHUNK;
			}
			int[] last = Arrays.copyOfRange(tokens, done, tokens.length);
			run(this.prefill, Batch.of(sequence, sequence.length() + done, last), listener);
			float[][] logits = new float[1][];
			inTurn(() -> logits[0] = this.prefill.logits(last.length - 1, 1)[0]);
			sequence.advance(tokens.length);
			return logits[0];
		}
		finally {
			this.prefillTurn.unlock();
		}
	}

	/**
	 * Compute the one token that follows those of a sequence.
	 * @param sequence the sequence; has this token too when this returns
	 * @param token the token
	 * @return the logits after it
	 * @throws IllegalArgumentException as {@link #prefill}
	 * @throws IllegalStateException if the engine is closed
	 */
	public float[] decode(Sequence sequence, int token) {
		return decode(List.of(new Step(sequence, token))).get(0);
	}

	/**
	 * Compute the next token of each of several sequences, in one pass through the
	 * weights.
	 * @param steps the sequences, each once, and their tokens; the sequences have these
	 * too when this returns
	 * @return the logits after each
	 * @throws IllegalArgumentException as {@link #prefill}, or if a sequence is there
	 * twice; nothing was computed then
	 * @throws IllegalStateException if the engine is closed
	 */
	public List<float[]> decode(List<Step> steps) {
		Set<Sequence> sequences = Collections.newSetFromMap(new IdentityHashMap<>());
		for (Step step : steps) {
			check(step);
			if (!sequences.add(step.sequence())) {
				throw new IllegalArgumentException("two tokens of one sequence: the second needs the first");
			}
		}
		refuseListeners();
		if (steps.isEmpty()) {
			return List.of();
		}
		this.decodeTurn.lock();
		try {
			float[][][] logits = new float[1][][];
			inTurn(() -> {
				run(this.decode, Batch.of(steps), LayerListener.NONE);
				logits[0] = this.decode.logits(0, steps.size());
			});
			steps.forEach((step) -> step.sequence().advance(1));
			return List.of(logits[0]);
		}
		finally {
			this.decodeTurn.unlock();
		}
	}

	private void run(Forward pass, Batch batch, LayerListener listener) {
		inTurn(() -> pass.begin(batch));
		for (int i = 0; i < this.model.shape().layers(); i++) {
			int layer = i;
			inTurn(() -> pass.keysAndValues(layer));
			// Others may compute while the listener does what it does.
			listener.layerDone(layer);
			inTurn(() -> pass.rest(layer));
		}
	}

	private void inTurn(Runnable work) {
		this.turn.lock();
		try {
			work.run();
		}
		finally {
			this.turn.unlock();
		}
	}

	private void refuseListeners() {
		if (this.prefillTurn.isHeldByCurrentThread()) {
			throw new IllegalStateException("a layer listener must not call the engine that called it");
		}
	}

	/** Refuses a step that cannot be computed. */
	void check(Step step) {
		check(step.sequence(), step.token());
	}

	private void check(Sequence sequence, int... tokens) {
		if (tokens.length == 0) {
			throw new IllegalArgumentException("no tokens");
		}
		for (int token : tokens) {
			if (token < 0 || token >= this.model.shape().vocabulary()) {
				throw new IllegalArgumentException("there is no token " + token);
			}
		}
		int room = this.model.shape().contextLength() - sequence.length();
		if (tokens.length > room) {
			throw new IllegalArgumentException("%d and %d more tokens: the model reads %d".formatted(sequence.length(),
					tokens.length, this.model.shape().contextLength()));
		}
		this.cache.check(sequence, tokens.length);
	}

	/** Ends the threads. Calls that compute go on to their end first. */
	@Override
	public void close() {
		this.prefillTurn.lock();
		this.decodeTurn.lock();
		try {
			this.workers.close();
		}
		finally {
			this.decodeTurn.unlock();
			this.prefillTurn.unlock();
		}
	}

}
