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

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;

/**
 * What a router knows of the workers of one kind, to choose among them. Used on its loop
 * only.
 */
final class WorkerLoads {

	/** How long a worker that failed is tried last. */
	private static final Duration REST = Duration.ofSeconds(1);

	/** What is believed of a worker that has not said yet how many blocks it has. */
	private static final long UNKNOWN = Long.MAX_VALUE / 2;

	private static final Comparator<Load> BEST = Comparator.comparing(Load::isResting)
		.thenComparing(Comparator.comparingLong(Load::room).reversed())
		.thenComparingLong((load) -> load.tokens)
		.thenComparingInt((load) -> load.requests);

	private final Map<String, Load> loads = new LinkedHashMap<>();

	/**
	 * A worker may be chosen from now on.
	 * @param engine the worker
	 * @param tokens for how many tokens it has blocks in all, 0 if that is not known
	 */
	void listed(String engine, long tokens) {
		Load load = this.loads.computeIfAbsent(engine, (id) -> new Load());
		load.listed = true;
		if (load.free == UNKNOWN && tokens > 0) {
			load.free = tokens;
		}
	}

	/**
	 * A worker is not chosen any more.
	 * @param engine the worker
	 */
	void delisted(String engine) {
		Load load = this.loads.get(engine);
		if (load != null) {
			load.listed = false;
			forgetIdle(engine, load);
		}
	}

	boolean isListed(String engine) {
		Load load = this.loads.get(engine);
		return load != null && load.listed;
	}

	/**
	 * Chooses a worker: one with more free blocks before one with fewer, then the one
	 * with less work. One that had the beginning of the request before is preferred as
	 * long as that does not cost more than it saves.
	 * @param without those that must not be chosen
	 * @param known how many tokens of the request a worker had before, by engine id
	 * @return the engine id, or empty if none is left
	 */
	Optional<String> choose(Set<String> without, Map<String, Integer> known) {
		Map.Entry<String, Load> best = this.loads.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().listed && !without.contains(entry.getKey()))
			.min(Map.Entry.comparingByValue(BEST))
			.orElse(null);
		if (best == null) {
			return Optional.empty();
		}
		return Optional.of(known.entrySet()
			.stream()
			.filter((entry) -> isListed(entry.getKey()) && !without.contains(entry.getKey())
					&& load(entry.getKey()).isWorth(entry.getValue(), best.getValue()))
			.max(Map.Entry.comparingByValue())
			.map(Map.Entry::getKey)
			.orElse(best.getKey()));
	}

	void began(String engine, int tokens) {
		Load load = load(engine);
		load.requests++;
		load.tokens += tokens;
		load.unreserved += tokens;
	}

	/**
	 * A worker has kept blocks, or does not need to any more.
	 * @param engine the worker
	 * @param tokens what was said of the request when it began
	 */
	void reserved(String engine, int tokens) {
		load(engine).unreserved -= tokens;
	}

	void ended(String engine, int tokens) {
		Load load = load(engine);
		load.requests--;
		load.tokens -= tokens;
		forgetIdle(engine, load);
	}

	void reported(String engine, long freeTokens) {
		Load load = this.loads.get(engine);
		if (load != null) {
			load.free = freeTokens;
		}
	}

	void failed(String engine) {
		Load load = this.loads.get(engine);
		if (load != null) {
			load.rest = Deadline.in(REST);
		}
	}

	private void forgetIdle(String engine, Load load) {
		if (!load.listed && load.requests == 0) {
			this.loads.remove(engine);
		}
	}

	private Load load(String engine) {
		Load load = this.loads.get(engine);
		if (load == null) {
			throw NixlError.UNKNOWN_PEER.exception("There is no worker " + engine);
		}
		return load;
	}

	/**
	 * One worker's.
	 */
	private static final class Load {

		private boolean listed;

		private int requests;

		private long tokens;

		private long unreserved;

		private long free = UNKNOWN;

		private @Nullable Deadline rest;

		private boolean isResting() {
			return this.rest != null && !this.rest.isOver();
		}

		private boolean isWorth(int knownTokens, Load best) {
			boolean hasRoom = best.free == UNKNOWN || room() >= best.room() / 2;
			return !isResting() && hasRoom && this.tokens - knownTokens <= best.tokens;
		}

		private long room() {
			return (this.free == UNKNOWN) ? UNKNOWN : this.free - this.unreserved;
		}

	}

}
