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

import java.util.List;
import java.util.StringJoiner;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Region;
import io.nixl4j.route.Operation;
import io.nixl4j.route.Route;
import io.nixl4j.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the first route of a peer that is usable now and reaches the memory of both
 * lists.
 */
final class RouteChoice {

	private RouteChoice() {
	}

	static Route choose(Session session, Operation operation, DescriptorList local, DescriptorList remote) {
		for (Route route : reaching(session, local, remote)) {
			if (isReady(route)) {
				return route;
			}
		}
		StringJoiner reasons = new StringJoiner("; ");
		session.routes().forEach((route) -> reasons.add(route.name() + ": " + reason(route)));
		throw NixlError.NOT_READY.exception("No route to the peer can carry this (" + reasons + ")", session.engineId(),
				operation.tag(), null);
	}

	/**
	 * Returns the routes that reach the memory of both lists, usable or not, the
	 * preferred one first.
	 * @param session the session with the peer
	 * @param local this agent's list
	 * @param remote the peer's list
	 * @return the routes
	 */
	static List<Route> reaching(Session session, DescriptorList local, DescriptorList remote) {
		return session.routes()
			.stream()
			.filter((route) -> local.bytes() <= route.traits().maxBytes() && reaches(route, local, remote))
			.toList();
	}

	/** Whether a peer has said what it grants, and a route to it was open. */
	static boolean isUsable(Session session) {
		return session.isReady() && session.routes().stream().anyMatch(RouteChoice::isReady);
	}

	static boolean isReady(Route route) {
		return route.ready().isDone() && !route.ready().isCompletedExceptionally();
	}

	static String reason(Route route) {
		if (!route.ready().isDone()) {
			return "still connecting";
		}
		if (isReady(route)) {
			return "does not reach memory of this type";
		}
		return route.ready().handle((nothing, failure) -> {
			Throwable cause = (failure.getCause() != null && !(failure instanceof NixlException)) ? failure.getCause()
					: failure;
			return String.valueOf(cause.getMessage());
		}).join();
	}

	/**
	 * Returns the route on which transfers go on, whatever memory they are of.
	 * @param session the session with the peer
	 * @return its name, or {@code null} if none is usable now
	 */
	static @Nullable String firstUsable(Session session) {
		return session.routes().stream().filter(RouteChoice::isUsable).map(Route::name).findFirst().orElse(null);
	}

	/**
	 * Returns why no route before one is usable.
	 * @param session the session with the peer
	 * @param chosen the name of the usable one, or {@code null} if there is none
	 * @return the reasons of all that come before it
	 */
	static String reason(Session session, @Nullable String chosen) {
		StringJoiner reasons = new StringJoiner("; ");
		for (Route route : session.routes()) {
			if (route.name().equals(chosen)) {
				break;
			}
			reasons.add(route.name() + ": " + (isReady(route) ? "no connection is open" : reason(route)));
		}
		return (reasons.length() > 0) ? reasons.toString() : chosen + " is the preferred route";
	}

	private static boolean isUsable(Route route) {
		return isReady(route) && route.usable().isDone() && !route.usable().isCompletedExceptionally();
	}

	private static boolean reaches(Route route, DescriptorList local, DescriptorList remote) {
		for (Region near : local.distinctRegions()) {
			for (Region far : remote.distinctRegions()) {
				if (!route.reaches(near.type(), far.type())) {
					return false;
				}
			}
		}
		return true;
	}

}
