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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.nixl4j.NixlPeer;
import io.nixl4j.Transfer;
import io.nixl4j.TransferResult;
import io.nixl4j.kv.KvLists;
import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;

/**
 * Writes each layer of one prompt into the blocks of a decode worker as soon as it is
 * computed, so that the bytes move while the next layers are being computed. Each WRITE
 * tells the decode worker of its layer.
 */
final class KvPush extends KvSending {

	private final Object lock = new Object();

	private final AttemptId id;

	private final NixlPeer decode;

	private final LayerLists lists;

	private final Deadline deadline;

	private final LayerReports reports;

	/** Guarded by the lock, as all that follows. */
	private final List<Transfer> writes = new ArrayList<>();

	private final List<Long> posted = new ArrayList<>();

	private long computed;

	KvPush(AttemptId id, NixlPeer decode, LayerLists lists, Deadline deadline, LayerReports reports) {
		super(lists.layers(), reports);
		this.id = id;
		this.decode = decode;
		this.lists = lists;
		this.deadline = deadline;
		this.reports = reports;
	}

	@Override
	void send(int layer) {
		synchronized (this.lock) {
			this.computed = System.nanoTime();
		}
		KvLists lists = this.lists.layer(layer);
		byte[] word = ServingCodec.encode(new ServingMessage.LayerDone(this.id, layer));
		while (true) {
			try {
				submit(layer, lists, word);
				return;
			}
			catch (NixlBusyException ex) {
				waitForOne(ex);
			}
		}
	}

	private void submit(int layer, KvLists lists, byte[] word) {
		Transfer write;
		synchronized (this.lock) {
			if (isOver()) {
				throw NixlError.CANCELLED.exception("The prompt is not wanted any more", this.decode.engineId(),
						"prefill", null);
			}
			if (this.deadline.isOver()) {
				throw Deadline.passed("The prompt");
			}
			write = this.decode.write(lists.source(), lists.target())
				.notification(word)
				.timeout(this.deadline.left())
				.submit();
			this.writes.add(write);
			this.posted.add(System.nanoTime());
		}
		this.reports.whenMoved(layer, this.lists.blocks(), write);
	}

	/** Too much is under way to the decode worker: there is room when a WRITE is done. */
	private void waitForOne(NixlBusyException busy) {
		Transfer oldest = oldestUnderWay();
		if (oldest == null) {
			throw busy;
		}
		try {
			oldest.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw NixlError.CANCELLED.exception("The worker is closed", this.decode.engineId(), "prefill", ex);
		}
	}

	private @Nullable Transfer oldestUnderWay() {
		synchronized (this.lock) {
			return this.writes.stream().filter((write) -> !write.result().isDone()).findFirst().orElse(null);
		}
	}

	@Override
	CompletableFuture<KvMove> moved() {
		synchronized (this.lock) {
			List<CompletableFuture<TransferResult>> results = this.writes.stream().map(Transfer::result).toList();
			int overlapped = (int) this.posted.stream().filter((time) -> time - this.computed < 0).count();
			return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new)).thenApply((nothing) -> {
				long bytes = 0;
				long nanos = 0;
				for (CompletableFuture<TransferResult> result : results) {
					bytes += result.join().bytes();
					nanos += result.join().duration().toNanos();
				}
				return new KvMove(bytes, this.lists.blocks(), results.size(), overlapped, nanos);
			});
		}
	}

	@Override
	void abort() {
		List<Transfer> posted;
		synchronized (this.lock) {
			super.abort();
			posted = List.copyOf(this.writes);
		}
		posted.forEach(Transfer::cancel);
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
		synchronized (this.lock) {
			return CompletableFuture.allOf(this.writes.stream().map(fact).toArray(CompletableFuture[]::new));
		}
	}

}
