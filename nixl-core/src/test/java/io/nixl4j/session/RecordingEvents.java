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

package io.nixl4j.session;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.nixl4j.memory.NixlException;

/**
 * Keeps what happened to sessions.
 */
final class RecordingEvents implements SessionEvents {

	private final List<String> events = Collections.synchronizedList(new ArrayList<>());

	List<String> events() {
		return List.copyOf(this.events);
	}

	@Override
	public void opened(Session session) {
		this.events.add("opened " + session.engineId());
	}

	@Override
	public void ended(Session session, NixlException cause) {
		this.events.add("ended " + session.engineId() + " " + cause.error().code());
	}

	@Override
	public void notified(Session session, byte[] payload, Runnable taken) {
		this.events.add("notified " + session.engineId() + " " + payload.length);
		taken.run();
	}

}
