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

package io.nixl4j.memory;

import java.time.Instant;

/**
 * A region that was closed but of which nobody has proved yet that it is left alone: its
 * memory stays allocated until the proof comes.
 *
 * @param region the region's name, empty if it has none
 * @param regionId the region's id in its agent
 * @param bytes the length of the memory
 * @param since when it was given up waiting for the proof
 * @param reason what is missing
 */
public record Quarantine(String region, long regionId, long bytes, Instant since, String reason) {
}
