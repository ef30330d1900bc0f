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

package io.nixl4j.serving;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.nixl4j.NixlPeer;

/**
 * Asks prefill workers to stop until each has said that it has, or is gone. Used on the
 * loop of its decode worker only.
 */
final class StopDesk {

	private static final Duration AGAIN = Duration.ofMillis(250);

	private final Map<AttemptId, Stopping> pending = new HashMap<>();

	private final Loop loop;

	private final Mail mail;

	StopDesk(Loop loop, Mail mail) {
		this.loop = loop;
		this.mail = mail;
	}

	int size() {
		return this.pending.size();
	}

	/**
	 * Asks a prefill worker to stop.
	 * @param id what it may be writing for
	 * @param peer the session with the prefill worker that let it begin
	 * @return the proof that it writes nothing for it any more
	 */
	CompletableFuture<Void> stop(AttemptId id, NixlPeer peer) {
		Stopping stopping = new Stopping(id, peer, new CompletableFuture<>());
		this.pending.put(id, stopping);
		ask(stopping);
		return stopping.proof();
	}

	private void ask(Stopping stopping) {
		AttemptId id = stopping.id();
		if (!stopping.equals(this.pending.get(id))) {
			return;
		}
		// Over another session nothing is heard of what was begun over this one: its end
		// is
		// the proof then
		if (stopping.peer().isConnected()) {
			this.mail.sendTo(stopping.peer(), new ServingMessage.Stop(id), (unsent) -> {
			});
		}
		this.loop.later(AGAIN, () -> ask(stopping));
	}

	/**
	 * A prefill worker has stopped.
	 * @param sender the worker
	 * @param id what it wrote for
	 */
	void stopped(String sender, AttemptId id) {
		Stopping stopping = this.pending.get(id);
		if (stopping != null && stopping.peer().engineId().equals(sender) && stopping.peer().isConnected()) {
			this.pending.remove(id);
			stopping.proof().complete(null);
		}
	}

	/**
	 * A prefill worker can touch nothing any more by what began over a session.
	 * @param peer the session, which has ended
	 */
	void lost(NixlPeer peer) {
		for (Stopping stopping : List.copyOf(this.pending.values())) {
			if (stopping.peer().equals(peer)) {
				this.pending.remove(stopping.id());
				stopping.proof().complete(null);
			}
		}
	}

	/**
	 * One attempt that is to stop.
	 *
	 * @param id the attempt
	 * @param peer who may be writing
	 * @param proof completes when it is not
	 */
	private record Stopping(AttemptId id, NixlPeer peer, CompletableFuture<Void> proof) {
	}

}
