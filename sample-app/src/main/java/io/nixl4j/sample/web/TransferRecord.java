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

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import io.nixl4j.sample.web.TransferView.State;
import io.nixl4j.sample.worker.LayerTimes;
import io.nixl4j.serving.KvTransferMode;
import org.jspecify.annotations.Nullable;

/**
 * One request on the {@link TransferBoard}, whose lock guards it.
 */
final class TransferRecord {

	private final String id;

	private final @Nullable String clientId;

	private final int promptTokens;

	private final int promptBlocks;

	private final LayerTimes layers;

	private final long begun = System.currentTimeMillis();

	private final long start = System.nanoTime();

	/** When it changed last, as the board counts. */
	long version;

	private State state = State.WAITING;

	private int tokens;

	private @Nullable Long firstToken;

	private long lastToken;

	private @Nullable Long ended;

	private int blocks;

	private long bytes;

	private @Nullable String failure;

	TransferRecord(String id, @Nullable String clientId, int promptTokens, int promptBlocks, int layers) {
		this.id = id;
		this.clientId = clientId;
		this.promptTokens = promptTokens;
		this.promptBlocks = promptBlocks;
		this.layers = new LayerTimes(layers);
	}

	private long now() {
		return System.nanoTime() - this.start;
	}

	void computed(int layer) {
		if (this.state == State.WAITING) {
			this.state = State.PREFILL;
		}
		this.layers.computed(layer, now());
	}

	void moved(int layer, int blocksOfLayer, long bytesOfLayer, long nanos) {
		long there = now();
		this.layers.moved(layer, there - nanos, there);
		this.blocks = Math.max(this.blocks, blocksOfLayer);
		this.bytes += bytesOfLayer;
	}

	void token() {
		if (this.ended != null) {
			// Heard by somebody who was cancelled
			return;
		}
		this.state = State.ANSWER;
		this.tokens++;
		this.lastToken = now();
		if (this.firstToken == null) {
			this.firstToken = this.lastToken;
		}
	}

	void answered() {
		this.state = State.DONE;
		this.ended = now();
	}

	void failed(String why) {
		this.state = State.FAILED;
		this.ended = now();
		this.failure = why;
	}

	TransferView view(KvTransferMode mode) {
		long moving = this.layers.moving();
		Double speed = (moving > 0) ? this.bytes * 8.0 / moving : null;
		Double after = (moving > 0) ? (double) this.layers.movingAfterComputing() / moving : null;
		return new TransferView(this.id, this.clientId, this.state, mode, this.begun, this.promptTokens,
				this.promptBlocks, this.tokens, tokensPerSecond(), micros(this.firstToken), micros(this.ended),
				micros(this.layers.computed()), micros(this.layers.sent()), micros(this.layers.moved()), this.blocks,
				this.bytes, speed, after, this.failure);
	}

	private @Nullable Double tokensPerSecond() {
		if (this.firstToken == null || this.lastToken == this.firstToken) {
			return null;
		}
		return (this.tokens - 1) * (double) TimeUnit.SECONDS.toNanos(1) / (this.lastToken - this.firstToken);
	}

	private static @Nullable Long micros(@Nullable Long nanos) {
		return (nanos != null) ? (Long) TimeUnit.NANOSECONDS.toMicros(nanos) : null;
	}

	private static long[] micros(long[] nanos) {
		return Arrays.stream(nanos)
			.map((time) -> (time == LayerTimes.NEVER) ? time : TimeUnit.NANOSECONDS.toMicros(time))
			.toArray();
	}

}
