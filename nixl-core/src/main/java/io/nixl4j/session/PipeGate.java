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

package io.nixl4j.session;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between two agents of a process: what their sessions say passes while it is
 * open, and is kept in order while it is shut, as where a network loses everything for a
 * while.
 */
public final class PipeGate {

	/** Ends of pipes that have begun, and not delivered their end. */
	private final Set<PipeLink> links = ConcurrentHashMap.newKeySet();

	/** The number of the time that it is shut; of the next one, negative, while open. */
	private volatile int state = -1;

	/**
	 * Creates an open gate.
	 */
	public PipeGate() {
	}

	/**
	 * Returns whether messages pass.
	 * @return {@code true} if so
	 */
	public boolean isOpen() {
		return this.state < 0;
	}

	/**
	 * Shuts the gate, if it is open.
	 * @return the number of this time, or of the one that lasts already
	 */
	public synchronized int shut() {
		if (this.state < 0) {
			this.state = -this.state;
		}
		return this.state;
	}

	/**
	 * Returns whether the gate has been shut without a break.
	 * @param time what {@link #shut()} returned
	 * @return {@code false} if it was opened since
	 */
	public boolean isShutSince(int time) {
		return this.state == time;
	}

	/**
	 * Opens the gate, if it is shut, and lets pass what was kept.
	 */
	public void open() {
		synchronized (this) {
			if (this.state > 0) {
				this.state = -this.state - 1;
			}
		}
		this.links.forEach(PipeLink::resume);
	}

	void add(PipeLink link) {
		this.links.add(link);
	}

	void remove(PipeLink link) {
		this.links.remove(link);
	}

}
