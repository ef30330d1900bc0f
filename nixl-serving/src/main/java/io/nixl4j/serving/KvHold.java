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

import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

import io.nixl4j.memory.NixlError;

/**
 * Keeps the layers of one prompt where they were computed, for a decode worker that READs
 * them. It is told of each layer, and says when it has them all.
 */
final class KvHold extends KvSending {

	private final CompletableFuture<KvMove> moved = new CompletableFuture<>();

	private final Deadline deadline;

	private final IntConsumer teller;

	/**
	 * Creates a hold.
	 * @param layers how many layers there are
	 * @param deadline until when they are kept
	 * @param reports hears of each layer
	 * @param teller tells the decode worker of a layer
	 */
	KvHold(int layers, Deadline deadline, LayerReports reports, IntConsumer teller) {
		super(layers, reports);
		this.deadline = deadline;
		this.teller = teller;
	}

	@Override
	void send(int layer) {
		if (isOver()) {
			throw NixlError.CANCELLED.exception("The prompt is not wanted any more", null, "prefill", null);
		}
		if (this.deadline.isOver()) {
			throw Deadline.passed("The prompt");
		}
		this.teller.accept(layer);
	}

	/**
	 * The decode worker has all layers.
	 * @param move the figures
	 */
	void read(KvMove move) {
		this.moved.complete(move);
	}

	@Override
	CompletableFuture<KvMove> moved() {
		return this.moved;
	}

	/** A late READ of what is given up harms nobody: what it gets is not used. */
	@Override
	CompletableFuture<Void> released() {
		return CompletableFuture.completedFuture(null);
	}

	@Override
	CompletableFuture<Void> stopped() {
		return CompletableFuture.completedFuture(null);
	}

}
