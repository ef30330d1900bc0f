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

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Future;

import io.nixl4j.NixlPeer;
import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;

/**
 * An attempt of a request at a decode worker. Lives on the worker's loop, but for
 * {@link #over}, which the engine's thread looks at.
 */
final class DecodeTask {

	final AttemptId id;

	final ServingRequest request;

	/** Who computes the prompt; empty if this worker does. */
	final String prefillEngine;

	/** Up to how many tokens this worker computes itself. */
	final int localTokens;

	/** This worker computes what is not there of the prompt. */
	boolean local;

	final Deadline deadline;

	/** The session with who asked. */
	final @Nullable NixlPeer router;

	final BitSet layers = new BitSet();

	/** The session with the prefill worker, as soon as there is one. */
	@Nullable NixlPeer prefill;

	/**
	 * There once the prefill worker has said where the layers are that this worker reads.
	 */
	@Nullable KvPull pull;

	/** All layers were read, and the prefill worker was asked whether they were kept. */
	boolean confirming;

	@Nullable Future<?> reservation;

	/** Its blocks, from when there are enough until they are given up. */
	@Nullable BlockShare share;

	Phase phase = Phase.RESERVING;

	/** The first token, as soon as the prompt is computed. */
	int first = -1;

	/** The tokens that the engine has made; its thread's until it has returned. */
	final List<Integer> answer = new ArrayList<>();

	@Nullable Future<?> alarm;

	/** Nobody wants the answer any more. */
	volatile boolean over;

	DecodeTask(AttemptId id, ServingRequest request, String prefillEngine, int localTokens, Deadline deadline,
			@Nullable NixlPeer router) {
		this.id = id;
		this.request = request;
		this.prefillEngine = prefillEngine;
		this.localTokens = localTokens;
		this.local = prefillEngine.isEmpty();
		this.deadline = deadline;
		this.router = router;
	}

	/** Returns of which tokens there are keys and values when the answer is done. */
	List<Integer> computedTokens() {
		List<Integer> tokens = new ArrayList<>(this.request.tokens());
		tokens.addAll(this.answer.subList(0, Math.max(0, this.answer.size() - 1)));
		return tokens;
	}

	/**
	 * Finds out whether a prefill worker's word counts.
	 * @param sender the worker
	 * @param attempt the attempt that it speaks of
	 * @return whether it is computing the prompt of this very attempt
	 */
	boolean isPrefilledBy(String sender, AttemptId attempt) {
		return (this.phase == Phase.FILLING || this.phase == Phase.PULLING) && this.id.equals(attempt)
				&& this.prefillEngine.equals(sender);
	}

	void checkWanted() {
		if (this.over) {
			throw NixlError.CANCELLED.exception("The answer is not wanted any more", null, "decode", null);
		}
	}

	void quiet() {
		if (this.alarm != null) {
			this.alarm.cancel(false);
		}
	}

	/**
	 * What is done for it.
	 */
	enum Phase {

		/** It waits for blocks. */
		RESERVING,

		/** It has blocks, and nobody was let in to write to them. */
		RESERVED,

		/** The prefill worker may write to its blocks. */
		FILLING,

		/**
		 * This worker reads from the prefill worker's blocks; nobody else writes to its
		 * own.
		 */
		PULLING,

		/** The engine has it, or will. */
		COMPUTING

	}

}
