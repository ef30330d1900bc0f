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

package io.nixl4j.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Programs of others that {@code bin/bench} has found or fetched, by system property:
 * {@code bench.NAME} is a path, {@code bench.NAME.why} says why there is none.
 */
final class Tools {

	private Tools() {
	}

	/**
	 * Returns where a program is.
	 * @param name its name
	 * @return the path
	 * @throws UnavailableException if it cannot be had
	 */
	static Path path(String name) throws UnavailableException {
		String path = System.getProperty("bench." + name);
		if (path != null && Files.exists(Path.of(path))) {
			return Path.of(path);
		}
		throw new UnavailableException(
				System.getProperty("bench." + name + ".why", "not found; bin/bench looks for it"));
	}

	/**
	 * A peer that cannot be had, which is no failure of a run.
	 */
	static final class UnavailableException extends Exception {

		private static final long serialVersionUID = 1L;

		UnavailableException(String why) {
			super(why);
		}

	}

}
