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

package io.nixl4j.sample.web;

import io.nixl4j.serving.ServingCall;
import org.jspecify.annotations.Nullable;

import org.springframework.web.server.ServerWebExchange;

/**
 * Whether a client still waits for what it has asked for. Safe for use by many threads.
 */
final class Presence {

	private static final String ATTRIBUTE = Presence.class.getName();

	private @Nullable ServingCall call;

	private boolean left;

	/**
	 * Finds the presence of an exchange's client.
	 * @param exchange the exchange, which {@link LeaveFilter} has seen
	 * @return its client's presence
	 */
	static Presence of(ServerWebExchange exchange) {
		return exchange.getRequiredAttribute(ATTRIBUTE);
	}

	static Presence begin(ServerWebExchange exchange) {
		Presence presence = new Presence();
		exchange.getAttributes().put(ATTRIBUTE, presence);
		return presence;
	}

	/**
	 * The client waits for a call, which is cancelled as soon as it does not any more.
	 * @param waitedFor the call
	 */
	void waitsFor(ServingCall waitedFor) {
		boolean late;
		synchronized (this) {
			this.call = waitedFor;
			late = this.left;
		}
		if (late) {
			waitedFor.cancel();
		}
	}

	/** The client has left, or has all that it waited for. */
	void over() {
		ServingCall waitedFor;
		synchronized (this) {
			this.left = true;
			waitedFor = this.call;
		}
		if (waitedFor != null) {
			waitedFor.cancel();
		}
	}

}
