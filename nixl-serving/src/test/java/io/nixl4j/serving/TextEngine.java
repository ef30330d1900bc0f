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

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.kv.KvPart;

/**
 * An engine whose keys and values, as those of a model, follow from all tokens up to
 * theirs, and whose answers follow from them: one number of another text, and the answer
 * is another one. It looks at all of them before each answer and never writes to what was
 * held.
 */
final class TextEngine implements DecodeEngine, PrefixEngine {

	private static final int VOCABULARY = 50_000;

	/** How many tokens of prompts were computed. */
	final AtomicInteger computed = new AtomicInteger();

	/** How many numbers were those of another text. */
	final AtomicInteger foreign = new AtomicInteger();

	private final KvCache cache;

	volatile StubEngine.Hook beforeLayer = (request, layer) -> {
	};

	volatile StubEngine.Hook beforeToken = (request, token) -> {
	};

	TextEngine(KvCache cache) {
		this.cache = cache;
	}

	/**
	 * Returns what every answer to a request must be.
	 * @param request the request
	 * @return the tokens
	 */
	static List<Integer> answer(ServingRequest request) {
		List<Integer> text = new ArrayList<>(request.tokens());
		for (int i = 0; i < request.maxTokens(); i++) {
			text.add(next(request, text));
		}
		return text.subList(request.tokens().size(), text.size());
	}

	private static int next(ServingRequest request, List<Integer> text) {
		return Math.floorMod(hash(request, text, text.size() - 1), VOCABULARY);
	}

	private static int hash(ServingRequest request, List<Integer> text, int last) {
		return hashes(request, text)[last];
	}

	private static int[] hashes(ServingRequest request, List<Integer> text) {
		int[] hashes = new int[text.size()];
		int hash = request.parameters().hashCode();
		for (int i = 0; i < hashes.length; i++) {
			hash = (hash ^ text.get(i)) * 0x9E37_79B1;
			hash ^= hash >>> 15;
			hashes[i] = hash;
		}
		return hashes;
	}

	@Override
	public String prefixKey(ServingRequest request) {
		return request.parameters();
	}

	@Override
	public int prefill(ServingRequest request, int[] blocks, int held, LayerListener layers)
			throws InterruptedException {
		int[] hashes = hashes(request, request.tokens());
		this.computed.addAndGet(hashes.length - held);
		check(hashes, blocks, held);
		for (int layer = 0; layer < layout().layers(); layer++) {
			this.beforeLayer.at(request, layer);
			for (int i = held; i < hashes.length; i++) {
				write(hashes[i], blocks, i, layer);
			}
			layers.layerDone(layer);
		}
		return next(request, request.tokens());
	}

	@Override
	public String decode(ServingRequest request, int[] blocks, int firstToken, TokenSink tokens)
			throws InterruptedException {
		List<Integer> text = new ArrayList<>(request.tokens());
		int token = firstToken;
		this.beforeToken.at(request, 0);
		while (tokens.token(token, "t")) {
			text.add(token);
			int[] hashes = hashes(request, text);
			for (int layer = 0; layer < layout().layers(); layer++) {
				write(hashes[text.size() - 1], blocks, text.size() - 1, layer);
			}
			this.beforeToken.at(request, text.size());
			check(hashes, blocks, text.size());
			token = next(request, text);
		}
		check(hashes(request, text), blocks, text.size());
		return "";
	}

	private KvLayout layout() {
		return this.cache.layout();
	}

	private void write(int hash, int[] blocks, int token, int layer) {
		for (KvPart part : layout().parts()) {
			ByteBuffer numbers = numbers(blocks, token, layer, part);
			while (numbers.hasRemaining()) {
				numbers.putInt(hash + layer);
			}
		}
	}

	private void check(int[] hashes, int[] blocks, int count) {
		for (int i = 0; i < count; i++) {
			for (int layer = 0; layer < layout().layers(); layer++) {
				for (KvPart part : layout().parts()) {
					ByteBuffer numbers = numbers(blocks, i, layer, part);
					while (numbers.hasRemaining()) {
						if (numbers.getInt() != hashes[i] + layer) {
							this.foreign.incrementAndGet();
							throw new IllegalStateException("token " + i + " has numbers of another text");
						}
					}
				}
			}
		}
	}

	private ByteBuffer numbers(int[] blocks, int token, int layer, KvPart part) {
		int perBlock = layout().tokensPerBlock();
		ByteBuffer piece = this.cache.piece(blocks[token / perBlock], layer, part);
		int size = piece.capacity() / perBlock;
		return piece.position(token % perBlock * size).limit((token % perBlock + 1) * size);
	}

}
