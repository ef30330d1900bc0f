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

package io.nixl4j.spring.boot.serving;

import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvPart;
import io.nixl4j.serving.DecodeEngine;
import io.nixl4j.serving.LayerListener;
import io.nixl4j.serving.ServingRequest;
import io.nixl4j.serving.TokenSink;

/**
 * An engine whose keys and values are stamps of the request, which it looks for before it
 * makes an answer.
 */
final class StampingEngine implements DecodeEngine {

	final AtomicInteger prefills = new AtomicInteger();

	final AtomicInteger decodes = new AtomicInteger();

	/** Where the answer stops after its first token. */
	volatile CountDownLatch beforeSecondToken = new CountDownLatch(0);

	private final KvCache cache;

	StampingEngine(KvCache cache) {
		this.cache = cache;
	}

	KvCache cache() {
		return this.cache;
	}

	@Override
	public int prefill(ServingRequest request, int[] blocks, LayerListener layers) {
		this.prefills.incrementAndGet();
		for (int layer = 0; layer < this.cache.layout().layers(); layer++) {
			for (int i = 0; i < used(request); i++) {
				ByteBuffer piece = this.cache.piece(blocks[i], layer, KvPart.KEYS);
				while (piece.hasRemaining()) {
					piece.putInt(request.id().hashCode());
				}
			}
			layers.layerDone(layer);
		}
		return 100;
	}

	@Override
	public String decode(ServingRequest request, int[] blocks, int firstToken, TokenSink tokens)
			throws InterruptedException {
		this.decodes.incrementAndGet();
		for (int layer = 0; layer < this.cache.layout().layers(); layer++) {
			for (int i = 0; i < used(request); i++) {
				if (this.cache.piece(blocks[i], layer, KvPart.KEYS).getInt() != request.id().hashCode()) {
					throw new IllegalStateException("block " + blocks[i] + " is not that of " + request.id());
				}
			}
		}
		int token = firstToken;
		while (tokens.token(token, "t" + token)) {
			this.beforeSecondToken.await();
			token++;
		}
		return "";
	}

	private int used(ServingRequest request) {
		return this.cache.layout().blocksFor(request.tokens().size());
	}

}
