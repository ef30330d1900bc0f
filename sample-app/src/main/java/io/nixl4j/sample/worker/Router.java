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

package io.nixl4j.sample.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.nixl4j.NixlAgent;
import io.nixl4j.memory.NixlException;
import io.nixl4j.sample.engine.TokenListener;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests: has blocks kept by the decode worker, then a prompt computed by the
 * prefill worker, and hands the answer's tokens on. Prefill begins only when the blocks
 * that it fills are kept.
 */
public final class Router {

	private final Map<String, Request> requests = new ConcurrentHashMap<>();

	private final Mailbox mailbox;

	private final String prefillEngine;

	private final String decodeEngine;

	/**
	 * Creates a router.
	 * @param agent the router's agent
	 * @param prefillEngine computes prompts
	 * @param decodeEngine makes answers
	 */
	public Router(NixlAgent agent, String prefillEngine, String decodeEngine) {
		this.prefillEngine = prefillEngine;
		this.decodeEngine = decodeEngine;
		this.mailbox = new Mailbox(agent, this::received);
	}

	/**
	 * Asks.
	 * @param prompt the tokens of the prompt
	 * @param maxTokens how many the answer may have
	 * @param sampling how they are chosen
	 * @param listener hears them, on a thread of the router's agent
	 * @return the answer; fails with a {@link ServingException}
	 */
	public CompletableFuture<Answer> ask(int[] prompt, int maxTokens, Sampling sampling, TokenListener listener) {
		String id = UUID.randomUUID().toString();
		Request request = new Request(prompt, sampling, listener);
		this.requests.put(id, request);
		request.answer.whenComplete((answer, failure) -> this.requests.remove(id));
		try {
			this.mailbox.send(this.decodeEngine,
					new ServingMessage.Reserve(id, 1, this.prefillEngine, prompt.length, maxTokens, sampling));
		}
		catch (NixlException ex) {
			request.answer.completeExceptionally(new ServingException("No decode worker: " + ex.getMessage(), ex));
		}
		return request.answer;
	}

	private void received(String sender, ServingMessage message) {
		Request request = this.requests.get(message.id());
		if (request == null || message.attempt() != 1) {
			return;
		}
		if (message instanceof ServingMessage.Reserved reserved) {
			prefill(reserved, request);
		}
		else if (message instanceof ServingMessage.Moved moved) {
			request.moved(moved.report());
		}
		else if (message instanceof ServingMessage.Token token) {
			request.token(token.token(), token.text());
		}
		else if (message instanceof ServingMessage.Finished finished) {
			request.finished(finished.rest());
		}
		else if (message instanceof ServingMessage.Failed failed) {
			request.answer.completeExceptionally(new ServingException(sender + ": " + failed.reason()));
		}
	}

	private void prefill(ServingMessage.Reserved reserved, Request request) {
		try {
			this.mailbox.send(this.prefillEngine, new ServingMessage.RemotePrefillRequest(reserved.id(),
					reserved.attempt(), this.decodeEngine, request.prompt, reserved.blocks(), request.sampling));
		}
		catch (NixlException ex) {
			request.answer.completeExceptionally(new ServingException("No prefill worker: " + ex.getMessage(), ex));
			this.mailbox.tell(this.decodeEngine,
					new ServingMessage.PrefillFailed(reserved.id(), reserved.attempt(), "it was never asked for"));
		}
	}

	/**
	 * One request. Its messages come one at a time, but from two workers in any order.
	 */
	private static final class Request {

		private final long started = System.nanoTime();

		private final CompletableFuture<Answer> answer = new CompletableFuture<>();

		private final List<Integer> prompt;

		private final Sampling sampling;

		private final TokenListener listener;

		private final List<Integer> tokens = new ArrayList<>();

		private final StringBuilder text = new StringBuilder();

		private @Nullable KvReport report;

		private long firstToken;

		private boolean finished;

		Request(int[] prompt, Sampling sampling, TokenListener listener) {
			this.prompt = Arrays.stream(prompt).boxed().toList();
			this.sampling = sampling;
			this.listener = listener;
		}

		private void token(int token, String complete) {
			if (this.tokens.isEmpty()) {
				this.firstToken = System.nanoTime();
			}
			this.tokens.add(token);
			this.text.append(complete);
			this.listener.token(token, complete);
		}

		private void moved(KvReport moved) {
			this.report = moved;
			complete();
		}

		private void finished(String rest) {
			if (this.tokens.isEmpty()) {
				this.firstToken = System.nanoTime();
			}
			this.text.append(rest);
			this.finished = true;
			complete();
		}

		private void complete() {
			KvReport moved = this.report;
			if (this.finished && moved != null) {
				this.answer.complete(new Answer(List.copyOf(this.tokens), this.text.toString(), moved,
						Duration.ofNanos(this.firstToken - this.started)));
			}
		}

	}

}
