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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.kv.KvBlock;
import io.nixl4j.kv.KvBlockPool;
import io.nixl4j.kv.KvBlocks;
import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvHolder;
import io.nixl4j.memory.NixlException;
import io.nixl4j.sample.engine.Engine;
import io.nixl4j.sample.engine.Sequence;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes prompts, one after the other, and writes their KV cache into the blocks of
 * decode workers, layer after layer.
 */
public final class PrefillWorker implements AutoCloseable {

	/** The name under which a decode worker's KV cache is registered. */
	static final String KV_REGION = "kv";

	private static final Logger logger = LoggerFactory.getLogger(PrefillWorker.class);

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final NixlAgent agent;

	private final Engine engine;

	private final KvCache cache;

	private final KvBlockPool pool;

	private final Mailbox mailbox;

	private final ExecutorService thread = Executors.newSingleThreadExecutor((task) -> new Thread(task, "prefill"));

	/**
	 * Creates a worker.
	 * @param agent the worker's agent
	 * @param engine computes, in the pages of the cache
	 * @param cache the worker's own KV blocks
	 */
	public PrefillWorker(NixlAgent agent, Engine engine, KvCache cache) {
		this.agent = agent;
		this.engine = engine;
		this.cache = cache;
		this.pool = new KvBlockPool(cache.blocks().count(), System::nanoTime);
		this.mailbox = new Mailbox(agent, this::received);
	}

	private void received(String sender, ServingMessage message) {
		if (message instanceof ServingMessage.RemotePrefillRequest request) {
			this.thread.execute(() -> serve(sender, request));
		}
	}

	private void serve(String router, ServingMessage.RemotePrefillRequest request) {
		try {
			prefill(router, request);
		}
		catch (NixlException | IllegalArgumentException | ServingException ex) {
			logger.warn("Request {} failed: {}", request.id(), ex.getMessage());
			this.mailbox.tell(router, new ServingMessage.Failed(request.id(), request.attempt(), reason(ex)));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void prefill(String router, ServingMessage.RemotePrefillRequest request) throws InterruptedException {
		KvPush push = null;
		boolean complete = false;
		try {
			int[] tokens = ints(request.tokens());
			List<KvBlock> mine = reserve(request, this.cache.layout().blocksFor(tokens.length));
			try {
				push = push(request, KvBlock.indices(mine));
				float[] logits = this.engine.prefill(new Sequence(KvBlock.indices(mine)), tokens, push);
				int first = request.sampling().sampler().choose(logits);
				KvReport report = push.await();
				complete = true;
				this.mailbox.send(request.decodeEngine(),
						new ServingMessage.Prefilled(request.id(), request.attempt(), report.layers(), first));
				this.mailbox.tell(router, new ServingMessage.Moved(request.id(), request.attempt(), report));
			}
			finally {
				this.pool.release(mine, (push != null) ? push.released() : CompletableFuture.completedFuture(null));
			}
		}
		finally {
			if (!complete) {
				giveUp(push, request);
			}
		}
	}

	private List<KvBlock> reserve(ServingMessage.RemotePrefillRequest request, int blocks) {
		if (request.blocks().size() != blocks) {
			throw new ServingException(
					"%d blocks for %d tokens".formatted(request.blocks().size(), request.tokens().size()));
		}
		KvHolder holder = new KvHolder(this.agent.engineId(), this.agent.incarnation().orElseThrow(), request.id(),
				request.attempt());
		return this.pool.reserve(blocks, holder, PATIENCE);
	}

	private KvPush push(ServingMessage.RemotePrefillRequest request, int[] mine) {
		NixlPeer decode = this.agent.connect(request.decodeEngine());
		return new KvPush(decode, this.cache.blocks(), mine,
				new KvBlocks(this.cache.layout(), decode.region(KV_REGION)), ints(request.blocks()));
	}

	// The decode worker may give the blocks to somebody else only when no byte can come.
	private void giveUp(@Nullable KvPush push, ServingMessage.RemotePrefillRequest request) {
		CompletableFuture<Void> still = (push != null) ? push.abort() : CompletableFuture.completedFuture(null);
		still.thenRun(() -> this.mailbox.tell(request.decodeEngine(),
				new ServingMessage.PrefillFailed(request.id(), request.attempt(), "the prefill worker gave it up")));
	}

	private static String reason(RuntimeException ex) {
		return String.valueOf(ex.getMessage());
	}

	private static int[] ints(List<Integer> values) {
		return values.stream().mapToInt(Integer::intValue).toArray();
	}

	@Override
	public void close() {
		this.thread.shutdownNow();
		this.engine.close();
	}

}
