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

package io.nixl4j.wire;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

import io.nixl4j.memory.Incarnation;
import org.jspecify.annotations.Nullable;

/**
 * Who is at one end of a connection.
 *
 * @param agentName the agent's name, at most {@value #MAX_NAME_BYTES} bytes of UTF-8
 * @param engineId the engine that the agent belongs to, as long at most
 * @param incarnation which life of the agent this is
 * @param zone where it is, as long at most, or {@code null} for everywhere
 */
public record AgentIdentity(String agentName, String engineId, Incarnation incarnation, @Nullable String zone) {

	/** The longest name, in bytes of UTF-8. */
	public static final int MAX_NAME_BYTES = 255;

	public AgentIdentity {
		check(agentName, "agent name");
		check(engineId, "engine id");
		Objects.requireNonNull(incarnation, "incarnation");
		if (zone != null) {
			check(zone, "zone");
		}
	}

	/**
	 * Names an agent that is in every zone.
	 * @param agentName the agent's name
	 * @param engineId the engine that the agent belongs to
	 * @param incarnation which life of the agent this is
	 */
	public AgentIdentity(String agentName, String engineId, Incarnation incarnation) {
		this(agentName, engineId, incarnation, null);
	}

	/**
	 * Returns whether two agents are in zones that differ.
	 * @param other the other agent
	 * @return {@code false} if one of them is in every zone
	 */
	public boolean isElsewhere(AgentIdentity other) {
		return this.zone != null && other.zone != null && !this.zone.equals(other.zone);
	}

	private static void check(String name, String what) {
		if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
			throw new IllegalArgumentException(what + " must have 1 to " + MAX_NAME_BYTES + " bytes of UTF-8");
		}
	}

}
