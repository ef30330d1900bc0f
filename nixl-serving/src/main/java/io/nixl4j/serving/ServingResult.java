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
import java.util.List;
import java.util.Optional;

/**
 * An answer with its figures.
 *
 * @param tokens the tokens of the answer
 * @param text the text that the engine made of them
 * @param attempts how many attempts it took, at least 1
 * @param moved how the KV cache moved; empty if the decode worker computed the prompt
 * itself, or the prefill worker did not say in time
 * @param heldTokens of how many tokens of the prompt the decode worker had keys and
 * values from before; these were neither moved nor computed by it
 * @param timeToFirstToken from the request's start to its first token
 */
public record ServingResult(List<Integer> tokens, String text, int attempts, Optional<KvMove> moved, int heldTokens,
		Duration timeToFirstToken) {
}
