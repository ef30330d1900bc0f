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
import java.util.concurrent.locks.ReentrantLock;

/**
 * Computes with a model over KV pages. {@link #prefill} takes a prompt, {@link #decode}
 * one token after it; both leave the tokens' keys and values in the sequence's blocks and
 * give the logits of what could come next: a number for each token, the larger the
 * likelier.
 *
 * <p>
 * The same calls give the same numbers to the last bit, whatever the number of threads
 * and wherever the blocks lie. May be called from several threads; one call computes at a
 * time, in the order they came, so that the steps of several sequences take turns.
 */
public final class Engine implements AutoCloseable {

	/**
	 * Tokens of a prompt that are computed together. Longer prompts go through the layers
	 * several times.
	 */
	public static final int CHUNK = 1024;

	private final Model model;

	private final KvCache cache;

	private final Workers workers;

	private final Prefill prefill;

	private final Decode decode;

	private final ReentrantLock turn = new ReentrantLock(true);

	/**
	 * Create an engine and start its threads.
	 * @param model the model
	 * @param pages where keys and values lie
	 * @param threads how many threads compute, the caller's counted
	 */
	public Engine(Model model, KvPages pages, int threads) {
		this.model = model;
		this.cache = new KvCache(model.shape(), pages);
		this.workers = new Workers(threads, "engine");
		Scratch[] scratch = new Scratch[threads];
		Arrays.setAll(scratch, (i) -> new Scratch());
		KvLayer kv = new KvLayer(model.shape(), this.cache, this.workers);
		OutputHead head = new OutputHead(model.weights(), this.workers, scratch);
		this.prefill = new Prefill(model, this.cache, kv, this.workers, scratch, head);
		this.decode = new Decode(model, this.cache, kv, this.workers, scratch, head);
	}

	/**
	 * The model it computes with.
	 * @return the model
	 */
	public Model model() {
		return this.model;
	}

	/**
	 * Compute tokens that follow those of a sequence, of a prompt usually.
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
		takeTurn();
		try {
			int done = 0;
			while (tokens.length - done > CHUNK) {
				this.prefill.run(sequence, sequence.length() + done, Arrays.copyOfRange(tokens, done, done + CHUNK),
						LayerListener.NONE);
				done += CHUNK;
			}
			int[] last = Arrays.copyOfRange(tokens, done, tokens.length);
			this.prefill.run(sequence, sequence.length() + done, last, listener);
			float[] logits = this.prefill.logits(last.length - 1);
			sequence.advance(tokens.length);
			return logits;
		}
		finally {
			this.turn.unlock();
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
		check(sequence, token);
		takeTurn();
		try {
			float[] logits = this.decode.run(sequence, token);
			sequence.advance(1);
			return logits;
		}
		finally {
			this.turn.unlock();
		}
	}

	private void takeTurn() {
		if (this.turn.isHeldByCurrentThread()) {
			throw new IllegalStateException("a layer listener must not call the engine that called it");
		}
		this.turn.lock();
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

	/** Ends the threads. A call that computes goes on to its end first. */
	@Override
	public void close() {
		this.turn.lock();
		try {
			this.workers.close();
		}
		finally {
			this.turn.unlock();
		}
	}

}
