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

package io.nixl4j.sample.web;

import java.util.concurrent.Semaphore;

import io.nixl4j.sample.worker.ModelEngine;
import io.nixl4j.serving.DecodeEngine;
import io.nixl4j.serving.LayerListener;
import io.nixl4j.serving.ServingRequest;
import io.nixl4j.serving.TokenSink;

import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Lets a test say how many tokens the decode worker's engine makes.
 */
final class GatedEngine implements BeanPostProcessor {

	private final Semaphore tokens = new Semaphore(0);

	/** Lets more tokens be made. */
	void let(int number) {
		this.tokens.release(number);
	}

	/** Lets all tokens be made from now on. */
	void open() {
		this.tokens.release(1 << 20);
	}

	/** Lets no further token be made. */
	void close() {
		this.tokens.drainPermits();
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String name) {
		return name.equals("decodeEngine") ? new Gate((ModelEngine) bean, this.tokens) : bean;
	}

	/**
	 * The engine behind the gate.
	 *
	 * @param engine the engine
	 * @param tokens a permit for each token
	 */
	private record Gate(ModelEngine engine, Semaphore tokens) implements DecodeEngine, AutoCloseable {

		@Override
		public int prefill(ServingRequest request, int[] blocks, LayerListener layers) throws InterruptedException {
			return this.engine.prefill(request, blocks, layers);
		}

		@Override
		public String decode(ServingRequest request, int[] blocks, int firstToken, TokenSink sink) {
			return this.engine.decode(request, blocks, firstToken, (token, text) -> {
				this.tokens.acquireUninterruptibly();
				return sink.token(token, text);
			});
		}

		@Override
		public void close() {
			this.engine.close();
		}

	}

}
