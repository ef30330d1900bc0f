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
 * The service provider interface of routes: one way of moving bytes between the memory of
 * two agents. Routes only move bytes and report; retries, notifications, grants and the
 * life of a peer are decided once, above them. The life of a provider, told in order:
 * {@link io.nixl4j.route.RouteProvider} opens a {@link io.nixl4j.route.RouteBackend} for
 * an agent, which connects a {@link io.nixl4j.route.Route} for each session, which
 * compiles lists into a {@link io.nixl4j.route.RouteRequest}, which is posted as an
 * attempt and reports to {@link io.nixl4j.route.AttemptEvents}.
 */
@NullMarked
package io.nixl4j.route;

import org.jspecify.annotations.NullMarked;
