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
 * Measurements beside peers: what is compared alternates in one run, so that all meet the
 * same machine, and results are ratios. In the order of the flow:
 * {@link io.nixl4j.benchmarks.Bench} takes {@link io.nixl4j.benchmarks.BenchCase}s from
 * the {@link io.nixl4j.benchmarks.Catalogue}; {@link io.nixl4j.benchmarks.Contenders}
 * start the processes, of which each pair is a {@link io.nixl4j.benchmarks.Target} and an
 * {@link io.nixl4j.benchmarks.Initiator} that take {@link io.nixl4j.benchmarks.Commands};
 * a {@link io.nixl4j.benchmarks.Duel} has them transfer in turns and makes
 * {@link io.nixl4j.benchmarks.Result}s.
 */
@NullMarked
package io.nixl4j.benchmarks;

import org.jspecify.annotations.NullMarked;
