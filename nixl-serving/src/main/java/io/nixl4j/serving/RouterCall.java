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

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.Consumer;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * A request at its router. Lives on the router's loop, but for what users see of it.
 */
final class RouterCall implements ServingCall {

	private final ServingRequest request;

	private final TokenListener listener;

	private final Consumer<RouterCall> canceller;

	private final Executor callbacks;

	private final CompletableFuture<ServingResult> result = new CompletableFuture<>();

	private final long started = System.nanoTime();

	final Deadline deadline;

	/** Decode workers that have failed it. */
	final Set<String> failedDecoders = new HashSet<>();

	/** Prefill workers that have failed it. */
	final Set<String> failedPrefillers = new HashSet<>();

	private final List<Integer> tokens = new ArrayList<>();

	private final StringBuilder text = new StringBuilder();

	/** What the listener hears, one after the other. */
	private CompletableFuture<Void> heard = CompletableFuture.completedFuture(null);

	/** What the listener threw; set and read by what it hears. */
	private @Nullable RuntimeException unheard;

	private long firstToken;

	int attempt;

	/** What the attempt goes on from: the prompt, and what there was of the answer. */
	List<Integer> prompt;

	/** How much there was of the answer when the attempt began. */
	int answered;

	/** Where the attempt is; empty before the first one. */
	String decodeEngine = "";

	/** Who computes the prompt of the attempt; empty if the decode worker does. */
	String prefillEngine = "";

	/** No prefill worker is to compute the prompt any more. */
	boolean local;

	/** There is an attempt that has not failed. */
	boolean underWay;

	/** The decode worker has not said yet that it keeps blocks. */
	boolean unreserved;

	/** The answer is complete, and only figures are waited for. */
	boolean finished;

	boolean over;

	/** Of how many tokens of the prompt the decode worker had keys and values. */
	int held;

	@Nullable KvMove moved;

	@Nullable NixlException lastFailure;

	@Nullable Future<?> alarm;

	@Nullable Future<?> remoteAlarm;

	RouterCall(ServingRequest request, TokenListener listener, Consumer<RouterCall> canceller, Executor callbacks) {
		this.request = request;
		this.prompt = request.tokens();
		this.listener = listener;
		this.canceller = canceller;
		this.callbacks = callbacks;
		this.deadline = Deadline.in(request.timeout());
	}

	@Override
	public ServingRequest request() {
		return this.request;
	}

	@Override
	public CompletableFuture<ServingResult> result() {
		return this.result.copy();
	}

	@Override
	public void cancel() {
		this.canceller.accept(this);
	}

	/** Begins an attempt, which goes on from where the one before has ended. */
	void nextAttempt() {
		this.attempt++;
		this.prompt = this.tokens.isEmpty() ? this.request.tokens() : List.copyOf(allTokens());
		this.answered = this.tokens.size();
		this.moved = null;
		this.held = 0;
	}

	/** Whether the attempt has brought a token. */
	boolean isAnswering() {
		return this.tokens.size() > this.answered;
	}

	/** Returns the prompt and the answer. */
	List<Integer> allTokens() {
		List<Integer> all = new ArrayList<>(this.request.tokens());
		all.addAll(this.tokens);
		return all;
	}

	int tokenCount() {
		return this.tokens.size();
	}

	/**
	 * Takes a token and lets the listener hear it.
	 * @param token the token
	 * @param complete the text that became complete with it
	 * @param failed gets what the listener throws, on its thread
	 */
	void token(int token, String complete, Consumer<RuntimeException> failed) {
		if (this.tokens.isEmpty()) {
			this.firstToken = System.nanoTime();
		}
		this.tokens.add(token);
		this.text.append(complete);
		this.heard = this.heard.thenRunAsync(() -> {
			try {
				if (this.unheard == null) {
					this.listener.token(token, complete);
				}
			}
			catch (RuntimeException ex) {
				this.unheard = ex;
				failed.accept(ex);
			}
		}, this.callbacks);
	}

	/**
	 * Sets the result, behind all that the listener hears.
	 */
	void succeed() {
		Duration toFirst = Duration
			.ofNanos((this.tokens.isEmpty() ? System.nanoTime() : this.firstToken) - this.started);
		ServingResult answer = new ServingResult(List.copyOf(this.tokens), this.text.toString(), this.attempt,
				Optional.ofNullable(this.moved), this.held, toFirst);
		this.heard.thenRunAsync(() -> {
			RuntimeException failure = this.unheard;
			if (failure == null) {
				this.result.complete(answer);
			}
			else {
				this.result.completeExceptionally(listenerFailed(failure));
			}
		}, this.callbacks);
	}

	static NixlException listenerFailed(RuntimeException failure) {
		return NixlError.BACKEND.exception("The listener failed: " + failure, null, "serve", failure);
	}

	void rest(String complete) {
		this.text.append(complete);
	}

	/**
	 * Sets a failure, whatever the listener does.
	 * @param failure why
	 */
	void fail(NixlException failure) {
		CompletableFuture.runAsync(() -> this.result.completeExceptionally(failure));
	}

	/**
	 * Lets the result come in time even if the listener does not return.
	 * @param loop has the time
	 */
	void guard(Loop loop) {
		Future<?> guard = loop.later(this.deadline.left(), () -> fail(Deadline.passed("The listener")));
		if (guard != null) {
			this.result.whenComplete((answer, failure) -> guard.cancel(false));
		}
	}

	/**
	 * Sets a failure on this thread unless there is a result: nothing else may set one
	 * any more.
	 * @param failure why
	 */
	void abandon(NixlException failure) {
		this.result.completeExceptionally(failure);
	}

	void quiet() {
		if (this.alarm != null) {
			this.alarm.cancel(false);
		}
		quietRemote();
	}

	void quietRemote() {
		if (this.remoteAlarm != null) {
			this.remoteAlarm.cancel(false);
			this.remoteAlarm = null;
		}
	}

}
