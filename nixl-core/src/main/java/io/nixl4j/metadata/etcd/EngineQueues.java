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
package io.nixl4j.metadata.etcd;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Does what is asked for one engine one after the other, and for different engines side
 * by side. On the loop, as is the work that is given.
 */
final class EngineQueues {

	private final Map<String, CompletableFuture<?>> last = new HashMap<>();

	/**
	 * Does something when all that was asked for the engine before is done.
	 * @param work completes its result on the loop
	 */
	<T> CompletableFuture<T> run(String engineId, Supplier<CompletableFuture<T>> work) {
		CompletableFuture<?> before = this.last.getOrDefault(engineId, CompletableFuture.completedFuture(null));
		CompletableFuture<T> result = before.handle((done, failed) -> null).thenCompose((nothing) -> start(work));
		this.last.put(engineId, result);
		result.whenComplete((done, failed) -> this.last.remove(engineId, result));
		return result;
	}

	boolean isIdle(String engineId) {
		return !this.last.containsKey(engineId);
	}

	private static <T> CompletableFuture<T> start(Supplier<CompletableFuture<T>> work) {
		try {
			return work.get();
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

}
