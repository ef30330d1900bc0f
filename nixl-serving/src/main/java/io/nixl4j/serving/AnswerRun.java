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

package io.nixl4j.serving;

import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the answer to one request, on a thread of the engine.
 */
final class AnswerRun implements Runnable {

	private final DecodeTask task;

	private final DecodeEngine engine;

	private final BlockStock stock;

	private final Consumer<ServingMessage.Token> tokens;

	private final BiConsumer<String, @Nullable NixlException> end;

	/**
	 * Creates a run.
	 * @param task the request, whose blocks are ready
	 * @param engine the engine
	 * @param stock computes prompts of which some is there already
	 * @param tokens gets each token, on this thread
	 * @param end gets the text that was left or why there is no answer, when the engine
	 * touches the blocks no more
	 */
	AnswerRun(DecodeTask task, DecodeEngine engine, BlockStock stock, Consumer<ServingMessage.Token> tokens,
			BiConsumer<String, @Nullable NixlException> end) {
		this.task = task;
		this.engine = engine;
		this.stock = stock;
		this.tokens = tokens;
		this.end = end;
	}

	@Override
	public void run() {
		String rest;
		try {
			rest = answer();
		}
		catch (InterruptedException | RuntimeException | Error ex) {
			this.end.accept("", Loop.typed(ex));
			return;
		}
		this.end.accept(rest, null);
	}

	private String answer() throws InterruptedException {
		this.task.checkWanted();
		BlockShare share = Objects.requireNonNull(this.task.share, "share");
		int first = this.task.local ? this.stock.compute(share, this.task.request, (layer) -> this.task.checkWanted())
				: this.task.first;
		return this.engine.decode(this.task.request, share.table(), first, this::send);
	}

	private boolean send(int token, String text) {
		int most = this.task.request.maxTokens();
		if (this.task.over || this.task.answer.size() >= most) {
			return false;
		}
		if (token < 0) {
			throw NixlError.OUT_OF_RANGE.exception("Token " + token + " is negative");
		}
		this.task.answer.add(token);
		this.tokens
			.accept(new ServingMessage.Token(this.task.id.id(), this.task.id.attempt(), token, ServingCodec.cut(text)));
		return this.task.answer.size() < most;
	}

}
