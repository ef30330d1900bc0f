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
import java.util.BitSet;
import java.util.List;
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
 * tells the decode worker of its layer.
 */
final class KvPush implements LayerListener {

	private final Object lock = new Object();

	private final AttemptId id;

	private final NixlPeer decode;

	private final LayerLists lists;

	private final Deadline deadline;

	/** Guarded by the lock, as all that follows. */
	private final List<Transfer> writes = new ArrayList<>();

	private final List<Long> posted = new ArrayList<>();

	private final BitSet layers = new BitSet();

	private long computed;

	private boolean over;

	KvPush(AttemptId id, NixlPeer decode, LayerLists lists, Deadline deadline) {
		this.id = id;
		this.decode = decode;
		this.lists = lists;
		this.deadline = deadline;
	}

	@Override
	public void layerDone(int layer) {
		synchronized (this.lock) {
			this.computed = System.nanoTime();
			if (layer < 0 || layer >= this.lists.layers() || this.layers.get(layer)) {
				throw NixlError.REFUSED.exception(
						"Layer " + layer + " does not exist or was done before: tell each layer once", null, "prefill",
						null);
			}
			this.layers.set(layer);
		}
		KvLists lists = this.lists.layer(layer);
		byte[] word = ServingCodec
			.encode(new ServingMessage.LayerWritten(this.id.router(), this.id.id(), this.id.attempt(), layer));
		while (true) {
			try {
				submit(lists, word);
				return;
			}
			catch (NixlBusyException ex) {
				waitForOne(ex);
			}
		}
	}

	private void submit(KvLists lists, byte[] word) {
		synchronized (this.lock) {
			if (this.over) {
				throw NixlError.CANCELLED.exception("The prompt is not wanted any more", this.decode.engineId(),
						"prefill", null);
			}
			if (this.deadline.isOver()) {
				throw Deadline.passed("The prompt");
			}
			this.writes.add(this.decode.write(lists.source(), lists.target())
				.notification(word)
				.timeout(this.deadline.left())
				.submit());
			this.posted.add(System.nanoTime());
		}
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

	/**
	 * Checks that nothing is missing.
	 * @throws NixlException if the engine has not told of all layers
	 */
	void checkComplete() {
		synchronized (this.lock) {
			int due = this.lists.layers();
			if (this.layers.cardinality() != due) {
				throw NixlError.REFUSED.exception("The engine told of " + this.layers.cardinality() + " layers of "
						+ due + "; it must tell of each", null, "prefill", null);
			}
		}
	}

	/**
	 * Returns the results of all WRITEs posted so far.
	 * @return the figures; fails if one of them failed
	 */
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

	/**
	 * Gives all WRITEs up and lets no further one begin.
	 */
	void abort() {
		List<Transfer> posted;
		synchronized (this.lock) {
			this.over = true;
			posted = List.copyOf(this.writes);
		}
		posted.forEach(Transfer::cancel);
	}

	boolean isOver() {
		synchronized (this.lock) {
			return this.over;
		}
	}

	/**
	 * Returns the release of the local blocks. To be asked when no further WRITE begins.
	 * @return completes when no WRITE reads them any more
	 */
	CompletableFuture<Void> released() {
		return all(Transfer::released);
	}

	/**
	 * Returns the proof for the decode worker's blocks. To be asked when no further WRITE
	 * begins.
	 * @return completes when no WRITE touches them any more
	 */
	CompletableFuture<Void> stopped() {
		return all(Transfer::stopped);
	}

	private CompletableFuture<Void> all(Function<Transfer, CompletableFuture<Void>> fact) {
		synchronized (this.lock) {
			return CompletableFuture.allOf(this.writes.stream().map(fact).toArray(CompletableFuture[]::new));
		}
	}

}
