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

package io.nixl4j.sample.web;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.nixl4j.serving.ServingResult;
import io.nixl4j.serving.TokenListener;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * An answer while it is made: what its listener hears, until somebody reads it. Bounded
 * by the tokens that the answer may have.
 */
final class Answer implements TokenListener {

	/** A failure may come while a token is being told. */
	private static final Sinks.EmitFailureHandler TOGETHER = Sinks.EmitFailureHandler
		.busyLooping(Duration.ofSeconds(1));

	private final Sinks.Many<String> pieces = Sinks.many().unicast().onBackpressureBuffer();

	private final CompletableFuture<Void> begun = new CompletableFuture<>();

	private final TransferBoard board;

	private final String id;

	/** How much was told; the listener's until there is a result. */
	private int told;

	Answer(String id, TransferBoard board) {
		this.id = id;
		this.board = board;
	}

	@Override
	public void token(int token, String text) {
		this.board.token(this.id);
		if (!text.isEmpty()) {
			this.told += text.length();
			this.pieces.emitNext(text, TOGETHER);
		}
		this.begun.complete(null);
	}

	void end(@Nullable ServingResult result, @Nullable Throwable failure) {
		if (result == null) {
			ApiException told = ApiErrors.typed((failure != null) ? failure : new IllegalStateException("no result"));
			this.board.failed(this.id, String.valueOf(told.getMessage()));
			this.begun.completeExceptionally(told);
			this.pieces.emitError(told, TOGETHER);
			return;
		}
		this.board.answered(this.id);
		String rest = result.text().substring(this.told);
		if (!rest.isEmpty()) {
			this.pieces.emitNext(rest, TOGETHER);
		}
		this.begun.complete(null);
		this.pieces.emitComplete(TOGETHER);
	}

	/**
	 * Returns whether there is something to tell.
	 * @return completes with the first token, or fails as the request did before it
	 */
	CompletableFuture<Void> begun() {
		return this.begun;
	}

	/**
	 * Returns the answer's text.
	 * @return its pieces, for one reader
	 */
	Flux<String> pieces() {
		return this.pieces.asFlux();
	}

}
