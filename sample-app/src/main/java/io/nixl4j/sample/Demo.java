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

package io.nixl4j.sample;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletionException;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.sample.engine.ChatMessage;
import io.nixl4j.sample.engine.Engine;
import io.nixl4j.sample.engine.Generation;
import io.nixl4j.sample.engine.Generator;
import io.nixl4j.sample.engine.Model;
import io.nixl4j.sample.engine.Sequence;
import io.nixl4j.sample.worker.Sampling;
import io.nixl4j.serving.KvMove;
import io.nixl4j.serving.Router;
import io.nixl4j.serving.ServingRequest;
import io.nixl4j.serving.ServingResult;
import io.nixl4j.serving.TokenListener;

/**
 * Asks one question twice, of the workers and of one engine alone, and prints the answer
 * and how they compare.
 */
final class Demo implements Program {

	/** Longest question in characters. */
	private static final int MAX_QUESTION = 4_000;

	private static final TokenListener SILENT = (token, text) -> {
	};

	private final Model model;

	private final Router router;

	private final AwaitedWorkers workers;

	private final Engine alone;

	private final SampleProperties properties;

	private final String question;

	private final PrintStream out;

	/** How much of the answer is shown; the listener's until there is a result. */
	private int printed;

	Demo(Model model, Router router, AwaitedWorkers workers, Engine alone, SampleProperties properties, String question,
			PrintStream out) {
		this.model = model;
		this.router = router;
		this.workers = workers;
		this.alone = alone;
		this.properties = properties;
		this.question = question;
		this.out = out;
	}

	/**
	 * Runs the demo.
	 * @return the exit code: 0 if both ways gave the same tokens, else 1; 2 if the
	 * question cannot be asked
	 */
	@Override
	public int run() {
		if (this.question.isBlank() || this.question.length() > MAX_QUESTION) {
			System.err.println("A question has 1 to " + MAX_QUESTION + " characters");
			return 2;
		}
		int[] prompt = prompt(this.question);
		int room = this.properties.room();
		if (prompt.length + this.properties.maxTokens() > Math.min(room, this.model.shape().contextLength())) {
			System.err.println("The question is too long: " + prompt.length + " tokens, and "
					+ this.properties.maxTokens() + " for the answer, of " + room);
			return 2;
		}
		if (!this.workers.await(this.properties.requestTimeout())) {
			System.err.println("There are no workers of the model " + this.properties.modelName());
			return 1;
		}
		try {
			ask(warmUp(), SILENT);
			askAlone(warmUp());
			ServingResult answer = ask(prompt, this::print);
			this.out.println(answer.text().substring(this.printed));
			Alone reference = askAlone(prompt);
			boolean equal = answer.tokens().equals(reference.tokens());
			report(answer, reference.timeToFirstToken(), equal);
			return equal ? 0 : 1;
		}
		catch (NixlException ex) {
			System.err.println("The question was not answered: " + ex.getMessage());
			return 1;
		}
	}

	/**
	 * Begins with other tokens than a question does, none of whose blocks is held then.
	 */
	private int[] warmUp() {
		return this.model.chatTemplate()
			.encode(List.of(new ChatMessage(ChatMessage.Role.SYSTEM, "Be brief."),
					new ChatMessage(ChatMessage.Role.USER, "Hello!")));
	}

	private int[] prompt(String text) {
		return this.model.chatTemplate().encode(List.of(new ChatMessage(ChatMessage.Role.USER, text)));
	}

	private void print(int token, String text) {
		this.out.print(text);
		this.out.flush();
		this.printed += text.length();
	}

	private ServingResult ask(int[] prompt, TokenListener listener) {
		ServingRequest request = new ServingRequest(UUID.randomUUID().toString(),
				Arrays.stream(prompt).boxed().toList(), this.properties.maxTokens(), sampling().parameters(),
				this.properties.requestTimeout());
		try {
			return this.router.submit(request, listener).result().join();
		}
		catch (CompletionException ex) {
			throw (ex.getCause() instanceof NixlException cause) ? cause : ex;
		}
	}

	private Alone askAlone(int[] prompt) {
		int perBlock = this.properties.tokensPerBlock();
		int needed = (prompt.length + this.properties.maxTokens() + perBlock - 1) / perBlock;
		int[] blocks = new int[needed];
		for (int i = 0; i < needed; i++) {
			blocks[i] = i;
		}
		long start = System.nanoTime();
		long[] first = new long[1];
		Generation generation = new Generator(this.alone, sampling().sampler(), this.properties.maxTokens())
			.generate(new Sequence(blocks), prompt, (token, text) -> {
				if (first[0] == 0) {
					first[0] = System.nanoTime() - start;
				}
				return true;
			});
		return new Alone(generation.tokens(), Duration.ofNanos(first[0]));
	}

	private Sampling sampling() {
		return new Sampling(this.properties.temperature(), 0);
	}

	private void report(ServingResult answer, Duration alone, boolean equal) {
		KvMove moved = answer.moved()
			.orElseThrow(() -> NixlError.BACKEND.exception("No prefill worker has told its figures"));
		line("KV cache moved: %d bytes in %d blocks", moved.bytes(), moved.blocks());
		line("KV layers overlapped: %d of %d", moved.overlapped(), moved.layers());
		line("KV transfer speed: %.2f Gbit/s", moved.bytes() * 8.0 / moved.transferNanos());
		line("TTFT: %d ms with, %d ms without disaggregation", answer.timeToFirstToken().toMillis(), alone.toMillis());
		line("Tokens equal: %s", equal ? "yes" : "no");
	}

	private void line(String format, Object... values) {
		this.out.println(String.format(Locale.ROOT, format, values));
	}

	/**
	 * What one engine alone answered.
	 *
	 * @param tokens the tokens
	 * @param timeToFirstToken from the question to the first of them
	 */
	private record Alone(List<Integer> tokens, Duration timeToFirstToken) {
	}

}
