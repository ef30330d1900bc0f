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

import io.nixl4j.Transfer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the user's listener of the layers of one request, and keeps what it throws from
 * the transfer.
 */
final class LayerReports {

	private static final Logger logger = LoggerFactory.getLogger(LayerReports.class);

	private final KvTransferListener listener;

	private final String requestId;

	LayerReports(KvTransferListener listener, String requestId) {
		this.listener = listener;
		this.requestId = requestId;
	}

	void computed(int layer) {
		guarded(() -> this.listener.layerComputed(this.requestId, layer));
	}

	/**
	 * Tells of a layer once it has moved.
	 * @param layer the layer
	 * @param blocks in how many blocks it is
	 * @param transfer carries it
	 */
	void whenMoved(int layer, int blocks, Transfer transfer) {
		if (this.listener == KvTransferListener.NONE) {
			return;
		}
		transfer.result()
			.thenAccept((result) -> guarded(
					() -> this.listener.layerMoved(this.requestId, layer, blocks, result.bytes(), result.duration())));
	}

	private static void guarded(Runnable word) {
		try {
			word.run();
		}
		catch (RuntimeException ex) {
			logger.warn("A KvTransferListener failed", ex);
		}
	}

}
