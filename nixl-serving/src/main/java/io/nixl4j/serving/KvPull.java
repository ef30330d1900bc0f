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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.nixl4j.NixlPeer;
import io.nixl4j.Transfer;
import io.nixl4j.TransferResult;
import io.nixl4j.kv.KvLists;
import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * READs each layer of one prompt from the blocks of a prefill worker as soon as it is
 * computed. Lives on the loop of its decode worker.
 */
final class KvPull {

	private final List<Transfer> reads = new ArrayList<>();

	private final Queue<Integer> waiting = new ArrayDeque<>();

	private final BitSet layers = new BitSet();

	private final NixlPeer prefill;

	private final LayerLists lists;

	private final Deadline deadline;

	private final LayerReports reports;

	private final Loop loop;

	private final Consumer<@Nullable NixlException> progress;

	private int done;

	private int overlapped;

	private long bytes;

	private long nanos;

	private boolean computed;

	private boolean over;

	/**
	 * Creates a pull.
	 * @param prefill the session with the prefill worker
	 * @param lists what to read
	 * @param deadline until when
	 * @param reports hears of each layer
	 * @param loop where all of this happens
	 * @param progress hears of each layer that has come, or why one has not
	 */
	KvPull(NixlPeer prefill, LayerLists lists, Deadline deadline, LayerReports reports, Loop loop,
			Consumer<@Nullable NixlException> progress) {
		this.prefill = prefill;
		this.lists = lists;
		this.deadline = deadline;
		this.reports = reports;
		this.loop = loop;
		this.progress = progress;
	}

	/**
	 * A layer is computed.
	 * @param layer the layer
	 * @throws NixlException if it cannot be read
	 */
	void layer(int layer) {
		if (layer >= this.lists.layers() || this.layers.get(layer)) {
			throw NixlError.PROTOCOL.exception("Layer " + layer + " does not exist or was told before",
					this.prefill.engineId(), "prefill", null);
		}
		this.layers.set(layer);
		this.computed = this.layers.cardinality() == this.lists.layers();
		this.waiting.add(layer);
		readNext();
	}

	private void readNext() {
		while (!this.over && !this.waiting.isEmpty()) {
			if (this.deadline.isOver()) {
				throw Deadline.passed("The prompt");
			}
			try {
				read(this.waiting.element());
			}
			catch (NixlBusyException ex) {
				if (this.reads.size() == this.done) {
					throw ex;
				}
				// There is room when a READ is done
				return;
			}
			this.waiting.remove();
		}
	}

	private void read(int layer) {
		KvLists next = this.lists.layer(layer);
		Transfer read = this.prefill.read(next.target(), next.source()).timeout(this.deadline.left()).submit();
		this.reads.add(read);
		this.reports.whenMoved(layer, this.lists.blocks(), read);
		this.overlapped += this.computed ? 0 : 1;
		// Released as well, so that the prefill worker may give its blocks to somebody
		// else
		CompletableFuture<TransferResult> quiet = read.result()
			.thenCompose((result) -> read.released().thenApply((nothing) -> result));
		this.loop.whenDone(quiet, this::ended);
	}

	private void ended(@Nullable TransferResult result, @Nullable NixlException failure) {
		this.done++;
		if (this.over) {
			return;
		}
		if (result == null) {
			this.progress.accept((failure != null) ? failure : Deadline.passed("The prompt"));
			return;
		}
		this.bytes += result.bytes();
		this.nanos += result.duration().toNanos();
		try {
			readNext();
		}
		catch (NixlException ex) {
			this.progress.accept(ex);
			return;
		}
		this.progress.accept(null);
	}

	/** Whether all layers are here, and no READ touches anything any more. */
	boolean isComplete() {
		return this.done == this.lists.layers();
	}

	KvMove move() {
		return new KvMove(this.bytes, this.lists.blocks(), this.done, this.overlapped, this.nanos);
	}

	/**
	 * Gives all READs up and lets no further one begin.
	 * @return completes when no READ touches this worker's blocks any more
	 */
	CompletableFuture<Void> abort() {
		this.over = true;
		this.reads.forEach(Transfer::cancel);
		return CompletableFuture.allOf(this.reads.stream().map(Transfer::released).toArray(CompletableFuture[]::new));
	}

}
