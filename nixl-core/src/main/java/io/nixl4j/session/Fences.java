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

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.nixl4j.memory.NixlException;
import io.nixl4j.route.Route;
import org.jspecify.annotations.Nullable;

/**
 * The proofs about broken lanes that were asked of the peer, and that the peer asks for.
 */
final class Fences {

	private final SessionLink link;

	/** Guarded by this: what was asked and not answered. */
	private final Map<SessionMessage.Fence, CompletableFuture<Void>> asked = new HashMap<>();

	/** Guarded by this. */
	private @Nullable NixlException ended;

	Fences(SessionLink link) {
		this.link = link;
	}

	/**
	 * Asks the peer to close its end of a lane.
	 * @param route the route's name
	 * @param lane the lane's number
	 * @return completes with the peer's answer, exceptionally with the session's end
	 */
	CompletionStage<Void> ask(String route, int lane) {
		SessionMessage.Fence fence = new SessionMessage.Fence(route, lane);
		CompletableFuture<Void> answer;
		synchronized (this) {
			if (this.ended != null) {
				return CompletableFuture.failedFuture(this.ended);
			}
			answer = this.asked.get(fence);
			if (answer != null) {
				return answer;
			}
			answer = new CompletableFuture<>();
			this.asked.put(fence, answer);
		}
		this.link.send(fence);
		return answer;
	}

	/**
	 * The peer has answered.
	 * @param fenced the answer
	 */
	void answered(SessionMessage.Fenced fenced) {
		CompletableFuture<Void> answer;
		synchronized (this) {
			answer = this.asked.remove(new SessionMessage.Fence(fenced.route(), fenced.lane()));
		}
		if (answer != null) {
			answer.complete(null);
		}
	}

	/**
	 * The peer asks; it is answered when its lane is still at this end.
	 * @param fence what it asks
	 * @param routes the routes to it
	 */
	void serve(SessionMessage.Fence fence, List<Route> routes) {
		CompletableFuture
			.allOf(routes.stream()
				.filter((route) -> route.name().equals(fence.route()))
				.map((route) -> route.fence(fence.lane()).toCompletableFuture())
				.toArray(CompletableFuture[]::new))
			.thenRun(() -> this.link.send(new SessionMessage.Fenced(fence.route(), fence.lane())));
	}

	/**
	 * The session has ended: no answer will come.
	 * @param cause why
	 */
	void end(NixlException cause) {
		List<CompletableFuture<Void>> unanswered;
		synchronized (this) {
			this.ended = cause;
			unanswered = List.copyOf(this.asked.values());
			this.asked.clear();
		}
		unanswered.forEach((answer) -> answer.completeExceptionally(cause));
	}

}
