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

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * Keeps what was sent, and lets a test play the peer.
 */
final class RecordingLink implements SessionLink {

	private final List<SessionMessage> sent = new CopyOnWriteArrayList<>();

	private @Nullable Receiver receiver;

	private volatile boolean closed;

	List<SessionMessage> sent() {
		return this.sent;
	}

	<T extends SessionMessage> List<T> sent(Class<T> type) {
		return this.sent.stream().filter(type::isInstance).map(type::cast).toList();
	}

	boolean isClosed() {
		return this.closed;
	}

	boolean isStarted() {
		return this.receiver != null;
	}

	/** The peer says something. */
	void receive(SessionMessage message) {
		Receiver current = this.receiver;
		if (current == null) {
			throw new IllegalStateException("The link is not started");
		}
		current.received(message);
	}

	@Override
	public void start(Receiver given) {
		this.receiver = given;
	}

	@Override
	public void send(SessionMessage message) {
		if (!this.closed) {
			this.sent.add(message);
		}
	}

	@Override
	public void close() {
		this.closed = true;
	}

	@Override
	public Optional<InetSocketAddress> address() {
		return Optional.empty();
	}

}
