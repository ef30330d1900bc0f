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

package io.nixl4j;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import io.nixl4j.memory.NixlError;
import io.nixl4j.session.Sessions;

/**
 * Lets agents of one process find each other without a socket. Give the same network to
 * the builders of agents that shall: they connect by engine id, their sessions are pipes,
 * and the {@code memory} route copies between their regions.
 */
public final class InProcessNetwork {

	private final Map<String, Sessions> byEngine = new ConcurrentHashMap<>();

	/**
	 * Creates a network that no agent is in.
	 */
	public InProcessNetwork() {
	}

	void join(Sessions sessions) {
		String engineId = sessions.local().engineId();
		if (this.byEngine.putIfAbsent(engineId, sessions) != null) {
			throw NixlError.REFUSED.exception(
					"Engine id " + engineId
							+ " is taken by another agent of this process; give each agent an id of its own",
					null, "start", null);
		}
	}

	void leave(Sessions sessions) {
		this.byEngine.remove(sessions.local().engineId(), sessions);
	}

	Optional<Sessions> find(String engineId) {
		return Optional.ofNullable(this.byEngine.get(engineId));
	}

}
