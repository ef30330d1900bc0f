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

package io.nixl4j.metadata;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings changes to one listener, one at a time and in order, outside all locks. It keeps
 * one change an engine, so a listener that hangs costs no more memory than the store
 * itself. Thread-safe.
 */
final class ListenerQueue implements NixlMetadataStore.Watch {

	private static final Logger logger = LoggerFactory.getLogger(ListenerQueue.class);

	private final Executor executor;

	private final NixlMetadataStore.Listener listener;

	private final Consumer<ListenerQueue> onClose;

	private final Object lock = new Object();

	/**
	 * What the listener has not heard of, by engine, oldest change first; empty for a
	 * card that is gone.
	 */
	private final Map<String, Optional<NixlMetadata>> pending = new LinkedHashMap<>();

	private boolean draining;

	private boolean closed;

	ListenerQueue(Executor executor, NixlMetadataStore.Listener listener, Consumer<ListenerQueue> onClose) {
		this.executor = executor;
		this.listener = listener;
		this.onClose = onClose;
	}

	/** Notes a change without calling anybody: the store may hold its lock. */
	void add(String engineId, @Nullable NixlMetadata metadata) {
		synchronized (this.lock) {
			if (!this.closed) {
				// Removed first, so that the change takes its place behind those of other
				// engines.
				this.pending.remove(engineId);
				this.pending.put(engineId, Optional.ofNullable(metadata));
			}
		}
	}

	/** Has the listener called for what was noted; to be called without locks. */
	void deliver() {
		synchronized (this.lock) {
			if (this.draining || this.pending.isEmpty()) {
				return;
			}
			this.draining = true;
		}
		try {
			this.executor.execute(this::drain);
		}
		catch (RejectedExecutionException ex) {
			logger.warn("A watch of NIXL metadata ends, since its executor takes no more work");
			close();
		}
	}

	@Override
	public void close() {
		synchronized (this.lock) {
			this.closed = true;
			this.pending.clear();
		}
		this.onClose.accept(this);
	}

	private void drain() {
		for (Change change = next(); change != null; change = next()) {
			try {
				change.tell(this.listener);
			}
			catch (RuntimeException ex) {
				logger.warn("A listener to NIXL metadata failed on a change of engine '{}'", change.engineId(), ex);
			}
		}
	}

	private @Nullable Change next() {
		synchronized (this.lock) {
			Iterator<Map.Entry<String, Optional<NixlMetadata>>> entries = this.pending.entrySet().iterator();
			if (!entries.hasNext()) {
				this.draining = false;
				return null;
			}
			Map.Entry<String, Optional<NixlMetadata>> entry = entries.next();
			Change change = new Change(entry.getKey(), entry.getValue());
			entries.remove();
			return change;
		}
	}

	/**
	 * One change of one engine.
	 *
	 * @param engineId the engine
	 * @param metadata its card, empty if it is gone
	 */
	private record Change(String engineId, Optional<NixlMetadata> metadata) {

		void tell(NixlMetadataStore.Listener listener) {
			this.metadata.ifPresentOrElse(listener::put, () -> listener.deleted(this.engineId));
		}

	}

}
