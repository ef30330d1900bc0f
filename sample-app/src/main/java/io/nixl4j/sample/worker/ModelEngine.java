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

package io.nixl4j.sample.worker;

import io.nixl4j.sample.engine.DecodeBatcher;
import io.nixl4j.sample.engine.Engine;
import io.nixl4j.sample.engine.Generation;
import io.nixl4j.sample.engine.Generator;
import io.nixl4j.sample.engine.Sequence;
import io.nixl4j.serving.DecodeEngine;
import io.nixl4j.serving.LayerListener;
import io.nixl4j.serving.PrefixEngine;
import io.nixl4j.serving.ServingRequest;
import io.nixl4j.serving.TokenSink;

/**
 * Serves with the sample's engine, which it closes. A request's parameters are a
 * {@link Sampling}. Answers that are made at the same time, by as many threads as the
 * worker has, are computed together, token by token. Keys and values follow from the
 * tokens alone, whatever they were computed with, so that prompts share them.
 *
 * @param engine computes, in the pages of the worker's cache
 * @param batcher gathers what of decode is to be computed together
 */
public record ModelEngine(Engine engine, DecodeBatcher batcher) implements DecodeEngine, PrefixEngine, AutoCloseable {

	/**
	 * Create an engine for a worker.
	 * @param engine computes, in the pages of the worker's cache
	 */
	public ModelEngine(Engine engine) {
		this(engine, new DecodeBatcher(engine));
	}

	@Override
	public int prefill(ServingRequest request, int[] blocks, int held, LayerListener layers) {
		int[] tokens = request.tokens().stream().skip(held).mapToInt(Integer::intValue).toArray();
		float[] logits = this.engine.prefill(new Sequence(blocks, held), tokens, layers::layerDone);
		return Sampling.parse(request.parameters()).sampler(request.answered()).choose(logits);
	}

	@Override
	public String decode(ServingRequest request, int[] blocks, int firstToken, TokenSink tokens) {
		Sequence sequence = new Sequence(blocks, request.tokens().size());
		Generator generator = new Generator(this.batcher,
				Sampling.parse(request.parameters()).sampler(request.answered() + 1), request.maxTokens());
		StringBuilder shown = new StringBuilder();
		Generation generation = generator.resume(sequence, answered(request), firstToken, (token, text) -> {
			shown.append(text);
			return tokens.token(token, text);
		});
		return generation.text().substring(shown.length());
	}

	private static int[] answered(ServingRequest request) {
		int length = request.tokens().size();
		return request.tokens()
			.subList(length - request.answered(), length)
			.stream()
			.mapToInt(Integer::intValue)
			.toArray();
	}

	@Override
	public void close() {
		this.engine.close();
	}

}
