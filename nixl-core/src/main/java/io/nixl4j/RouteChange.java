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

import org.jspecify.annotations.Nullable;

/**
 * A change of the route that is the first usable one to a peer.
 *
 * @param before the route's name before, or {@code null} if there was none
 * @param after its name now, or {@code null} if there is none
 * @param reason why it is not a better one
 */
public record RouteChange(@Nullable String before, @Nullable String after, String reason) {
}
