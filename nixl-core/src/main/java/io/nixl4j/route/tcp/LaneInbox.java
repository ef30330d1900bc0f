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

package io.nixl4j.route.tcp;

import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * Requests that callers hand to a lane's event loop. Any thread puts, allocating nothing;
 * one loop takes. Intrusive: a request is in one inbox at most, which its commands see
 * to.
 */
final class LaneInbox {

	private final AtomicReference<@Nullable TcpRequest> newest = new AtomicReference<>();

	/**
	 * Puts a request.
	 * @param request the request, in no inbox now
	 */
	void put(TcpRequest request) {
		TcpRequest head;
		do {
			head = this.newest.get();
			request.nextInInbox = head;
		}
		while (!this.newest.compareAndSet(head, request));
	}

	/**
	 * Takes all requests.
	 * @return the first that was put, with the others behind it, or {@code null}
	 */
	@Nullable TcpRequest takeAll() {
		TcpRequest taken = this.newest.getAndSet(null);
		TcpRequest first = null;
		while (taken != null) {
			TcpRequest before = taken.nextInInbox;
			taken.nextInInbox = first;
			first = taken;
			taken = before;
		}
		return first;
	}

}
