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

/**
 * Serving with prefill and decode apart: a {@link io.nixl4j.serving.Router} sends each
 * request to a {@link io.nixl4j.serving.DecodeWorker}, which keeps blocks for it, and to
 * a {@link io.nixl4j.serving.PrefillWorker}, which computes the prompt and WRITEs layer
 * after layer into them. The engines are the user's, behind
 * {@link io.nixl4j.serving.PrefillEngine} and {@link io.nixl4j.serving.DecodeEngine}.
 * <p>
 * Each of the three has one thread on which all its decisions are made (its loop), and
 * speaks to the others by notifications ({@code ServingMessage}). Depends on
 * {@code io.nixl4j.kv} and on what users of the core may use.
 */
@NullMarked
package io.nixl4j.serving;

import org.jspecify.annotations.NullMarked;
