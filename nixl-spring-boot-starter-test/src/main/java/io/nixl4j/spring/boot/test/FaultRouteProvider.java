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

package io.nixl4j.spring.boot.test;

import io.nixl4j.route.RouteBackend;
import io.nixl4j.route.RouteContext;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.route.RouteTraits;

/**
 * A route that a test breaks on demand; without faults it is the route below.
 */
final class FaultRouteProvider implements RouteProvider {

	private final RouteProvider route;

	private final FaultBoard board;

	FaultRouteProvider(RouteProvider route, FaultBoard board) {
		this.route = route;
		this.board = board;
	}

	@Override
	public String name() {
		return this.route.name();
	}

	@Override
	public RouteTraits traits() {
		return this.route.traits();
	}

	@Override
	public RouteBackend open(RouteContext context) {
		return new FaultRouteBackend(this.route.open(context), this.board, context);
	}

}
