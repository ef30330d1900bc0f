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

import java.io.IOException;
import java.net.Socket;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.nixl4j.sample.engine.TinyModelFile;
import io.nixl4j.sample.web.TransferView.State;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The chat completions as OpenAI's own Python client sees them.
 */
@Tag("all")
class OpenAiClientTests {

	private static final JsonMapper json = new JsonMapper();

	private final GatedEngine gate = new GatedEngine();

	@TempDir
	private Path folder;

	private WebServer server;

	private void start(String... options) throws IOException {
		this.server = WebServer.start(TinyModelFile.in(this.folder), this.gate, options);
	}

	@AfterEach
	void stop() {
		this.gate.open();
		this.server.awaitAllBlocks();
		this.server.close();
	}

	private JsonNode client(String step) throws IOException, InterruptedException {
		Path output = this.folder.resolve(step + ".json");
		Process process = new ProcessBuilder(python(), script(), this.server.url(), step)
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.redirectOutput(output.toFile())
			.start();
		try {
			assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("the client ends").isTrue();
			assertThat(process.exitValue()).as("what %s of the client exits with", step).isZero();
			return json.readTree(Files.readString(output, StandardCharsets.UTF_8));
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static String python() {
		String python = System.getProperty("nixl.openai.python", "");
		if (python.isEmpty() || !Files.isExecutable(Path.of(python))) {
			throw new IllegalStateException("There is no Python with OpenAI's client at '" + python
					+ "' (system property nixl.openai.python). Run bin/verify --all, which makes it, or type:"
					+ " python3 -m venv .cache/venv-openai"
					+ " && .cache/venv-openai/bin/pip install -r src/build/requirements-openai.txt");
		}
		return python;
	}

	private static String script() {
		try {
			URL script = Objects.requireNonNull(OpenAiClientTests.class.getResource("openai_client.py"));
			return Path.of(script.toURI()).toString();
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void answersComeWholeAndInPieces() throws Exception {
		start();
		this.gate.open();
		JsonNode whole = client("whole");
		assertThat(whole.path("role").asString()).isEqualTo("assistant");
		assertThat(whole.path("reason").asString()).isEqualTo("length");
		assertThat(whole.at("/tokens/1").asInt()).isEqualTo(9);
		JsonNode stream = client("stream");
		assertThat(stream.path("ids").asInt()).isOne();
		for (String same : new String[] { "text", "reason", "tokens" }) {
			assertThat(stream.path(same)).as(same).isEqualTo(whole.path(same));
		}
		assertThat(client("models")).isEqualTo(json.readTree("{\"models\": [\"tiny\"], \"one\": \"tiny\"}"));
	}

	@Test
	void closingAStreamGivesTheBlocksBack() throws Exception {
		start();
		this.gate.let(5);
		assertThat(client("cancel").path("pieces").asInt()).isEqualTo(3);
		assertThat(this.server.awaitNewest(State.FAILED).failure()).contains("cancelled");
		this.gate.open();
		this.server.awaitAllBlocks();
		assertThat(this.server.newest().tokens()).isLessThan(10);
	}

	@Test
	void errorsAreOfTheClientsTypes() throws Exception {
		start();
		this.gate.open();
		assertThat(client("errors")).isEqualTo(json.readTree("""
				{"model": ["NotFoundError", 404, "model_not_found", "model"],
				"temperature": ["BadRequestError", 400, "invalid_value", "temperature"],
				"context": ["BadRequestError", 400, "context_length_exceeded", "messages"],
				"n": ["BadRequestError", 400, "unsupported_parameter", "n"],
				"stream": ["BadRequestError", 400, "invalid_value", "temperature"],
				"body": ["APIStatusError", 413, null, null]}"""));
	}

	@Test
	void oneTooManyIsRateLimited() throws Exception {
		start("--sample.max-requests=1");
		try (Socket first = this.server.open(this.server.request("why", ", \"max_tokens\": 2"))) {
			Awaitility.await()
				.untilAsserted(() -> assertThat(this.server.bean(TransferBoard.class).since(0).transfers()).hasSize(1));
			assertThat(client("refused")).isEqualTo(json.readTree("[\"RateLimitError\", 429, \"1\"]"));
			assertThat(first.isClosed()).isFalse();
		}
	}

	@Test
	void whatIsLateIsAnErrorOfTheServer() throws Exception {
		start("--sample.request-timeout=2s");
		this.gate.let(3);
		assertThat(client("broken")).isEqualTo(json.readTree("[\"APIError\", \"timed-out\"]"));
		assertThat(client("refused")).isEqualTo(json.readTree("[\"InternalServerError\", 504, null]"));
	}

}
