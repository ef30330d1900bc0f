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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.kv.KvBlock;
import io.nixl4j.kv.KvBlockPool;
import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvHolder;
import io.nixl4j.memory.NixlException;
import io.nixl4j.sample.engine.Engine;
import io.nixl4j.sample.engine.Generation;
import io.nixl4j.sample.engine.Generator;
import io.nixl4j.sample.engine.Sequence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps blocks for requests, lets a prefill worker fill them, and makes the answers, one
 * after the other.
 */
public final class DecodeWorker implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(DecodeWorker.class);

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final Map<String, Admitted> requests = new ConcurrentHashMap<>();

	private final NixlAgent agent;

	private final Engine engine;

	private final KvCache cache;

	private final KvBlockPool pool;

	private final Mailbox mailbox;

	private final ExecutorService thread = Executors.newSingleThreadExecutor((task) -> new Thread(task, "decode"));

	/**
	 * Creates a worker.
	 * @param agent the worker's agent
	 * @param engine computes, in the pages of the cache
	 * @param cache the worker's KV blocks, which prefill workers write to
	 */
	public DecodeWorker(NixlAgent agent, Engine engine, KvCache cache) {
		this.agent = agent;
		this.engine = engine;
		this.cache = cache;
		this.pool = new KvBlockPool(cache.blocks().count(), System::nanoTime);
		this.mailbox = new Mailbox(agent, this::received);
	}

	private void received(String sender, ServingMessage message) {
		if (message instanceof ServingMessage.Reserve reserve) {
			this.thread.execute(() -> reserve(sender, reserve));
		}
		else if (message instanceof ServingMessage.Prefilled prefilled) {
			this.thread.execute(() -> decode(sender, prefilled));
		}
		else if (message instanceof ServingMessage.PrefillFailed failed) {
			this.thread.execute(() -> giveUp(sender, failed));
		}
	}

	private void reserve(String router, ServingMessage.Reserve reserve) {
		try {
			NixlPeer prefill = this.agent.connect(reserve.prefillEngine());
			KvHolder holder = new KvHolder(prefill.engineId(), prefill.incarnation(), reserve.id(), reserve.attempt());
			int filled = this.cache.layout().blocksFor(reserve.promptTokens());
			int all = this.cache.layout().blocksFor(reserve.promptTokens() + reserve.maxTokens());
			List<KvBlock> blocks = this.pool.reserve(all, holder, PATIENCE);
			this.requests.put(reserve.id(), new Admitted(router, reserve, holder, blocks));
			// If the prefill worker is lost, its session's end proves that it writes no
			// more.
			prefill.drained().thenRun(() -> this.thread.execute(() -> lost(reserve.id(), holder)));
			this.mailbox.send(router, new ServingMessage.Reserved(reserve.id(), reserve.attempt(),
					blocks.subList(0, filled).stream().map(KvBlock::index).toList()));
		}
		catch (NixlException | IllegalArgumentException ex) {
			logger.warn("No blocks for request {}: {}", reserve.id(), ex.getMessage());
			this.mailbox.tell(router,
					new ServingMessage.Failed(reserve.id(), reserve.attempt(), String.valueOf(ex.getMessage())));
		}
	}

	private void decode(String sender, ServingMessage.Prefilled prefilled) {
		Admitted request = this.requests.get(prefilled.id());
		if (request == null || !request.isFrom(sender, prefilled.attempt())) {
			return;
		}
		this.requests.remove(prefilled.id());
		if (prefilled.layers() != this.cache.layout().layers()) {
			fail(request, prefilled.layers() + " layers came of " + this.cache.layout().layers());
			return;
		}
		this.pool.ready(request.holder(), request.blocks());
		try {
			answer(request, prefilled.firstToken());
		}
		catch (NixlException | IllegalArgumentException | IllegalStateException ex) {
			fail(request, String.valueOf(ex.getMessage()));
			return;
		}
		this.pool.free(request.blocks());
	}

	private void answer(Admitted request, int firstToken) {
		ServingMessage.Reserve asked = request.reserve();
		Sequence sequence = new Sequence(KvBlock.indices(request.blocks()), asked.promptTokens());
		List<String> shown = new ArrayList<>();
		Generation generation = new Generator(this.engine, asked.sampling().sampler(), asked.maxTokens())
			.resume(sequence, firstToken, (token, text) -> {
				shown.add(text);
				this.mailbox.send(request.router(), new ServingMessage.Token(asked.id(), asked.attempt(), token, text));
				return true;
			});
		String rest = generation.text().substring(String.join("", shown).length());
		this.mailbox.send(request.router(), new ServingMessage.Finished(asked.id(), asked.attempt(), rest));
	}

	private void giveUp(String sender, ServingMessage.PrefillFailed failed) {
		Admitted request = this.requests.get(failed.id());
		if (request != null
				&& (request.isFrom(sender, failed.attempt()) || request.isAskedBy(sender, failed.attempt()))) {
			this.requests.remove(failed.id());
			fail(request, failed.reason());
		}
	}

	private void lost(String id, KvHolder holder) {
		Admitted request = this.requests.get(id);
		if (request != null && request.holder().equals(holder)) {
			this.requests.remove(id);
			fail(request, "the prefill worker is lost");
		}
	}

	// Called only when nobody writes into the blocks any more.
	private void fail(Admitted request, String reason) {
		this.pool.release(request.blocks(), CompletableFuture.completedFuture(null));
		this.mailbox.tell(request.router(),
				new ServingMessage.Failed(request.reserve().id(), request.reserve().attempt(), reason));
	}

	@Override
	public void close() {
		this.thread.shutdownNow();
		this.engine.close();
	}

	/**
	 * A request that has its blocks.
	 *
	 * @param router who asked
	 * @param reserve what was asked
	 * @param holder who fills the blocks
	 * @param blocks the blocks, for the prompt and for the answer
	 */
	private record Admitted(String router, ServingMessage.Reserve reserve, KvHolder holder, List<KvBlock> blocks) {

		boolean isFrom(String sender, int attempt) {
			return this.holder.engineId().equals(sender) && this.reserve.attempt() == attempt;
		}

		boolean isAskedBy(String sender, int attempt) {
			return this.router.equals(sender) && this.reserve.attempt() == attempt;
		}

	}

}
