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

/**
 * Hears of each layer of a request's keys and values while they go from a prefill worker
 * to a decode worker, for those who measure or show it. Given to both workers: the one
 * that computes tells of {@link #layerComputed}, the one that WRITEs or READs of
 * {@link #layerMoved}.
 * <p>
 * Called on threads of the engine and of the data plane, of several requests at once: it
 * must be quick and must not wait. What it throws is logged and harms nobody.
 */
public interface KvTransferListener {

	/** Hears nothing. */
	KvTransferListener NONE = new KvTransferListener() {
	};

	/**
	 * The engine of a prefill worker has computed a layer.
	 * @param requestId the request
	 * @param layer the layer, from 0
	 */
	default void layerComputed(String requestId, int layer) {
	}

	/**
	 * A layer is in the blocks of the decode worker.
	 * @param requestId the request
	 * @param layer the layer, from 0
	 * @param blocks in how many blocks it is
	 * @param bytes how many bytes moved
	 * @param duration from the transfer's start until all bytes were there
	 */
	default void layerMoved(String requestId, int layer, int blocks, long bytes, Duration duration) {
	}

}
