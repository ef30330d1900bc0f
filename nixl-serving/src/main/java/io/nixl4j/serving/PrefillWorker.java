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

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.kv.KvBlocks;
import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvHolder;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.kv.KvOccupancy;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * Computes prompts as a {@link Router} asks, and WRITEs their keys and values into the
 * blocks of decode workers, layer after layer, or keeps them until decode workers have
 * READ them, as those want. It writes only after the decode worker has let the attempt
 * in, and tells it when a given-up attempt can touch nothing any more.
 * <p>
 * The agent's notifications are the worker's from its creation to its close; the agent is
 * started and closed by the caller. Close the worker before the agent.
 */
public final class PrefillWorker implements AutoCloseable {

	private static final int CLOSE_SECONDS = 10;

	private final Map<AttemptId, PrefillTask> tasks = new HashMap<>();

	private final NixlAgent agent;

	private final KvCache cache;

	private final WorkerOptions options;

	private final BlockStock stock;

	private final Loop loop;

	private final EngineThreads threads;

	private final Mail mail;

	private final PromptParts parts = new PromptParts();

	private final AtomicBoolean closed = new AtomicBoolean();

	/** Completes when nothing is under way; there once the worker is closed. */
	private @Nullable CompletableFuture<Void> closing;

	/**
	 * Creates a worker, which begins to work as soon as its agent is published.
	 * @param agent the worker's agent
	 * @param cache the worker's own blocks, in a region that decode workers may read if
	 * they pull; the worker gives them out from now on
	 * @param engine computes, in the blocks of the cache
	 * @param options what the worker takes upon itself
	 */
	public PrefillWorker(NixlAgent agent, KvCache cache, PrefillEngine engine, WorkerOptions options) {
		this.agent = agent;
		this.cache = cache;
		this.options = options;
		this.loop = new Loop("nixl-" + agent.name() + "-prefill");
		this.stock = new BlockStock(cache, engine, options.maxRequests(), this.loop);
		this.threads = new EngineThreads("nixl-" + agent.name() + "-prefill-engine", options.threads());
		this.mail = new Mail(agent, this.loop, this::received, this::lost);
		this.mail.open();
		agent.updateRoles(List.of(ListedWorker.PREFILL));
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
	 * Returns how many blocks of earlier prompts are kept for prompts that begin with
	 * them, and are used by nobody now: ready ones, which are given out when others are
	 * short.
	 * @return the number of one moment; 0 unless the engine is a {@link PrefixEngine}
	 */
	public int keptBlocks() {
		return this.stock.kept();
	}

	private void received(String sender, ServingMessage message) {
		if (message instanceof ServingMessage.Prompt part) {
			this.parts.add(sender, part);
		}
		else if (message instanceof ServingMessage.RemotePrefillRequest request) {
			accept(sender, request);
		}
		else if (message instanceof ServingMessage.Admit admit) {
			admitted(sender, admit.attemptId(), (task, share, peer) -> push(task, share, admit, peer));
		}
		else if (message instanceof ServingMessage.Hold hold) {
			admitted(sender, hold.attemptId(), (task, share, peer) -> hold(task, share, hold, peer));
		}
		else if (message instanceof ServingMessage.Read read) {
			read(sender, read);
		}
		else if (message instanceof ServingMessage.Stop stop) {
			stop(sender, stop);
		}
	}

	private void accept(String router, ServingMessage.RemotePrefillRequest message) {
		AttemptId id = new AttemptId(router, message.id(), message.attempt(), message.ticket());
		if (this.tasks.containsKey(id)) {
			return;
		}
		try {
			PrefillTask task = task(id, message);
			Incarnation self = this.agent.incarnation()
				.orElseThrow(() -> NixlError.CLOSED.exception("The agent is stopped"));
			KvHolder holder = new KvHolder(this.agent.engineId(), self, id.id(), id.attempt());
			task.reservation = this.stock.take(task.request, task.request.tokens().size(), (held) -> holder,
					task.deadline.left(), (share, failure) -> reserved(task, share, failure));
			this.tasks.put(id, task);
			task.alarm = this.loop.later(task.deadline.left(), () -> end(task, Deadline.passed("The prompt")));
		}
		catch (NixlException ex) {
			fail(id, ex);
		}
	}

	private PrefillTask task(AttemptId id, ServingMessage.RemotePrefillRequest message) {
		List<Integer> prompt = this.parts.join(id.router(), id.id(), id.attempt(), message.tokens(), message.length());
		if (this.tasks.size() >= this.options.maxRequests()) {
			throw NixlError.BUSY.exception("The prefill worker has " + this.tasks.size() + " prompts already",
					this.agent.engineId(), "prefill", null);
		}
		Deadline deadline = Deadline.inMillis(message.millis());
		ServingRequest request = new ServingRequest(id.id(), prompt, message.answered(), message.max(),
				message.parameters(), deadline.left());
		int[] blocks = message.blocks().stream().mapToInt(Integer::intValue).toArray();
		return new PrefillTask(id, request, message.decodeEngine(), blocks, message.held(), deadline,
				this.mail.peer(id.router()).orElse(null));
	}

	private void reserved(PrefillTask task, @Nullable BlockShare share, @Nullable NixlException failure) {
		if (share == null) {
			end(task, (failure != null) ? failure : Deadline.passed("The prompt"));
			return;
		}
		if (task.over) {
			this.stock.free(share);
			return;
		}
		task.share = share;
		this.mail.connect(task.decodeEngine, (peer) -> {
			if (!task.over) {
				task.decode = peer;
				AttemptId id = task.id;
				this.mail.sendTo(peer, new ServingMessage.Begin(id), (unsent) -> end(task, unsent));
			}
		}, (failed) -> end(task, failed));
	}

	private void admitted(String decode, AttemptId id, Way way) {
		PrefillTask task = this.tasks.get(id);
		if (task == null || !task.decodeEngine.equals(decode)) {
			// Given up before it was let in: it has never written
			tellStopped(decode, id);
			return;
		}
		NixlPeer peer = task.decode;
		BlockShare share = task.share;
		if (task.over || task.sending != null || peer == null || share == null) {
			return;
		}
		try {
			KvSending sending = way.open(task, share, peer);
			if (task.over) {
				return;
			}
			task.sending = sending;
			task.running = this.threads.run(() -> compute(task, share, sending));
		}
		catch (NixlException ex) {
			end(task, ex);
		}
	}

	private KvPush push(PrefillTask task, BlockShare share, ServingMessage.Admit admit, NixlPeer decode) {
		KvLayout layout = LayoutText.parse(admit.layout(), task.decodeEngine);
		KvBlocks remote = new KvBlocks(layout, decode.region(admit.region()));
		LayerLists lists = new LayerLists(this.cache.blocks(), share.table(), remote, task.remoteBlocks,
				task.request.tokens().size(), task.remoteHeld, task.decodeEngine);
		return new KvPush(task.id, decode, lists, task.deadline, reports(task), this.loop);
	}

	private KvHold hold(PrefillTask task, BlockShare share, ServingMessage.Hold hold, NixlPeer decode) {
		LayerLists.checkLayouts(this.cache.layout(), LayoutText.parse(hold.layout(), task.decodeEngine),
				task.decodeEngine);
		AttemptId id = task.id;
		this.mail.sendTo(decode, new ServingMessage.Source(id, this.cache.region().name(),
				LayoutText.of(this.cache.layout()), share.table(share.blocks().size())), (unsent) -> end(task, unsent));
		return new KvHold(this.cache.layout().layers(), task.deadline, reports(task),
				(layer) -> this.loop.run(() -> tellLayer(task, decode, layer)));
	}

	private LayerReports reports(PrefillTask task) {
		return new LayerReports(this.options.transferListener(), task.id.id());
	}

	private void tellLayer(PrefillTask task, NixlPeer decode, int layer) {
		if (!task.over) {
			AttemptId id = task.id;
			this.mail.sendTo(decode, new ServingMessage.LayerDone(id, layer), (unsent) -> end(task, unsent));
		}
	}

	/** On a thread of the engine. */
	private void compute(PrefillTask task, BlockShare share, KvSending sending) {
		try {
			if (sending.isOver()) {
				throw NixlError.CANCELLED.exception("The prompt is not wanted any more");
			}
			int first = this.stock.compute(share, task.request, sending);
			if (first < 0) {
				throw NixlError.OUT_OF_RANGE.exception("The engine's first token is " + first);
			}
			sending.checkComplete();
			this.loop.run(() -> computed(task, sending, first));
		}
		catch (InterruptedException | RuntimeException | Error ex) {
			this.loop.run(() -> broken(task, Loop.typed(ex)));
		}
	}

	private void computed(PrefillTask task, KvSending sending, int first) {
		task.running = false;
		if (task.over) {
			settle(task);
			return;
		}
		AttemptId id = task.id;
		this.mail.send(task.decodeEngine, new ServingMessage.Prefilled(id, first), (unsent) -> end(task, unsent));
		this.loop.whenDone(sending.moved(), (move, failure) -> {
			if (move != null) {
				complete(task, sending, move);
			}
			else {
				end(task, (failure != null) ? failure : Deadline.passed("The prompt"));
			}
		});
	}

	private void read(String decode, ServingMessage.Read read) {
		AttemptId id = read.attemptId();
		PrefillTask task = this.tasks.get(id);
		NixlPeer peer = (task != null) ? task.decode : null;
		if (task == null || peer == null || !task.decodeEngine.equals(decode) || task.over || task.running
				|| !(task.sending instanceof KvHold hold)) {
			tellStopped(decode, id);
			return;
		}
		// The blocks are the request's until now, so what was read is what was computed
		this.mail.sendTo(peer, new ServingMessage.Kept(id), (unsent) -> {
		});
		hold.read(read.move());
	}

	private void broken(PrefillTask task, NixlException failure) {
		task.running = false;
		end(task, failure);
		settle(task);
	}

	private void complete(PrefillTask task, KvSending sending, KvMove move) {
		if (task.over) {
			return;
		}
		task.over = true;
		task.settled = true;
		task.quiet();
		remove(task);
		BlockShare share = Objects.requireNonNull(task.share, "share");
		keepWhenReleased(task, share, sending);
		this.mail.tell(task.id.router(), new ServingMessage.Moved(task.id.id(), task.id.attempt(), move,
				share.tokensToKeep(task.request.tokens())));
	}

	private void keepWhenReleased(PrefillTask task, BlockShare share, KvSending sending) {
		task.share = null;
		CompletableFuture<Void> released = sending.released();
		if (released.isDone()) {
			this.stock.keep(share, task.request.tokens());
		}
		else {
			this.loop.whenDone(released, (nothing, failure) -> {
				if (failure == null) {
					this.stock.keep(share, task.request.tokens());
				}
				else {
					this.stock.release(share, released);
				}
			});
		}
	}

	private void stop(String decode, ServingMessage.Stop stop) {
		PrefillTask task = this.tasks.get(stop.attemptId());
		if (task == null || !task.decodeEngine.equals(decode)) {
			tellStopped(decode, stop.attemptId());
			return;
		}
		end(task, NixlError.CANCELLED.exception("The decode worker does not want the prompt any more"));
	}

	private void lost(NixlPeer peer) {
		this.parts.lost(peer.engineId());
		for (PrefillTask task : List.copyOf(this.tasks.values())) {
			if (peer.equals(task.router)) {
				end(task, NixlError.PEER_LOST.exception("The router is lost", peer.engineId(), "prefill", null));
			}
			else if (peer.equals(task.decode)) {
				task.decodeLost = true;
				end(task, NixlError.PEER_LOST.exception("The decode worker is lost", peer.engineId(), "prefill", null));
				if (task.settled) {
					remove(task);
				}
			}
		}
	}

	/** Nothing further is begun; what is under way ends when it ends. */
	private void end(PrefillTask task, NixlException failure) {
		if (task.over) {
			return;
		}
		task.over = true;
		task.quiet();
		fail(task.id, failure);
		if (task.reservation != null) {
			task.reservation.cancel(false);
		}
		if (task.sending != null) {
			task.sending.abort();
		}
		settle(task);
	}

	/** Gives the blocks at both ends back when nothing touches them any more. */
	private void settle(PrefillTask task) {
		if (!task.over || task.running || task.settled) {
			return;
		}
		task.settled = true;
		KvSending sending = task.sending;
		release(task, (sending != null) ? sending.released() : CompletableFuture.completedFuture(null));
		if (sending == null) {
			gone(task);
			return;
		}
		this.loop.whenDone(sending.stopped(), (nothing, failure) -> gone(task));
		if (task.decodeLost) {
			remove(task);
		}
	}

	private void release(PrefillTask task, CompletionStage<?> proof) {
		if (task.share != null) {
			this.stock.release(task.share, proof);
			task.share = null;
		}
	}

	private void gone(PrefillTask task) {
		remove(task);
		if (!task.decodeLost) {
			tellStopped(task.decodeEngine, task.id);
		}
	}

	private void remove(PrefillTask task) {
		this.tasks.remove(task.id);
		completeIfIdle();
	}

	private void completeIfIdle() {
		if (this.closing != null && this.tasks.isEmpty()) {
			this.closing.complete(null);
		}
	}

	private void tellStopped(String decode, AttemptId id) {
		this.mail.tell(decode, new ServingMessage.Stopped(id));
	}

	private void fail(AttemptId id, NixlException failure) {
		this.mail.tell(id.router(), new ServingMessage.Failed(id.id(), id.attempt(), failure.error().code(),
				this.agent.engineId(), ServingCodec.cut(String.valueOf(failure.getMessage())), 0));
	}

	/**
	 * Gives up all requests, interrupts the engine and waits until it has returned and
	 * nothing is being written, ten seconds at most. Sessions over which something still
	 * is are ended then, so that decode workers have their proof.
	 */
	@Override
	public void close() {
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		CompletableFuture<Void> idle = new CompletableFuture<>();
		this.mail.close();
		this.loop.runAndWait(() -> {
			this.closing = idle;
			List.copyOf(this.tasks.values())
				.forEach((task) -> end(task, NixlError.CLOSED.exception("The prefill worker is closed")));
			completeIfIdle();
		});
		this.threads.close();
		try {
			idle.completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS).get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("Nobody fails this", ex);
		}
		this.loop.runAndWait(() -> this.tasks.values()
			.stream()
			.map((task) -> task.decode)
			.filter(Objects::nonNull)
			.forEach(NixlPeer::disconnect));
		this.loop.close();
	}

	/**
	 * How the layers of a prompt get to the decode worker.
	 */
	@FunctionalInterface
	private interface Way {

		KvSending open(PrefillTask task, BlockShare share, NixlPeer decode);

	}

}
