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

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Where targets listen.
 *
 * @param host the host of all of them
 * @param ports their ports, one at least
 */
record Endpoints(String host, int... ports) {

	static Endpoints parse(String host, String ports) {
		return new Endpoints(host, Arrays.stream(ports.split(",")).mapToInt(Integer::parseInt).toArray());
	}

	static String words(int... ports) {
		return Arrays.stream(ports).mapToObj(String::valueOf).collect(Collectors.joining(","));
	}

}
