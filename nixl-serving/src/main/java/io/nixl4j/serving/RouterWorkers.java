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

import java.util.List;
import java.util.Optional;

/**
 * The workers of a router: who is there, how much they have to do, and which texts they
 * had. Used on the router's loop only.
 */
final class RouterWorkers {

	private final WorkerLoads prefillers = new WorkerLoads();

	private final WorkerLoads decoders = new WorkerLoads();

	private final PrefixAffinity prefilled = new PrefixAffinity();

	private final PrefixAffinity decoded = new PrefixAffinity();

	void listed(ListedWorker worker) {
		note(this.prefillers, worker, worker.prefills());
		note(this.decoders, worker, worker.decodes());
	}

	private static void note(WorkerLoads loads, ListedWorker worker, boolean isOne) {
		if (isOne) {
			loads.listed(worker.engineId(), worker.tokens());
		}
		else {
			loads.delisted(worker.engineId());
		}
	}

	void delisted(String engine) {
		this.prefillers.delisted(engine);
		this.decoders.delisted(engine);
	}

	/**
	 * Chooses who makes the answer of the next attempt.
	 * @param call the request
	 * @return the decode worker, or empty if none is left
	 */
	Optional<String> decodeWorker(RouterCall call) {
		return this.decoders.choose(call.failedDecoders, this.decoded.find(call.prompt));
	}

	/**
	 * Chooses who computes the prompt of the next attempt.
	 * @param call the request
	 * @return the prefill worker, or empty if none is left
	 */
	Optional<String> prefillWorker(RouterCall call) {
		return this.prefillers.choose(call.failedPrefillers, this.prefilled.find(call.prompt));
	}

	/**
	 * An attempt begins.
	 * @param call the request, with the workers that were chosen
	 */
	void began(RouterCall call) {
		call.underWay = true;
		call.unreserved = true;
		this.decoders.began(call.decodeEngine, call.request().allTokens());
		if (!call.prefillEngine.isEmpty()) {
			this.prefillers.began(call.prefillEngine, call.prompt.size());
		}
	}

	/**
	 * The decode worker has kept blocks.
	 * @param call the request
	 */
	void reserved(RouterCall call) {
		if (call.unreserved) {
			call.unreserved = false;
			this.decoders.reserved(call.decodeEngine, call.request().allTokens());
		}
	}

	/**
	 * The decode worker computes the prompt, not the prefill worker that was chosen.
	 * @param call the request
	 */
	void computedByDecodeWorker(RouterCall call) {
		this.prefillers.ended(call.prefillEngine, call.prompt.size());
		call.prefillEngine = "";
	}

	/**
	 * An attempt has ended, if there was one.
	 * @param call the request
	 */
	void ended(RouterCall call) {
		if (!call.underWay) {
			return;
		}
		call.underWay = false;
		reserved(call);
		this.decoders.ended(call.decodeEngine, call.request().allTokens());
		if (!call.prefillEngine.isEmpty()) {
			this.prefillers.ended(call.prefillEngine, call.prompt.size());
		}
	}

	void decodeFailed(String engine) {
		this.decoders.failed(engine);
	}

	void prefillFailed(String engine) {
		this.prefillers.failed(engine);
	}

	/**
	 * A decode worker has said what it has left.
	 * @param engine the worker
	 * @param freeTokens for how many tokens it has free blocks
	 */
	void reported(String engine, long freeTokens) {
		this.decoders.reported(engine, freeTokens);
	}

	/**
	 * A prefill worker keeps the beginning of a text.
	 * @param engine the worker
	 * @param tokens the text
	 * @param held how many of its tokens
	 */
	void prefilled(String engine, List<Integer> tokens, int held) {
		this.prefilled.remember(beginning(tokens, held), engine);
	}

	/**
	 * A decode worker keeps the beginning of a text.
	 * @param engine the worker
	 * @param tokens the text
	 * @param held how many of its tokens
	 */
	void decoded(String engine, List<Integer> tokens, int held) {
		this.decoded.remember(beginning(tokens, held), engine);
	}

	private static List<Integer> beginning(List<Integer> tokens, int held) {
		return tokens.subList(0, Math.min(held, tokens.size()));
	}

}
