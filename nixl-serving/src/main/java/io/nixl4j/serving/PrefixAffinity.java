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

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * Remembers which worker had which beginning of a text last, so that what goes on from
 * there is sent to the same one. A guess: only the worker knows what it has kept. Used on
 * the router's loop only.
 */
final class PrefixAffinity {

	/** How many beginnings are remembered. */
	private static final int MOST = 128 * 1_024;

	/** Of how many tokens a beginning is a multiple. */
	private static final int STEP = 16;

	private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

	/** The engine ids by a hash of each beginning, the one longest unused first. */
	private final Map<Long, String> engines = new LinkedHashMap<>(16, 0.75f, true) {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
			return size() > MOST;
		}

	};

	/**
	 * A worker has a text.
	 * @param tokens the text
	 * @param engine the worker
	 */
	void remember(List<Integer> tokens, String engine) {
		walk(tokens, (beginning) -> {
			this.engines.put(beginning, engine);
			return true;
		});
	}

	/**
	 * Finds the workers that had the same beginning.
	 * @param tokens a text
	 * @return how many of its first tokens, by engine id
	 */
	Map<String, Integer> find(List<Integer> tokens) {
		Map<String, Integer> found = new HashMap<>();
		int[] length = new int[1];
		walk(tokens, (beginning) -> {
			String engine = this.engines.get(beginning);
			length[0] += STEP;
			if (engine != null) {
				found.put(engine, length[0]);
			}
			return engine != null;
		});
		return found;
	}

	private static void walk(List<Integer> tokens, LongPredicate goOn) {
		long hash = 0;
		for (int i = 0; i < tokens.size(); i++) {
			hash = (hash ^ tokens.get(i)) * MIX;
			hash ^= hash >>> 29;
			if ((i + 1) % STEP == 0 && !goOn.test(hash)) {
				return;
			}
		}
	}

}
