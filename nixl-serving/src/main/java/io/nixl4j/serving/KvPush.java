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
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.nixl4j.NixlPeer;
import io.nixl4j.Transfer;
import io.nixl4j.TransferResult;
import io.nixl4j.kv.KvLists;
import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * Writes each layer of one prompt into the blocks of a decode worker as soon as it is
 * computed, so that the bytes move while the next layers are being computed. Each WRITE
 * tells the decode worker of its layer. WRITEs are posted on the worker's loop, for the
 * engine's thread has layers to compute; what follows is called on the loop unless it
 * says otherwise.
 */
final class KvPush extends KvSending {

	private final CompletableFuture<Void> posted = new CompletableFuture<>();

	private final List<Transfer> writes = new ArrayList<>();

	private final Queue<Integer> waiting = new ArrayDeque<>();

	private final AttemptId id;

	private final NixlPeer decode;

	private final LayerLists lists;

	private final Deadline deadline;

	private final LayerReports reports;

	private final Loop loop;

	private int overlapped;

	private volatile @Nullable NixlException failure;

	KvPush(AttemptId id, NixlPeer decode, LayerLists lists, Deadline deadline, LayerReports reports, Loop loop) {
		super(lists.layers(), reports);
		this.id = id;
		this.decode = decode;
		this.lists = lists;
		this.deadline = deadline;
		this.reports = reports;
		this.loop = loop;
	}

	/** On a thread of the engine, which a failure stops. */
	@Override
	void send(int layer) {
		NixlException failed = this.failure;
		if (failed != null) {
			throw failed;
		}
		checkWanted();
		this.loop.run(() -> {
			this.waiting.add(layer);
			postNext();
		});
	}

	private void checkWanted() {
		if (isOver()) {
			throw NixlError.CANCELLED.exception("The prompt is not wanted any more", this.decode.engineId(), "prefill",
					null);
		}
		if (this.deadline.isOver()) {
			throw Deadline.passed("The prompt");
		}
	}

	private void postNext() {
		try {
			while (this.failure == null && !this.waiting.isEmpty()) {
				checkWanted();
				if (!post(this.waiting.element())) {
					return;
				}
				this.waiting.remove();
			}
		}
		catch (RuntimeException ex) {
			NixlException failed = Loop.typed(ex);
			this.failure = failed;
			this.posted.completeExceptionally(failed);
			return;
		}
		if (this.writes.size() == this.lists.layers()) {
			this.posted.complete(null);
		}
	}

	private boolean post(int layer) {
		KvLists next = this.lists.layer(layer);
		Transfer write;
		try {
			write = this.decode.write(next.source(), next.target())
				.notification(ServingCodec.encode(new ServingMessage.LayerDone(this.id, layer)))
				.timeout(this.deadline.left())
				.submit();
		}
		catch (NixlBusyException ex) {
			Transfer oldest = this.writes.stream()
				.filter((earlier) -> !earlier.result().isDone())
				.findFirst()
				.orElseThrow(() -> ex);
			// There is room when a WRITE is done
			this.loop.whenDone(oldest.result(), (result, failed) -> postNext());
			return false;
		}
		this.writes.add(write);
		this.reports.whenMoved(layer, this.lists.blocks(), write);
		this.overlapped += isComputed() ? 0 : 1;
		return true;
	}

	@Override
	CompletableFuture<KvMove> moved() {
		return this.posted.thenCompose((nothing) -> results());
	}

	private CompletableFuture<KvMove> results() {
		List<CompletableFuture<TransferResult>> results = this.writes.stream().map(Transfer::result).toList();
		return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new)).thenApply((nothing) -> {
			long bytes = 0;
			long nanos = 0;
			for (CompletableFuture<TransferResult> result : results) {
				bytes += result.join().bytes();
				nanos += result.join().duration().toNanos();
			}
			return new KvMove(bytes, this.lists.blocks(), results.size(), this.overlapped, nanos);
		});
	}

	@Override
	void abort() {
		super.abort();
		this.writes.forEach(Transfer::cancel);
	}

	@Override
	CompletableFuture<Void> released() {
		return all(Transfer::released);
	}

	@Override
	CompletableFuture<Void> stopped() {
		return all(Transfer::stopped);
	}

	private CompletableFuture<Void> all(Function<Transfer, CompletableFuture<Void>> fact) {
		return CompletableFuture.allOf(this.writes.stream().map(fact).toArray(CompletableFuture[]::new));
	}

}
