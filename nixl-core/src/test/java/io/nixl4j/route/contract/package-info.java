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
 * The contract of routes, as tests: {@link io.nixl4j.route.contract.RouteContract} runs
 * all of them over one route, at the level of agents, and checks the SPI beneath.
 * {@link io.nixl4j.route.contract.LateRoute} makes a route as nasty as hardware can be,
 * for whatever is built upon routes.
 */
@NullMarked
package io.nixl4j.route.contract;

import org.jspecify.annotations.NullMarked;
