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
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;

import io.nixl4j.kv.KvBlock;
import io.nixl4j.kv.KvBlockPool;
import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvHolder;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.kv.KvOccupancy;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one worker: gives them out, and keeps those that a later prompt may begin
 * with as long as nobody is short of blocks. Lives on the loop of its worker, but for the
 * figures.
 */
final class BlockStock {

	private static final CompletableFuture<?> NOW = CompletableFuture.completedFuture(null);

	private final KvLayout layout;

	private final PrefillEngine engine;

	private final Loop loop;

	private final KvBlockPool pool;

	private final PrefixTree tree;

	/** How many blocks of the tree nobody uses, for everybody to see. */
	private volatile int idle;

	/**
	 * Creates a stock of free blocks.
	 * @param cache has the blocks
	 * @param engine says whether blocks can be shared
	 * @param maxWaiting how many may wait for blocks
	 * @param loop the worker's loop
	 */
	BlockStock(KvCache cache, PrefillEngine engine, int maxWaiting, Loop loop) {
		this.layout = cache.layout();
		this.engine = engine;
		this.loop = loop;
		this.pool = new KvBlockPool(cache.blocks().count(), maxWaiting, System::nanoTime);
		this.tree = new PrefixTree(this.layout.tokensPerBlock());
	}

	KvOccupancy occupancy() {
		return this.pool.occupancy();
	}

	int kept() {
		return this.idle;
	}

	SortedMap<String, Integer> quarantinedByEngine() {
		return this.pool.quarantinedByEngine();
	}

	/** Returns for how many tokens there are blocks at all. */
	long allTokens() {
		return (long) this.pool.occupancy().blocks() * this.layout.tokensPerBlock();
	}

	/** Returns for how many tokens there are blocks that can be given out. */
	long freeTokens() {
		return (this.pool.occupancy().free() + (long) this.idle) * this.layout.tokensPerBlock();
	}

	/**
	 * Gives out blocks, as soon as there are enough.
	 * @param request whose prompt comes first in them
	 * @param tokens for how many tokens
	 * @param holder says who will write to those that are fresh, by how many tokens are
	 * held
	 * @param left for how long, and how long to wait
	 * @param then gets the blocks or why there are none, on the loop
	 * @return to cancel it by
	 * @throws NixlException as {@link KvBlockPool#reserveWhenFree} says
	 */
	Future<?> take(ServingRequest request, int tokens, IntFunction<KvHolder> holder, Duration left,
			BiConsumer<@Nullable BlockShare, @Nullable NixlException> then) {
		String key = key(request);
		List<PrefixTree.Node> held = enter(key, request);
		int count = this.layout.blocksFor(tokens);
		makeRoom(count - held.size());
		boolean waits = this.pool.waiting() > 0 || this.pool.occupancy().free() < count - held.size();
		if (!held.isEmpty() && waits) {
			// Who waits must hold nothing that others may be waiting for
			leave(held);
			held = List.of();
			makeRoom(count);
		}
		KvHolder writer = holder.apply(held.size() * this.layout.tokensPerBlock());
		return reserve(request, key, held, count - held.size(), writer, left, then);
	}

	private @Nullable String key(ServingRequest request) {
		try {
			return (this.engine instanceof PrefixEngine reusing) ? reusing.prefixKey(request) : null;
		}
		catch (RuntimeException ex) {
			throw Loop.typed(ex);
		}
	}

	private Future<?> reserve(ServingRequest request, @Nullable String key, List<PrefixTree.Node> held, int count,
			KvHolder holder, Duration left, BiConsumer<@Nullable BlockShare, @Nullable NixlException> then) {
		CompletableFuture<List<KvBlock>> reservation;
		try {
			reservation = this.pool.reserveWhenFree(count, holder, left, left);
		}
		catch (NixlException ex) {
			leave(held);
			throw ex;
		}
		this.loop.whenDone(reservation, (fresh, failure) -> {
			if (fresh == null) {
				leave(held);
				then.accept(null, failure);
				return;
			}
			then.accept(share(request, key, held, fresh, holder), null);
		});
		return reservation;
	}

	private BlockShare share(ServingRequest request, @Nullable String key, List<PrefixTree.Node> held,
			List<KvBlock> fresh, KvHolder holder) {
		List<PrefixTree.Node> found = held;
		List<KvBlock> own = fresh;
		if (held.isEmpty()) {
			// While it waited somebody else may have computed what it begins with
			found = enter(key, request);
			this.pool.release(fresh.subList(0, found.size()), NOW);
			own = fresh.subList(found.size(), fresh.size());
		}
		return new BlockShare(holder, key, found, List.copyOf(own), this.layout.tokensPerBlock());
	}

	/**
	 * Lets the engine compute what is not there of a prompt; on a thread of the engine.
	 * @param share the blocks
	 * @param request the request
	 * @param layers hears of each layer
	 * @return the first token of the answer
	 * @throws InterruptedException if the worker is closed
	 */
	int compute(BlockShare share, ServingRequest request, LayerListener layers) throws InterruptedException {
		int held = share.heldTokens();
		return (held > 0 && this.engine instanceof PrefixEngine reusing)
				? reusing.prefill(request, share.table(), held, layers)
				: this.engine.prefill(request, share.table(), layers);
	}

	/**
	 * The fresh blocks have their bytes, and their holder has finished.
	 * @param share the blocks
	 * @throws NixlException if their time is over
	 */
	void ready(BlockShare share) {
		this.pool.ready(share.holder, share.fresh);
		share.ready = true;
	}

	/**
	 * Gives blocks up.
	 * @param share the blocks
	 * @param proof completes when nobody touches them any more
	 */
	void release(BlockShare share, CompletionStage<?> proof) {
		this.pool.release(share.fresh, proof);
		this.loop.whenDone(proof, (nothing, failure) -> leave(share.held));
	}

	void free(BlockShare share) {
		this.pool.release(share.fresh, NOW);
		leave(share.held);
	}

	/**
	 * Takes blocks back that nobody touches any more, and keeps those which a later
	 * prompt may begin with.
	 * @param share the blocks
	 * @param tokens the tokens whose keys and values are in them
	 * @return of how many tokens keys and values are kept
	 */
	int keep(BlockShare share, List<Integer> tokens) {
		String key = share.key;
		if (key == null || this.pool.waiting() > 0 || !isReady(share)) {
			free(share);
			return 0;
		}
		List<KvBlock> blocks = share.blocks();
		int whole = share.wholeBlocks(tokens);
		List<KvBlock> surplus = new ArrayList<>(blocks.subList(whole, blocks.size()));
		surplus.addAll(this.tree.add(key, tokens, blocks.subList(0, whole)));
		this.pool.free(surplus);
		leave(share.held);
		return whole * this.layout.tokensPerBlock();
	}

	private boolean isReady(BlockShare share) {
		try {
			if (!share.ready) {
				ready(share);
			}
			return true;
		}
		catch (NixlException ex) {
			// Their time was over meanwhile
			return false;
		}
	}

	private List<PrefixTree.Node> enter(@Nullable String key, ServingRequest request) {
		List<PrefixTree.Node> held = (key != null) ? this.tree.enter(key, request.tokens()) : List.of();
		this.idle = this.tree.idle();
		return held;
	}

	private void leave(List<PrefixTree.Node> held) {
		this.tree.leave(held);
		while (this.pool.waiting() > 0 && evictOne()) {
			// Somebody is short of blocks
		}
		this.idle = this.tree.idle();
	}

	private void makeRoom(int count) {
		KvOccupancy occupancy = this.pool.occupancy();
		if (count > occupancy.blocks() || occupancy.isAtQuarantineCap()) {
			// It will be refused, and that is no reason to forget anything
			return;
		}
		while (this.pool.occupancy().free() < count && evictOne()) {
			// One more
		}
		this.idle = this.tree.idle();
	}

	private boolean evictOne() {
		KvBlock block = this.tree.evict();
		if (block != null) {
			this.pool.free(List.of(block));
		}
		return block != null;
	}

}
