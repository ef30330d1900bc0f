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

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.nixl4j.memory.NixlError;

/**
 * Workers that somebody has named.
 *
 * @param prefillEngines the engine ids of the prefill workers
 * @param decodeEngines the engine ids of the decode workers
 */
record FixedWorkers(List<String> prefillEngines, List<String> decodeEngines) implements WorkerDirectory {

	FixedWorkers {
		if (decodeEngines.isEmpty()) {
			throw NixlError.EMPTY.exception("A router has at least one decode worker");
		}
	}

	@Override
	public Watch watch(Listener listener) {
		Set<String> engines = new LinkedHashSet<>(this.prefillEngines);
		engines.addAll(this.decodeEngines);
		engines.forEach((engine) -> listener.listed(new ListedWorker(engine, this.prefillEngines.contains(engine),
				this.decodeEngines.contains(engine), 0)));
		return () -> {
		};
	}

}
