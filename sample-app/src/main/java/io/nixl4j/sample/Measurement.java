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

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.nixl4j.sample.engine.Engine;
import io.nixl4j.sample.engine.Generator;
import io.nixl4j.sample.engine.Model;
import io.nixl4j.sample.engine.Sequence;
import io.nixl4j.sample.worker.LayerTimes;
import io.nixl4j.sample.worker.Sampling;
import io.nixl4j.serving.KvTransferListener;
import io.nixl4j.serving.Router;
import io.nixl4j.serving.ServingRequest;
import io.nixl4j.serving.ServingResult;

/**
 * Measures what disaggregation costs until the first token, beside one engine alone, in
 * turns, one request at a time; and how much of the transfers' time is after the last
 * layer was computed.
 */
final class Measurement implements Program, KvTransferListener {

	/** How often each prompt is measured. */
	private static final int ROUNDS = 15;

	private static final int WARM_UP = 3;

	/**
	 * Prompts that are served before: a few are interpreted in part, and a worker that
	 * has been up for a minute is what is measured.
	 */
	private static final int FIRST_PROMPTS = 300;

	private static final int[] PROMPTS = { 30, 150, 600 };

	/** For the last word on a layer, which may come after the answer. */
	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final Map<String, Watch> watches = new ConcurrentHashMap<>();

	/** So that no prompt begins as one before. */
	private final SplittableRandom random = new SplittableRandom(1);

	private final Model model;

	private final Router router;

	private final Engine alone;

	private final SampleProperties properties;

	Measurement(Model model, Router router, Engine alone, SampleProperties properties) {
		this.model = model;
		this.router = router;
		this.alone = alone;
		this.properties = properties;
	}

	@Override
	public void layerComputed(String requestId, int layer) {
		long now = System.nanoTime();
		Watch watch = this.watches.get(requestId);
		if (watch != null) {
			watch.computed(layer, now);
		}
	}

	@Override
	public void layerMoved(String requestId, int layer, int blocks, long bytes, Duration duration) {
		long now = System.nanoTime();
		Watch watch = this.watches.get(requestId);
		if (watch != null) {
			watch.moved(layer, now - duration.toNanos(), now);
		}
	}

	@Override
	public int run() {
		measure(ROUNDS, new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
		return 0;
	}

	/**
	 * Measures.
	 * @param rounds how often each prompt
	 * @param out where the table goes, line by line
	 */
	void measure(int rounds, PrintStream out) {
		line(out, "| prompt (%s) | with, ms | alone, ms | with / alone | alone / alone | after the last layer |",
				this.properties.transferMode().name().toLowerCase(Locale.ROOT));
		line(out, "|---|---|---|---|---|---|");
		for (int prompt = 0; prompt < FIRST_PROMPTS; prompt++) {
			served(prompt(PROMPTS[0]));
		}
		for (int tokens : PROMPTS) {
			for (int round = 0; round < WARM_UP; round++) {
				round(tokens, round);
			}
			List<Round> measured = new ArrayList<>();
			for (int round = 0; round < rounds; round++) {
				measured.add(round(tokens, round));
			}
			line(out, "| %d tokens | %.1f | %.1f | %.3f | %.3f | %.1f %% |", tokens,
					median(measured.stream().mapToDouble(Round::with).toArray()) / 1e6,
					median(measured.stream().mapToDouble(Round::alone).toArray()) / 1e6,
					median(measured.stream().mapToDouble((each) -> each.with() / each.alone()).toArray()),
					median(measured.stream().mapToDouble((each) -> each.again() / each.alone()).toArray()),
					100 * median(measured.stream().mapToDouble(Round::after).toArray()));
		}
	}

	/** Every other round runs backwards. */
	private Round round(int tokens, int number) {
		int[] prompt = prompt(tokens);
		if (number % 2 == 0) {
			double first = alone(prompt);
			Served served = served(prompt);
			return new Round(served.toFirst(), first, alone(prompt), served.after());
		}
		double again = alone(prompt);
		Served served = served(prompt);
		return new Round(served.toFirst(), alone(prompt), again, served.after());
	}

	private int[] prompt(int tokens) {
		return this.random.ints(tokens, 100, this.model.shape().vocabulary()).toArray();
	}

	private double alone(int[] prompt) {
		int[] blocks = new int[this.properties.blocks()];
		Arrays.setAll(blocks, (i) -> i);
		long start = System.nanoTime();
		new Generator(this.alone, Sampling.GREEDY.sampler(), 1).generate(new Sequence(blocks), prompt,
				(token, text) -> true);
		return System.nanoTime() - start;
	}

	private Served served(int[] prompt) {
		String id = UUID.randomUUID().toString();
		Watch watch = new Watch(this.model.shape().layers());
		this.watches.put(id, watch);
		try {
			ServingResult result = this.router.submit(new ServingRequest(id, Arrays.stream(prompt).boxed().toList(), 1,
					Sampling.GREEDY.parameters(), this.properties.requestTimeout()), (token, text) -> {
					})
				.result()
				.join();
			return new Served(result.timeToFirstToken().toNanos(), watch.after());
		}
		finally {
			this.watches.remove(id);
		}
	}

	private static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length / 2];
	}

	private static void line(PrintStream out, String format, Object... values) {
		out.println(String.format(Locale.ROOT, format, values));
	}

	/**
	 * One prompt, served and computed alone twice, in nanoseconds.
	 *
	 * @param with to the first token, served
	 * @param alone by the engine alone
	 * @param again the same once more
	 * @param after the share of the transfers' time after the last layer
	 */
	private record Round(double with, double alone, double again, double after) {
	}

	/**
	 * A prompt that was served.
	 *
	 * @param toFirst nanoseconds to the first token
	 * @param after the share of the transfers' time after the last layer
	 */
	private record Served(double toFirst, double after) {
	}

	/**
	 * Hears of the layers of a prompt.
	 */
	private static final class Watch {

		private final long start = System.nanoTime();

		private final LayerTimes times;

		private final CountDownLatch moving;

		Watch(int layers) {
			this.times = new LayerTimes(layers);
			this.moving = new CountDownLatch(layers);
		}

		synchronized void computed(int layer, long time) {
			this.times.computed(layer, time - this.start);
		}

		synchronized void moved(int layer, long begin, long end) {
			this.times.moved(layer, begin - this.start, end - this.start);
			this.moving.countDown();
		}

		double after() {
			try {
				if (!this.moving.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
					throw new IllegalStateException(this.moving.getCount() + " layers have not moved");
				}
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			synchronized (this) {
				return (double) this.times.movingAfterComputing() / this.times.moving();
			}
		}

	}

}
