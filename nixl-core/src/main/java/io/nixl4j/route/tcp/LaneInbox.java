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
 * Parts of requests that callers hand to a lane's event loop. Any thread puts, allocating
 * nothing; one loop takes. Intrusive: a part is in one inbox at most, which it sees to.
 */
final class LaneInbox {

	private final AtomicReference<@Nullable TransferPart> newest = new AtomicReference<>();

	/**
	 * Puts a part.
	 * @param part the part, in no inbox now
	 */
	void put(TransferPart part) {
		TransferPart head;
		do {
			head = this.newest.get();
			part.nextInInbox = head;
		}
		while (!this.newest.compareAndSet(head, part));
	}

	/**
	 * Takes all parts.
	 * @return the first that was put, with the others behind it, or {@code null}
	 */
	@Nullable TransferPart takeAll() {
		TransferPart taken = this.newest.getAndSet(null);
		TransferPart first = null;
		while (taken != null) {
			TransferPart before = taken.nextInInbox;
			taken.nextInInbox = first;
			first = taken;
			taken = before;
		}
		return first;
	}

}
