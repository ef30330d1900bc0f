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
 * Disaggregated serving of one model: a router, prefill workers and decode workers, each
 * with an agent of its own. They speak {@link io.nixl4j.sample.worker.ServingMessage}s by
 * notifications, and KV cache goes from prefill to decode by one-sided WRITEs. In the
 * order of a request: {@link io.nixl4j.sample.worker.Router} asks
 * {@link io.nixl4j.sample.worker.DecodeWorker} for blocks,
 * {@link io.nixl4j.sample.worker.PrefillWorker} computes and writes layer after layer
 * ({@link io.nixl4j.sample.worker.KvPush}), and the decode worker goes on from there.
 */
@NullMarked
package io.nixl4j.sample.worker;

import org.jspecify.annotations.NullMarked;
