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

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a router by their id: those under way, and the last ones that have
 * ended. Safe for use by many threads.
 */
final class CallTable {

	/** How many requests that have ended are remembered. */
	private static final int REMEMBERED = 1_024;

	private final int most;

	/** In the order of asking. */
	private final Map<String, RouterCall> calls = new LinkedHashMap<>();

	private int open;

	private boolean closed;

	/**
	 * Creates an empty table.
	 * @param most how many may be under way
	 */
	CallTable(int most) {
		this.most = most;
	}

	/**
	 * Adds a request unless it is known.
	 * @param call the request
	 * @return the call, or the one of the same request that was added before
	 * @throws NixlException if there are too many, the id is taken, or the table is
	 * closed
	 */
	synchronized RouterCall add(RouterCall call) {
		String id = call.request().id();
		RouterCall known = this.calls.get(id);
		if (known != null) {
			if (!known.request().equals(call.request())) {
				throw NixlError.REFUSED
					.exception("The id '" + id + "' is that of another request; give each request an id of its own");
			}
			return known;
		}
		if (this.closed) {
			throw NixlError.CLOSED.exception("The router is closed");
		}
		if (this.open >= this.most) {
			throw NixlError.BUSY.exception("The router has " + this.open + " requests already");
		}
		this.calls.put(id, call);
		this.open++;
		return call;
	}

	synchronized @Nullable RouterCall find(String id) {
		return this.calls.get(id);
	}

	synchronized List<RouterCall> all() {
		return List.copyOf(this.calls.values());
	}

	/**
	 * Takes note that a request has ended, and forgets the oldest of too many.
	 */
	synchronized void ended() {
		this.open--;
		int ended = this.calls.size() - this.open;
		Iterator<RouterCall> oldest = this.calls.values().iterator();
		while (ended > REMEMBERED && oldest.hasNext()) {
			if (oldest.next().over) {
				oldest.remove();
				ended--;
			}
		}
	}

	/**
	 * Takes no further request.
	 */
	synchronized void close() {
		this.closed = true;
	}

}
