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

package io.nixl4j.kv;

import java.util.Objects;

import io.nixl4j.memory.Incarnation;

/**
 * Who may touch blocks, and what for: writes to them while they are
 * {@link KvBlockState#FILLING filling}, reads them while they are
 * {@link KvBlockState#LEASED leased}. Each attempt of a request is another holder.
 *
 * @param engineId the engine, to be named where blocks do not come back
 * @param incarnation the life of its agent
 * @param request the id of the request
 * @param attempt the number of the attempt
 */
public record KvHolder(String engineId, Incarnation incarnation, String request, long attempt) {

	/**
	 * Checks that nothing is missing.
	 */
	public KvHolder {
		Objects.requireNonNull(engineId, "engineId");
		Objects.requireNonNull(incarnation, "incarnation");
		Objects.requireNonNull(request, "request");
	}

}
