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

import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvHolder;
import io.nixl4j.kv.KvOccupancy;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.serving.DecodeTask.Phase;
import org.jspecify.annotations.Nullable;

/**
 * Keeps blocks for requests, lets a prefill worker fill them, fills them from a prefill
 * worker's or has its own engine compute the prompt, and makes the answers. Each attempt
 * of a request has fresh blocks; those of an attempt that was given up are free again
 * when its prefill worker has said that nothing is under way into them, or its session
 * has ended, and never because time has passed.
 * <p>
 * The agent's notifications are the worker's from its creation to its close; the agent is
 * started and closed by the caller. Close the worker before the agent.
 */
public final class DecodeWorker implements AutoCloseable {

	/** The newest attempt of each request, by {@link AttemptId#request()}. */
	private final Map<AttemptId, DecodeTask> requests = new HashMap<>();

	private final NixlAgent agent;

	private final KvCache cache;

	private final DecodeEngine engine;

	private final WorkerOptions options;

	private final BlockStock stock;

	private final Loop loop;

	private final EngineThreads threads;

	private final Mail mail;

	private final StopDesk stops;

	private final BlockFilling filling;

	private final PromptParts parts = new PromptParts();

	/**
	 * The last attempt's number; begins anywhere, so that no other worker has the same.
	 */
	private long tickets = new SecureRandom().nextLong() >>> 2;

	/** How many attempts were given up that the engine has not returned from. */
	private int lingering;

	/**
	 * Creates a worker, which begins to work as soon as its agent is published.
	 * @param agent the worker's agent
	 * @param cache the worker's blocks, in a region that prefill workers may write to if
	 * they push; the worker gives them out from now on
	 * @param engine computes, in the blocks of the cache
	 * @param options what the worker takes upon itself
	 */
	public DecodeWorker(NixlAgent agent, KvCache cache, DecodeEngine engine, WorkerOptions options) {
		this.agent = agent;
		this.cache = cache;
		this.engine = engine;
		this.options = options;
		this.loop = new Loop("nixl-" + agent.name() + "-decode");
		this.stock = new BlockStock(cache, engine, options.maxRequests(), this.loop);
		this.threads = new EngineThreads("nixl-" + agent.name() + "-decode-engine", options.threads());
		this.mail = new Mail(agent, this.loop, this::received, this::lost);
		this.stops = new StopDesk(this.loop, this.mail);
		this.filling = new BlockFilling(cache, options, this.loop, this.mail, this.requests::get, this::computeFilled,
				this::fail);
		this.mail.open();
		agent.updateRoles(List.of(ListedWorker.DECODE));
		agent.updateCapacity(ListedWorker.capacity(this.stock.allTokens()));
	}

	/**
	 * Returns how many of the worker's blocks are in which state.
	 * @return figures of one moment
	 */
	public KvOccupancy occupancy() {
		return this.stock.occupancy();
	}

	/**
	 * Returns how many blocks of earlier prompts and answers are kept for prompts that
	 * begin with them, and are used by nobody now: ready ones, which are given out when
	 * others are short.
	 * @return the number of one moment; 0 unless the engine is a {@link PrefixEngine}
	 */
	public int keptBlocks() {
		return this.stock.kept();
	}

	/**
	 * Returns whose blocks are quarantined, for a health report.
	 * @return how many blocks, by the engine id of the prefill worker that has not proved
	 * that it stopped; the caller's own
	 */
	public SortedMap<String, Integer> quarantinedByEngine() {
		return this.stock.quarantinedByEngine();
	}

	private void received(String sender, ServingMessage message) {
		if (message instanceof ServingMessage.Prompt part) {
			this.parts.add(sender, part);
		}
		else if (message instanceof ServingMessage.Reserve reserve) {
			reserve(sender, reserve);
		}
		else if (message instanceof ServingMessage.Cancel cancel) {
			cancel(sender, cancel);
		}
		else if (message instanceof ServingMessage.Begin begin) {
			this.filling.begin(sender, begin.attemptId());
		}
		else if (message instanceof ServingMessage.Source source) {
			this.filling.source(sender, source);
		}
		else if (message instanceof ServingMessage.LayerDone layer) {
			this.filling.layerDone(sender, layer);
		}
		else if (message instanceof ServingMessage.Prefilled prefilled) {
			this.filling.prefilled(sender, prefilled);
		}
		else if (message instanceof ServingMessage.Kept kept) {
			this.filling.kept(sender, kept.attemptId());
		}
		else if (message instanceof ServingMessage.Stopped stopped) {
			stopped(sender, stopped.attemptId());
		}
	}

	private void reserve(String router, ServingMessage.Reserve message) {
		AttemptId id = new AttemptId(router, message.id(), message.attempt(), ++this.tickets);
		DecodeTask before = this.requests.get(id.request());
		if (before != null) {
			if (before.id.attempt() >= id.attempt()) {
				return;
			}
			end(before);
		}
		try {
			List<Integer> prompt = this.parts.join(router, id.id(), id.attempt(), message.tokens(), message.length());
			if (this.requests.size() >= this.options.maxRequests()
					|| this.stops.size() + this.lingering >= this.options.maxRequests()) {
				throw NixlError.BUSY.exception("The decode worker has as many requests as it may have",
						this.agent.engineId(), "reserve", null);
			}
			Deadline deadline = Deadline.inMillis(message.millis());
			ServingRequest request = new ServingRequest(id.id(), prompt, message.answered(), message.max(),
					message.parameters(), deadline.left());
			DecodeTask task = new DecodeTask(id, request, message.prefillEngine(), message.local(), deadline,
					this.mail.peer(router).orElse(null));
			this.requests.put(id.request(), task);
			task.alarm = this.loop.later(deadline.left(), () -> fail(task, Deadline.passed("The request")));
			findPrefill(task);
		}
		catch (NixlException ex) {
			tellFailed(id, ex, this.agent.engineId());
		}
	}

	private void findPrefill(DecodeTask task) {
		if (task.local) {
			take(task);
			return;
		}
		this.mail.connect(task.prefillEngine, (peer) -> {
			task.prefill = peer;
			take(task);
		}, (failure) -> fail(task, failure, task.prefillEngine));
	}

	private void take(DecodeTask task) {
		if (task.over) {
			return;
		}
		try {
			task.reservation = this.stock.take(task.request, task.request.allTokens(), (held) -> writer(task, held),
					task.deadline.left(), (share, failure) -> reserved(task, share, failure));
		}
		catch (NixlException ex) {
			fail(task, ex);
		}
	}

	/** Says who will write to the blocks of an attempt. */
	private KvHolder writer(DecodeTask task, int held) {
		AttemptId id = task.id;
		NixlPeer prefill = task.prefill;
		boolean isWritten = prefill != null && this.options.transferMode() == KvTransferMode.PUSH
				&& task.request.tokens().size() - held > task.localTokens;
		if (prefill != null && isWritten) {
			return new KvHolder(prefill.engineId(), prefill.incarnation(), id.id(), id.attempt());
		}
		Incarnation self = this.agent.incarnation()
			.orElseThrow(() -> NixlError.CLOSED.exception("The decode worker's agent is stopped"));
		return new KvHolder(this.agent.engineId(), self, id.id(), id.attempt());
	}

	private void reserved(DecodeTask task, @Nullable BlockShare share, @Nullable NixlException failure) {
		if (share == null) {
			fail(task, (failure != null) ? failure : Deadline.passed("The request"));
			return;
		}
		if (task.over) {
			this.stock.free(share);
			return;
		}
		task.share = share;
		int tokens = task.request.tokens().size();
		task.local |= tokens - share.heldTokens() <= task.localTokens;
		task.phase = Phase.RESERVED;
		List<Integer> blocks = task.local ? List.of() : share.table(this.cache.layout().blocksFor(tokens));
		this.mail.send(task.id.router(), new ServingMessage.Reserved(task.id.id(), task.id.attempt(), blocks,
				share.heldTokens(), task.id.ticket(), this.stock.freeTokens()), (unsent) -> fail(task, unsent));
		if (task.local && !task.over) {
			compute(task);
		}
	}

	private void computeFilled(DecodeTask task) {
		try {
			this.stock.ready(Objects.requireNonNull(task.share, "share"));
			compute(task);
		}
		catch (NixlException ex) {
			fail(task, ex);
		}
	}

	private void compute(DecodeTask task) {
		task.phase = Phase.COMPUTING;
		AnswerRun answer = new AnswerRun(task, this.engine, this.stock,
				(token) -> this.loop.run(() -> tellToken(task, token)),
				(rest, failure) -> this.loop.run(() -> answered(task, rest, failure)));
		if (!this.threads.run(answer)) {
			answered(task, "", NixlError.CLOSED.exception("The decode worker is closed"));
		}
	}

	private void tellToken(DecodeTask task, ServingMessage.Token token) {
		if (!task.over) {
			this.mail.send(task.id.router(), token, (unsent) -> fail(task, unsent));
		}
	}

	private void answered(DecodeTask task, String rest, @Nullable NixlException failure) {
		// The engine has returned, so nobody touches the blocks
		if (task.over) {
			free(task);
			this.lingering--;
			return;
		}
		task.over = true;
		task.quiet();
		this.requests.remove(task.id.request(), task);
		if (failure != null) {
			free(task);
			tellFailed(task.id, failure, this.agent.engineId());
		}
		else {
			int held = this.stock.keep(Objects.requireNonNull(task.share, "share"), task.computedTokens());
			task.share = null;
			this.mail.tell(task.id.router(), new ServingMessage.Finished(task.id.id(), task.id.attempt(),
					task.answer.size(), ServingCodec.cut(rest), held, this.stock.freeTokens()));
		}
	}

	private void cancel(String router, ServingMessage.Cancel cancel) {
		AttemptId id = new AttemptId(router, cancel.id(), cancel.attempt(), 0);
		DecodeTask task = this.requests.get(id.request());
		if (task != null && task.id.attempt() <= id.attempt()) {
			end(task);
		}
	}

	private void stopped(String sender, AttemptId id) {
		this.stops.stopped(sender, id);
		DecodeTask task = this.requests.get(id.request());
		if (task != null && task.isPrefilledBy(sender, id) && task.prefill != null && task.prefill.isConnected()) {
			// It gave up by itself, and has told the router why
			if (task.phase == Phase.FILLING) {
				task.phase = Phase.RESERVED;
			}
			end(task);
		}
	}

	private void lost(NixlPeer peer) {
		for (DecodeTask task : List.copyOf(this.requests.values())) {
			if (peer.equals(task.router)) {
				end(task);
			}
			else if (peer.equals(task.prefill) && task.phase != Phase.COMPUTING) {
				fail(task,
						NixlError.PEER_LOST.exception("The prefill worker is lost", peer.engineId(), "prefill", null),
						peer.engineId());
			}
		}
		this.stops.lost(peer);
		this.parts.lost(peer.engineId());
	}

	private void fail(DecodeTask task, NixlException failure) {
		fail(task, failure, this.agent.engineId());
	}

	private void fail(DecodeTask task, NixlException failure, String culprit) {
		if (!task.over) {
			end(task);
			tellFailed(task.id, failure, culprit);
		}
	}

	/** Gives an attempt up; what is under way ends when it ends. */
	private void end(DecodeTask task) {
		if (task.over) {
			return;
		}
		task.over = true;
		task.quiet();
		this.requests.remove(task.id.request(), task);
		switch (task.phase) {
			case RESERVING -> {
				if (task.reservation != null) {
					task.reservation.cancel(false);
				}
			}
			case RESERVED -> free(task);
			case FILLING -> {
				NixlPeer prefill = Objects.requireNonNull(task.prefill, "prefill");
				release(task, this.stops.stop(task.id, prefill));
			}
			case PULLING -> {
				AttemptId id = task.id;
				release(task, (task.pull != null) ? task.pull.abort() : CompletableFuture.completedFuture(null));
				this.mail.tell(task.prefillEngine, new ServingMessage.Stop(id));
			}
			case COMPUTING -> this.lingering++;
		}
	}

	/** To be called when nobody can touch the blocks. */
	private void free(DecodeTask task) {
		release(task, CompletableFuture.completedFuture(null));
	}

	private void release(DecodeTask task, CompletionStage<?> proof) {
		if (task.share != null) {
			this.stock.release(task.share, proof);
			task.share = null;
		}
	}

	private void tellFailed(AttemptId id, NixlException failure, String culprit) {
		this.mail.tell(id.router(), new ServingMessage.Failed(id.id(), id.attempt(), failure.error().code(), culprit,
				ServingCodec.cut(String.valueOf(failure.getMessage())), this.stock.freeTokens()));
	}

	/**
	 * Gives up all requests, interrupts the engine and waits until it has returned, ten
	 * seconds at most. A prefill worker that was let in may go on writing until its
	 * session with the agent ends: the cache is not to be given to another worker before.
	 */
	@Override
	public void close() {
		this.mail.close();
		this.loop.runAndWait(() -> List.copyOf(this.requests.values())
			.forEach((task) -> fail(task, NixlError.CLOSED.exception("The decode worker is closed"))));
		this.threads.close();
		this.loop.close();
	}

}
