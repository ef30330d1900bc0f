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

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.Executor;

/**
 * The watches of a store, for those who write one: brings each listener what it has not
 * heard of, one call at a time and in order, and only the last state of an engine to a
 * listener that is slow. Changes are noted under the lock of the store, so that all
 * listeners hear of them in the same order, and delivered without it. Thread-safe.
 */
public final class StoreWatches {

	private final Set<ListenerQueue> watches = new CopyOnWriteArraySet<>();

	/**
	 * Begins a watch. To be called under the store's lock; {@link #deliver()} then tells
	 * the listener of the cards.
	 * @param executor runs the calls
	 * @param listener hears of the changes
	 * @param cards what is there now
	 * @return the watch
	 */
	public NixlMetadataStore.Watch begin(Executor executor, NixlMetadataStore.Listener listener,
			Collection<NixlMetadata> cards) {
		ListenerQueue watch = new ListenerQueue(executor, listener, this.watches::remove);
		cards.forEach((card) -> watch.add(card.engineId(), card));
		this.watches.add(watch);
		return watch;
	}

	/**
	 * Notes that a card is there, or replaced an earlier one.
	 * @param card the card
	 */
	public void put(NixlMetadata card) {
		this.watches.forEach((watch) -> watch.add(card.engineId(), card));
	}

	/**
	 * Notes that an engine's card is gone.
	 * @param engineId the engine
	 */
	public void deleted(String engineId) {
		this.watches.forEach((watch) -> watch.add(engineId, null));
	}

	/**
	 * Notes a new state of the store.
	 * @param state the state
	 */
	public void stateChanged(StoreState state) {
		this.watches.forEach((watch) -> watch.add(state));
	}

	/**
	 * Has the listeners called for what was noted; to be called without locks.
	 */
	public void deliver() {
		this.watches.forEach(ListenerQueue::deliver);
	}

	/**
	 * Ends all watches.
	 */
	public void close() {
		this.watches.forEach(ListenerQueue::close);
	}

}
