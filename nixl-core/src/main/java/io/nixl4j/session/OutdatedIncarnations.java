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

import java.util.LinkedHashSet;
import java.util.Set;

import io.nixl4j.memory.Incarnation;

/**
 * Incarnations of peers that are known to have been replaced, the newest of them. Not
 * thread-safe.
 */
final class OutdatedIncarnations {

	/** Each is a restart of a peer. */
	static final int MAX = 4096;

	private final Set<Outdated> all = new LinkedHashSet<>();

	void add(String engineId, Incarnation incarnation) {
		Outdated added = new Outdated(engineId, incarnation);
		// Removed first, so that it takes its place behind the others.
		this.all.remove(added);
		this.all.add(added);
		if (this.all.size() > MAX) {
			this.all.remove(this.all.iterator().next());
		}
	}

	void remove(String engineId, Incarnation incarnation) {
		this.all.remove(new Outdated(engineId, incarnation));
	}

	boolean contains(String engineId, Incarnation incarnation) {
		return this.all.contains(new Outdated(engineId, incarnation));
	}

	private record Outdated(String engineId, Incarnation incarnation) {
	}

}
