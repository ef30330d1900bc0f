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
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.kv.KvPart;

/**
 * An engine whose keys and values are stamps of the request and of the call that computed
 * them, all over each block, and which looks at them before and after it makes an answer:
 * bytes of another request, or of another attempt of the same one, are seen.
 */
final class StubEngine implements DecodeEngine {

	/** What a failure says that found bytes of somebody else. */
	static final String FOREIGN = "has bytes that are not those of ";

	/** How many numbers a stamp has. */
	private static final int STAMP = 2;

	final AtomicInteger prefills = new AtomicInteger();

	final AtomicInteger decodes = new AtomicInteger();

	/** How many answers were made of bytes that are not the request's. */
	final AtomicInteger foreign = new AtomicInteger();

	private final KvCache cache;

	volatile Hook beforeLayer = (request, layer) -> {
	};

	volatile Hook beforeToken = (request, token) -> {
	};

	StubEngine(KvCache cache) {
		this.cache = cache;
	}

	/**
	 * Returns what every answer to a request must be.
	 * @param request the request
	 * @return the tokens
	 */
	static List<Integer> answer(ServingRequest request) {
		int first = number(request) % 1_000 + request.answered();
		return IntStream.range(first, first + request.maxTokens()).boxed().toList();
	}

	private static int number(ServingRequest request) {
		return Integer.parseInt(request.id().substring(request.id().lastIndexOf('-') + 1));
	}

	@Override
	public int prefill(ServingRequest request, int[] blocks, LayerListener layers) throws InterruptedException {
		int call = System.identityHashCode(request) ^ (this.prefills.incrementAndGet() << 8);
		int used = layout().blocksFor(request.tokens().size());
		List<Integer> order = new ArrayList<>(IntStream.range(0, layout().layers()).boxed().toList());
		Collections.shuffle(order, new Random(call));
		for (int layer : order) {
			this.beforeLayer.at(request, layer);
			for (int i = 0; i < used; i++) {
				stamp(request, call, blocks[i], layer);
			}
			layers.layerDone(layer);
		}
		return answer(request).get(0);
	}

	@Override
	public String decode(ServingRequest request, int[] blocks, int firstToken, TokenSink tokens)
			throws InterruptedException {
		this.decodes.incrementAndGet();
		int used = layout().blocksFor(request.tokens().size());
		int call = this.cache.piece(blocks[0], 0, KvPart.KEYS).getInt(Integer.BYTES);
		check(request, call, blocks, used);
		for (int i = used; i < blocks.length; i++) {
			for (int layer = 0; layer < layout().layers(); layer++) {
				stamp(request, call, blocks[i], layer);
			}
		}
		boolean isWanted = true;
		for (int i = 0; isWanted; i++) {
			int number = request.answered() + i;
			this.beforeToken.at(request, number);
			isWanted = tokens.token(firstToken + i, "t" + number + " ");
		}
		check(request, call, blocks, blocks.length);
		return "end";
	}

	private KvLayout layout() {
		return this.cache.layout();
	}

	private void stamp(ServingRequest request, int call, int block, int layer) {
		for (KvPart part : layout().parts()) {
			ByteBuffer piece = this.cache.piece(block, layer, part);
			while (piece.hasRemaining()) {
				piece.putInt(number(request)).putInt(call);
			}
		}
	}

	private void check(ServingRequest request, int call, int[] blocks, int count) {
		for (int i = 0; i < count; i++) {
			for (int layer = 0; layer < layout().layers(); layer++) {
				for (KvPart part : layout().parts()) {
					ByteBuffer piece = this.cache.piece(blocks[i], layer, part);
					piece.limit(piece.capacity() / layout().tokensPerBlock() * tokens(request, i));
					while (piece.remaining() >= STAMP * Integer.BYTES) {
						if (piece.getInt() != number(request) || piece.getInt() != call) {
							this.foreign.incrementAndGet();
							throw new IllegalStateException("block " + blocks[i] + " " + FOREIGN + request.id());
						}
					}
				}
			}
		}
	}

	/** How many tokens of a block are those of the request, wherever it was computed. */
	private int tokens(ServingRequest request, int block) {
		int ofPrompt = request.tokens().size() - block * layout().tokensPerBlock();
		return (ofPrompt > 0) ? Math.min(ofPrompt, layout().tokensPerBlock()) : layout().tokensPerBlock();
	}

	/**
	 * What happens in the middle of a computation.
	 */
	@FunctionalInterface
	interface Hook {

		void at(ServingRequest request, int step) throws InterruptedException;

	}

}
