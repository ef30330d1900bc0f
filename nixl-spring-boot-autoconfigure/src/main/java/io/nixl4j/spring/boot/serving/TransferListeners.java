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

package io.nixl4j.spring.boot.serving;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.nixl4j.serving.KvTransferListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells several listeners of transfers, whatever one of them throws.
 */
final class TransferListeners implements KvTransferListener {

	private static final Logger logger = LoggerFactory.getLogger(TransferListeners.class);

	private final List<KvTransferListener> listeners;

	private TransferListeners(List<KvTransferListener> listeners) {
		this.listeners = listeners;
	}

	/**
	 * Makes one listener of several.
	 * @param listeners who are told, in this order
	 * @return the one
	 */
	static KvTransferListener of(List<KvTransferListener> listeners) {
		return switch (listeners.size()) {
			case 0 -> KvTransferListener.NONE;
			case 1 -> listeners.get(0);
			default -> new TransferListeners(List.copyOf(listeners));
		};
	}

	@Override
	public void layerComputed(String requestId, int layer) {
		tell((listener) -> listener.layerComputed(requestId, layer));
	}

	@Override
	public void layerMoved(String requestId, int layer, int blocks, long bytes, Duration duration) {
		tell((listener) -> listener.layerMoved(requestId, layer, blocks, bytes, duration));
	}

	private void tell(Consumer<KvTransferListener> call) {
		for (KvTransferListener listener : this.listeners) {
			try {
				call.accept(listener);
			}
			catch (RuntimeException | Error ex) {
				logger.warn("A listener of transfers failed", ex);
			}
		}
	}

}
