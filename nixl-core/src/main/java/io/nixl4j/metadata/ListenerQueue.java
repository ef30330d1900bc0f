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

	/** Key of a change of the store's state; no engine has this id. */
	private static final String STATE = "";

	private final Executor executor;

	private final NixlMetadataStore.Listener listener;

	private final Consumer<ListenerQueue> onClose;

	private final Object lock = new Object();

	/** What the listener has not heard of, by engine, oldest change first. */
	private final Map<String, Change> pending = new LinkedHashMap<>();

	private boolean draining;

	private boolean closed;

	ListenerQueue(Executor executor, NixlMetadataStore.Listener listener, Consumer<ListenerQueue> onClose) {
		this.executor = executor;
		this.listener = listener;
		this.onClose = onClose;
	}

	/** Notes a change without calling anybody: the store may hold its lock. */
	void add(String engineId, @Nullable NixlMetadata metadata) {
		add(new CardChange(engineId, metadata));
	}

	/** Notes a new state of the store without calling anybody. */
	void add(StoreState state) {
		add(new StateChange(state));
	}

	private void add(Change change) {
		synchronized (this.lock) {
			if (!this.closed) {
				// Removed first, so that the change takes its place behind those of other
				// engines.
				this.pending.remove(change.key());
				this.pending.put(change.key(), change);
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
				logger.warn("A listener to NIXL metadata failed on {}", change, ex);
			}
		}
	}

	private @Nullable Change next() {
		synchronized (this.lock) {
			Iterator<Change> changes = this.pending.values().iterator();
			if (!changes.hasNext()) {
				this.draining = false;
				return null;
			}
			Change change = changes.next();
			changes.remove();
			return change;
		}
	}

	/**
	 * What a listener is to be told.
	 */
	private interface Change {

		/** Changes with the same key replace each other. */
		String key();

		void tell(NixlMetadataStore.Listener listener);

	}

	/**
	 * One change of one engine.
	 *
	 * @param key the engine's id
	 * @param metadata its card, or {@code null} if it is gone
	 */
	private record CardChange(String key, @Nullable NixlMetadata metadata) implements Change {

		@Override
		public void tell(NixlMetadataStore.Listener listener) {
			if (this.metadata != null) {
				listener.put(this.metadata);
			}
			else {
				listener.deleted(this.key);
			}
		}

		@Override
		public String toString() {
			return "a change of engine '" + this.key + "'";
		}

	}

	/**
	 * A new state of the store.
	 *
	 * @param state the state
	 */
	private record StateChange(StoreState state) implements Change {

		@Override
		public String key() {
			return STATE;
		}

		@Override
		public void tell(NixlMetadataStore.Listener listener) {
			listener.stateChanged(this.state);
		}

		@Override
		public String toString() {
			return "the store's state " + this.state.kind();
		}

	}

}
