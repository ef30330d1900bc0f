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

import java.util.BitSet;
import java.util.concurrent.CompletableFuture;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;

/**
 * The way of one prompt's layers from a prefill worker to a decode worker, as its engine
 * computes them.
 */
abstract class KvSending implements LayerListener {

	private final int due;

	/** Guarded by itself. */
	private final BitSet layers = new BitSet();

	private final LayerReports reports;

	private volatile boolean over;

	KvSending(int due, LayerReports reports) {
		this.due = due;
		this.reports = reports;
	}

	@Override
	public final void layerDone(int layer) {
		synchronized (this.layers) {
			if (layer < 0 || layer >= this.due || this.layers.get(layer)) {
				throw NixlError.REFUSED.exception(
						"Layer " + layer + " does not exist or was done before: tell each layer once", null, "prefill",
						null);
			}
			this.layers.set(layer);
		}
		this.reports.computed(layer);
		send(layer);
	}

	/**
	 * Puts a layer on its way.
	 * @param layer the layer, for the first time
	 */
	abstract void send(int layer);

	/**
	 * Checks that nothing is missing.
	 * @throws NixlException if the engine has not told of all layers
	 */
	final void checkComplete() {
		synchronized (this.layers) {
			if (this.layers.cardinality() != this.due) {
				throw NixlError.REFUSED.exception("The engine told of " + this.layers.cardinality() + " layers of "
						+ this.due + "; it must tell of each", null, "prefill", null);
			}
		}
	}

	/** Whether the engine has told of all layers. */
	final boolean isComputed() {
		synchronized (this.layers) {
			return this.layers.cardinality() == this.due;
		}
	}

	final boolean isOver() {
		return this.over;
	}

	/**
	 * Gives up what is under way and lets nothing further begin.
	 */
	void abort() {
		this.over = true;
	}

	/**
	 * Returns when the decode worker has all layers. To be asked when all are sent.
	 * @return the figures; fails if a layer failed
	 */
	abstract CompletableFuture<KvMove> moved();

	/**
	 * Returns the release of the prefill worker's blocks. To be asked when no further
	 * layer is sent.
	 * @return completes when they may be used for something else
	 */
	abstract CompletableFuture<Void> released();

	/**
	 * Returns the proof for the decode worker's blocks. To be asked when no further layer
	 * is sent.
	 * @return completes when nothing of this touches them any more
	 */
	abstract CompletableFuture<Void> stopped();

}
