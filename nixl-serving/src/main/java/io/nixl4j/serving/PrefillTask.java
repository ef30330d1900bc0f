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

import java.util.concurrent.Future;

import io.nixl4j.NixlPeer;
import org.jspecify.annotations.Nullable;

/**
 * A prompt that a prefill worker computes. Lives on the worker's loop.
 */
final class PrefillTask {

	final AttemptId id;

	final ServingRequest request;

	final String decodeEngine;

	final int[] remoteBlocks;

	/** Of how many tokens the decode worker has keys and values already. */
	final int remoteHeld;

	final Deadline deadline;

	/** The session with who asked. */
	final @Nullable NixlPeer router;

	/** Ends the wait for the worker's own blocks. */
	@Nullable Future<?> reservation;

	/** The worker's own blocks, from when there are enough until they are given up. */
	@Nullable BlockShare share;

	/** There once the decode worker has let the prompt in. */
	@Nullable KvSending sending;

	@Nullable Future<?> alarm;

	/** The engine has it, or will. */
	boolean running;

	/** It will not succeed any more. */
	boolean over;

	/** Its blocks were given up. */
	boolean settled;

	/** The session with the decode worker, over which all of it goes. */
	@Nullable NixlPeer decode;

	/** There is no decode worker any more that would wait for a proof. */
	boolean decodeLost;

	PrefillTask(AttemptId id, ServingRequest request, String decodeEngine, int[] remoteBlocks, int remoteHeld,
			Deadline deadline, @Nullable NixlPeer router) {
		this.id = id;
		this.request = request;
		this.decodeEngine = decodeEngine;
		this.remoteBlocks = remoteBlocks;
		this.remoteHeld = remoteHeld;
		this.deadline = deadline;
		this.router = router;
	}

	void quiet() {
		if (this.alarm != null) {
			this.alarm.cancel(false);
		}
	}

}
