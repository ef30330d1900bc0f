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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.NixlRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests and sends each to a decode worker, which keeps blocks for it, and to a
 * prefill worker, which fills them. Chooses workers by their free blocks and their load.
 * A request whose prefill worker fails is tried with another one, and is computed by the
 * decode worker if there is none, or if the first one was late. A request whose decode
 * worker fails goes on at another one, from the token on that was heard last. Every
 * request ends with an answer or a typed failure, at its deadline at the latest.
 * <p>
 * The agent's notifications are the router's from its creation to its close; the agent is
 * started and closed by the caller. Close the router before the agent. Safe for use by
 * many threads.
 */
public final class Router implements AutoCloseable {

	private static final int CALLBACK_THREADS = 4;

	/** How long the figures of a prefill worker may come after the answer. */
	private static final Duration FIGURES = Duration.ofSeconds(1);

	private final CallTable calls;

	private final RouterOptions options;

	private final RouterWorkers workers = new RouterWorkers();

	private final Loop loop;

	private final ExecutorService callbacks;

	private final Mail mail;

	private final WorkerDirectory.Watch watch;

	/**
	 * Creates a router.
	 * @param agent the router's agent
	 * @param directory knows the workers; while there is no prefill worker, decode
	 * workers compute all prompts
	 * @param options how to deal with requests
	 */
	public Router(NixlAgent agent, WorkerDirectory directory, RouterOptions options) {
		this.options = options;
		this.calls = new CallTable(options.maxRequests());
		this.loop = new Loop("nixl-" + agent.name() + "-router");
		this.callbacks = Executors.newFixedThreadPool(CALLBACK_THREADS, (task) -> {
			Thread thread = new Thread(task, "nixl-" + agent.name() + "-router-callback");
			thread.setDaemon(true);
			return thread;
		});
		this.mail = new Mail(agent, this.loop, this::received, this::lost);
		this.mail.open();
		this.watch = directory.watch(new WorkerDirectory.Listener() {

			@Override
			public void listed(ListedWorker worker) {
				Router.this.loop.run(() -> Router.this.workers.listed(worker));
			}

			@Override
			public void delisted(String engineId) {
				Router.this.loop.run(() -> Router.this.workers.delisted(engineId));
			}

		});
	}

	/**
	 * Takes a request. One that is sent again under its id, while it is under way or
	 * among the last 1,024 that have ended, is not computed again: its call is returned,
	 * and the listener that was given first goes on hearing it.
	 * @param request the request
	 * @param listener hears the tokens as they come
	 * @return the call
	 * @throws NixlBusyException if as many requests are under way as may be
	 * @throws NixlRefusedException if the id is that of another request
	 */
	public ServingCall submit(ServingRequest request, TokenListener listener) {
		RouterCall call = new RouterCall(request, listener, this::cancel, this.callbacks);
		RouterCall taken = this.calls.add(call);
		if (taken == call) {
			this.loop.run(() -> start(call));
		}
		return taken;
	}

	private void start(RouterCall call) {
		call.alarm = this.loop.later(call.deadline.left(),
				() -> finish(call, call.finished ? null : Deadline.passed("The request")));
		next(call);
	}

	/** Begins the next attempt, or fails if there can be none. */
	private void next(RouterCall call) {
		String before = call.decodeEngine;
		call.nextAttempt();
		Optional<String> decode = this.workers.decodeWorker(call);
		if (call.attempt > this.options.maxAttempts() || decode.isEmpty()) {
			NixlException last = call.lastFailure;
			finish(call, (last != null) ? last : NixlError.UNKNOWN_PEER.exception("There is no decode worker"));
			return;
		}
		if (!before.isEmpty() && !before.equals(decode.get())) {
			tellCancelled(call, call.attempt - 1);
		}
		call.decodeEngine = decode.get();
		call.prefillEngine = prefillWorker(call);
		this.workers.began(call);
		ServingRequest request = call.request();
		int attempt = call.attempt;
		sendPrompt(call, call.decodeEngine,
				new ServingMessage.Reserve(request.id(), attempt, call.prefillEngine, PromptParts.rest(call.prompt),
						call.prompt.size(), call.answered, request.maxTokens() - call.answered, request.parameters(),
						call.deadline.left().toMillis(), this.options.localPrefillTokens()),
				(unsent) -> decodeFailed(call, attempt, unsent));
	}

	/** Who computes the prompt: nobody but the decode worker if it is the last chance. */
	private String prefillWorker(RouterCall call) {
		boolean isLastChance = !call.failedPrefillers.isEmpty() && call.attempt == this.options.maxAttempts();
		if (call.local || isLastChance || call.prompt.size() <= this.options.localPrefillTokens()) {
			return "";
		}
		return this.workers.prefillWorker(call).orElse("");
	}

	private void received(String sender, ServingMessage message) {
		RouterCall call = this.calls.find(message.id());
		if (call == null || call.over || call.attempt != message.attempt()) {
			if (message instanceof ServingMessage.Reserved || message instanceof ServingMessage.Token) {
				// It was given up before there was a session to say so over
				this.mail.tell(sender, new ServingMessage.Cancel(message.id(), message.attempt()));
			}
			return;
		}
		if (sender.equals(call.decodeEngine)) {
			fromDecode(call, message);
		}
		else if (sender.equals(call.prefillEngine)) {
			fromPrefill(call, message);
		}
	}

	private void fromDecode(RouterCall call, ServingMessage message) {
		if (message instanceof ServingMessage.Reserved reserved) {
			this.workers.reported(call.decodeEngine, reserved.free());
			this.workers.reserved(call);
			if (reserved.held() >= call.prompt.size()) {
				decodeFailed(call, call.attempt, wrong(call, reserved.held() + " tokens are held of a shorter prompt"));
				return;
			}
			call.held = reserved.held();
			prefill(call, reserved);
		}
		else if (message instanceof ServingMessage.Token token) {
			this.workers.reserved(call);
			if (call.tokenCount() >= call.request().maxTokens()) {
				finish(call, wrong(call, "more tokens came than the answer may have"));
				return;
			}
			call.quietRemote();
			call.token(token.token(), token.text(),
					(failure) -> this.loop.run(() -> finish(call, RouterCall.listenerFailed(failure))));
		}
		else if (message instanceof ServingMessage.Finished finished) {
			this.workers.reported(call.decodeEngine, finished.free());
			finished(call, finished);
		}
		else if (message instanceof ServingMessage.Failed failed) {
			this.workers.reported(call.decodeEngine, failed.free());
			NixlException failure = failure(call.decodeEngine, failed);
			if (!call.prefillEngine.isEmpty() && failed.engine().equals(call.prefillEngine)) {
				prefillFailed(call, call.attempt, failure);
			}
			else {
				decodeFailed(call, call.attempt, failure);
			}
		}
	}

	private void fromPrefill(RouterCall call, ServingMessage message) {
		if (message instanceof ServingMessage.Moved moved) {
			call.moved = moved.move();
			this.workers.prefilled(call.prefillEngine, call.prompt, moved.held());
			if (call.finished) {
				finish(call, null);
			}
		}
		else if (message instanceof ServingMessage.Failed failed) {
			prefillFailed(call, call.attempt, failure(call.prefillEngine, failed));
		}
	}

	private static NixlException failure(String engine, ServingMessage.Failed failed) {
		return NixlError.ofCode(failed.code())
			.exception("Engine " + engine + ": " + failed.text(), engine, "serve", null);
	}

	private void prefill(RouterCall call, ServingMessage.Reserved reserved) {
		if (call.prefillEngine.isEmpty() || call.remoteAlarm != null) {
			return;
		}
		if (reserved.blocks().isEmpty()) {
			// So little is missing that the decode worker computes it
			this.workers.computedByDecodeWorker(call);
			return;
		}
		ServingRequest request = call.request();
		int attempt = call.attempt;
		call.remoteAlarm = this.loop.later(this.options.remoteTimeout(),
				() -> prefillFailed(call, attempt, Deadline.passed("The prompt")));
		sendPrompt(call, call.prefillEngine,
				new ServingMessage.RemotePrefillRequest(request.id(), attempt, call.decodeEngine,
						PromptParts.rest(call.prompt), call.prompt.size(), call.answered, reserved.blocks(),
						reserved.held(), reserved.ticket(), request.maxTokens() - call.answered, request.parameters(),
						call.deadline.left().toMillis()),
				(unsent) -> prefillFailed(call, attempt, unsent));
	}

	private static NixlException wrong(RouterCall call, String what) {
		return NixlError.PROTOCOL.exception("Decode worker " + call.decodeEngine + " is wrong: " + what,
				call.decodeEngine, "serve", null);
	}

	private void finished(RouterCall call, ServingMessage.Finished finished) {
		int came = call.tokenCount() - call.answered;
		if (finished.count() != came) {
			finish(call, NixlError.PROTOCOL.exception(came + " tokens came of " + finished.count(), call.decodeEngine,
					"serve", null));
			return;
		}
		call.rest(finished.text());
		call.finished = true;
		this.workers.decoded(call.decodeEngine, call.allTokens(), finished.held());
		if (call.prefillEngine.isEmpty() || call.moved != null) {
			finish(call, null);
		}
		else {
			this.loop.later(FIGURES, () -> finish(call, null));
		}
	}

	/** Sends a message with a prompt, long ones in parts. */
	private void sendPrompt(RouterCall call, String engine, ServingMessage message, Consumer<NixlException> failed) {
		ServingRequest request = call.request();
		List<List<Integer>> parts = PromptParts.before(call.prompt);
		if (!parts.isEmpty()) {
			try {
				ServingCodec.encode(message);
			}
			catch (NixlException ex) {
				failed.accept(ex);
				return;
			}
		}
		for (List<Integer> part : parts) {
			// A part that is lost makes the message behind it fail
			this.mail.tell(engine, new ServingMessage.Prompt(request.id(), call.attempt, part));
		}
		this.mail.send(engine, message, failed);
	}

	private void prefillFailed(RouterCall call, int attempt, NixlException failure) {
		// With a token the decode worker has all it needs
		if (call.over || call.attempt != attempt || call.isAnswering() || call.finished) {
			return;
		}
		this.workers.prefillFailed(call.prefillEngine);
		call.failedPrefillers.add(call.prefillEngine);
		// Whoever waits for one that is late waits for no second one
		call.local |= failure.error() == NixlError.TIMED_OUT;
		tryAgain(call, failure);
	}

	private void decodeFailed(RouterCall call, int attempt, NixlException failure) {
		if (call.over || call.attempt != attempt || call.finished) {
			return;
		}
		if (failure.error() != NixlError.OUT_OF_RANGE) {
			// What is too large for a worker is not its fault
			this.workers.decodeFailed(call.decodeEngine);
		}
		if (call.tokenCount() > 0 && !mayContinue(call)) {
			finish(call, failure);
			return;
		}
		call.failedDecoders.add(call.decodeEngine);
		tryAgain(call, failure);
	}

	private boolean mayContinue(RouterCall call) {
		return this.options.continueAnswers() && call.tokenCount() < call.request().maxTokens()
				&& call.request().tokens().size() + call.tokenCount() <= ServingRequest.MAX_PROMPT;
	}

	private void tryAgain(RouterCall call, NixlException failure) {
		call.lastFailure = failure;
		call.quietRemote();
		this.workers.ended(call);
		next(call);
	}

	private void cancel(RouterCall call) {
		this.loop.run(() -> finish(call, NixlError.CANCELLED.exception("The request was cancelled")));
	}

	private void lost(NixlPeer peer) {
		NixlException failure = NixlError.PEER_LOST.exception("Engine " + peer.engineId() + " is lost", peer.engineId(),
				"serve", null);
		for (RouterCall call : openCalls()) {
			if (call.decodeEngine.equals(peer.engineId())) {
				decodeFailed(call, call.attempt, failure);
			}
			else if (call.prefillEngine.equals(peer.engineId())) {
				prefillFailed(call, call.attempt, failure);
			}
		}
	}

	private List<RouterCall> openCalls() {
		return this.calls.all().stream().filter((call) -> !call.over).toList();
	}

	/** Gives a request its result, unless it has one. */
	private void finish(RouterCall call, @Nullable NixlException failure) {
		if (call.over) {
			return;
		}
		call.over = true;
		call.quiet();
		this.workers.ended(call);
		this.calls.ended();
		if (failure == null) {
			call.guard(this.loop);
			call.succeed();
			return;
		}
		tellCancelled(call, call.attempt);
		call.fail(failure);
	}

	private void tellCancelled(RouterCall call, int attempt) {
		if (this.mail.peer(call.decodeEngine).isPresent()) {
			this.mail.tell(call.decodeEngine, new ServingMessage.Cancel(call.request().id(), attempt));
		}
	}

	/**
	 * Gives up all requests.
	 */
	@Override
	public void close() {
		this.watch.close();
		this.calls.close();
		this.mail.close();
		this.loop.runAndWait(() -> openCalls().forEach(
				(call) -> finish(call, call.finished ? null : NixlError.CLOSED.exception("The router is closed"))));
		this.loop.close();
		this.callbacks.shutdown();
		try {
			this.callbacks.awaitTermination(FIGURES.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		// Nobody is left who could give a result to what came in between
		this.calls.all().forEach((call) -> call.abandon(NixlError.CLOSED.exception("The router is closed")));
	}

}
