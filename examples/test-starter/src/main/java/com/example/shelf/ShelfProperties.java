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

package com.example.shelf;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where blocks are kept.
 *
 * @param peer the engine that keeps them
 * @param blockSize the length of a block
 * @param buffers how many blocks may be on their way at a time
 * @param timeout how long one may take
 */
@ConfigurationProperties("shelf")
public record ShelfProperties(String peer, @DefaultValue("16KB") DataSize blockSize, @DefaultValue("4") int buffers,
		@DefaultValue("5s") Duration timeout) {
}
