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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.nixl4j.NixlPeer;
import io.nixl4j.Transfer;
import io.nixl4j.kv.KvBlocks;
import io.nixl4j.sample.engine.LayerListener;

/**
 * Writes each layer of one prompt into the blocks of a decode worker as soon as it is
 * computed, so that the bytes move while the next layers are being computed.
 */
final class KvPush implements LayerListener {

	private final NixlPeer decode;

	private final KvBlocks local;

	private final KvBlocks remote;

	private final int[] localBlocks;

	private final int[] remoteBlocks;

	private final List<Transfer> writes = new ArrayList<>();

	private final List<Long> posted = new ArrayList<>();

	private long bytes;

	private long computed;

	KvPush(NixlPeer decode, KvBlocks local, int[] localBlocks, KvBlocks remote, int[] remoteBlocks) {
		this.decode = decode;
		this.local = local;
		this.localBlocks = localBlocks;
		this.remote = remote;
		this.remoteBlocks = remoteBlocks;
	}

	@Override
	public void layerDone(int layer) {
		this.computed = System.nanoTime();
		Transfer write = this.decode
			.write(this.local.layer(layer, this.localBlocks), this.remote.layer(layer, this.remoteBlocks))
			.submit();
		this.writes.add(write);
		this.posted.add(System.nanoTime());
		this.bytes += this.local.layout().layerBytes() * this.localBlocks.length;
	}

	/**
	 * Waits until all layers are in the decode worker's memory.
	 * @return the figures
	 * @throws InterruptedException if the thread is interrupted
	 */
	KvReport await() throws InterruptedException {
		long nanos = 0;
		for (Transfer write : this.writes) {
			nanos += write.await().duration().toNanos();
		}
		int overlapped = (int) this.posted.stream().filter((time) -> time < this.computed).count();
		return new KvReport(this.bytes, this.localBlocks.length, this.writes.size(), overlapped, nanos);
	}

	/**
	 * Gives all writes up.
	 * @return completes when none of them touches memory at either end any more
	 */
	CompletableFuture<Void> abort() {
		List<CompletableFuture<Void>> still = new ArrayList<>();
		for (Transfer write : this.writes) {
			write.cancel();
			still.add(write.released());
			still.add(write.stopped());
		}
		return CompletableFuture.allOf(still.toArray(CompletableFuture[]::new));
	}

	/**
	 * Returns the release of the local blocks.
	 * @return completes when no write reads them any more
	 */
	CompletableFuture<Void> released() {
		return CompletableFuture.allOf(this.writes.stream().map(Transfer::released).toArray(CompletableFuture[]::new));
	}

}
