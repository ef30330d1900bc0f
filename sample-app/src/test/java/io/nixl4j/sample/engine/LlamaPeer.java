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

package io.nixl4j.sample.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.LlamaOutput;
import de.kherud.llama.ModelParameters;

/**
 * llama.cpp in a process of its own, since it writes to standard output and does not let
 * its JVM end. A command is a line and so is its answer, which begins with
 * {@link #ANSWER}; texts are in Base64.
 */
final class LlamaPeer {

	static final String ANSWER = "=> ";

	private static final int CONTEXT = 2048;

	private final LlamaModel model;

	private LlamaPeer(String path, int threads) {
		this.model = new LlamaModel(new ModelParameters().setModel(path)
			.setThreads(threads)
			.setThreadsBatch(threads)
			.setCtxSize(CONTEXT)
			.setGpuLayers(0)
			.disableLog());
	}

	/**
	 * Arguments: the model's file, and how many threads compute.
	 */
	public static void main(String[] args) throws IOException {
		PrintStream out = System.out;
		int status = 1;
		try {
			LlamaPeer peer = new LlamaPeer(args[0], Integer.parseInt(args[1]));
			out.println(ANSWER + "ready");
			BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
			for (String line = in.readLine(); line != null; line = in.readLine()) {
				out.println(ANSWER + peer.answer(line.split(" ", -1)));
			}
			status = 0;
		}
		finally {
			System.exit(status);
		}
	}

	private String answer(String[] command) {
		return switch (command[0]) {
			case "encode" -> Arrays.stream(this.model.encode(text(command[1])))
				.mapToObj(String::valueOf)
				.collect(Collectors.joining(" "));
			case "complete" -> complete(text(command[1]), Integer.parseInt(command[2]));
			default -> throw new IllegalArgumentException(command[0]);
		};
	}

	/**
	 * Nanoseconds to the first piece of text and from it to the last, then the pieces.
	 */
	private String complete(String prompt, int tokens) {
		InferenceParameters parameters = new InferenceParameters(prompt).setTemperature(0)
			.setNPredict(tokens)
			.setCachePrompt(false);
		StringBuilder pieces = new StringBuilder();
		long begin = System.nanoTime();
		long first = 0;
		long last = 0;
		for (LlamaOutput output : this.model.generate(parameters)) {
			last = System.nanoTime();
			first = (first == 0) ? last : first;
			if (!output.text.isEmpty()) {
				pieces.append(' ')
					.append(Base64.getEncoder().encodeToString(output.text.getBytes(StandardCharsets.UTF_8)));
			}
		}
		return (first - begin) + " " + (last - first) + pieces;
	}

	private static String text(String base64) {
		return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
	}

}
