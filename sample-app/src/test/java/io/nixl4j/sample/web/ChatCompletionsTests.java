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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.nixl4j.NixlAgent;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.sample.engine.ChatMessage;
import io.nixl4j.sample.engine.Engine;
import io.nixl4j.sample.engine.Generation;
import io.nixl4j.sample.engine.Generator;
import io.nixl4j.sample.engine.HeapKvPages;
import io.nixl4j.sample.engine.Model;
import io.nixl4j.sample.engine.Sequence;
import io.nixl4j.sample.engine.TinyModelFile;
import io.nixl4j.sample.engine.TokenListener;
import io.nixl4j.sample.web.TransferView.State;
import io.nixl4j.sample.worker.Sampling;
import io.nixl4j.serving.DecodeWorker;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The chat completions over HTTP, of a tiny model.
 */
class ChatCompletionsTests {

	private static final JsonMapper json = new JsonMapper();

	@TempDir
	private static Path folder;

	private static Path model;

	private static final GatedEngine sharedGate = new GatedEngine();

	private static WebServer shared;

	private GatedEngine gate = sharedGate;

	private WebServer server;

	@BeforeAll
	static void startShared() throws IOException {
		model = TinyModelFile.in(folder);
		shared = WebServer.start(model, sharedGate);
	}

	@AfterAll
	static void stopShared() {
		shared.close();
	}

	@BeforeEach
	void useShared() {
		sharedGate.close();
		this.server = shared;
	}

	/** For a test that needs other options, or leaves its server unusable. */
	private void start(String... options) {
		this.gate = new GatedEngine();
		this.server = WebServer.start(model, this.gate, options);
	}

	@AfterEach
	void stop() {
		this.gate.open();
		if (this.server == shared) {
			this.server.awaitAllBlocks();
		}
		else {
			this.server.close();
		}
	}

	private JsonNode ask(String message, String more) {
		HttpResponse<String> response = this.server.chat(this.server.request(message, more));
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
		JsonNode reply = json.readTree(response.body());
		assertThat(response.headers().firstValue("x-request-id")).hasValue(reply.path("id").asString());
		return reply;
	}

	private static String text(JsonNode reply) {
		return reply.at("/choices/0/message/content").asString();
	}

	private Generation alone(List<ChatMessage> messages, int maxTokens) {
		Model loaded = this.server.bean(Model.class);
		int[] blocks = IntStream.range(0, 32).toArray();
		try (Engine engine = new Engine(loaded, new HeapKvPages(loaded.shape(), 16, 32), 1)) {
			return new Generator(engine, Sampling.GREEDY.sampler(), maxTokens).generate(new Sequence(blocks),
					loaded.chatTemplate().encode(messages), TokenListener.NONE);
		}
	}

	@Test
	void anAnswerIsThatOfTheEngineWithItsUsageAndReason() {
		this.gate.open();
		JsonNode reply = ask("why", ", \"max_tokens\": 9");
		Generation alone = alone(List.of(ChatMessage.user("why")), 9);
		assertThat(reply.path("object").asString()).isEqualTo("chat.completion");
		assertThat(reply.path("model").asString()).isEqualTo("tiny");
		assertThat(reply.at("/choices/0/message/role").asString()).isEqualTo("assistant");
		assertThat(text(reply)).isEqualTo(alone.text());
		assertThat(reply.at("/choices/0/finish_reason").asString())
			.isEqualTo((alone.end() == Generation.End.LIMIT) ? "length" : "stop");
		int prompt = this.server.newest().promptTokens();
		assertThat(reply.at("/usage/prompt_tokens").asInt()).isEqualTo(prompt);
		assertThat(reply.at("/usage/completion_tokens").asInt()).isEqualTo(alone.tokens().size());
		assertThat(reply.at("/usage/total_tokens").asInt()).isEqualTo(prompt + alone.tokens().size());
		assertThat(this.server.awaitNewest(State.DONE).id()).isEqualTo(reply.path("id").asString());
		this.server.awaitAllBlocks();
	}

	@Test
	void aConversationIsReadWithAllItsRolesAndParts() {
		this.gate.open();
		String body = """
				{"model": "tiny", "max_completion_tokens": 5, "messages": [
				{"role": "developer", "content": "be brief"},
				{"role": "user", "content": [{"type": "text", "text": "hel"}, {"type": "text", "text": "lo"}]},
				{"role": "assistant", "content": "world"}, {"role": "user", "content": "why?"}]}""";
		HttpResponse<String> response = this.server.chat(body);
		Generation alone = alone(
				List.of(new ChatMessage(ChatMessage.Role.SYSTEM, "be brief"), ChatMessage.user("hello"),
						new ChatMessage(ChatMessage.Role.ASSISTANT, "world"), ChatMessage.user("why?")),
				5);
		assertThat(text(json.readTree(response.body()))).isEqualTo(alone.text());
	}

	@Test
	void aStreamHasTheSameAnswerInPieces() {
		this.gate.open();
		JsonNode whole = ask("why", ", \"max_tokens\": 40");
		HttpResponse<String> response = this.server.chat(this.server.request("why",
				", \"max_tokens\": 40, \"stream\": true" + ", \"stream_options\": {\"include_usage\": true}"));
		assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
		List<String> events = response.body().lines().filter((line) -> !line.isEmpty()).toList();
		assertThat(events).allMatch((line) -> line.startsWith("data:")).endsWith("data:[DONE]");
		List<JsonNode> chunks = events.subList(0, events.size() - 1)
			.stream()
			.map((line) -> json.readTree(line.substring("data:".length())))
			.toList();
		assertThat(chunks).allMatch((chunk) -> chunk.path("object").asString().equals("chat.completion.chunk"));
		assertThat(chunks.stream().map((chunk) -> chunk.path("id").asString()).distinct())
			.containsExactly(response.headers().firstValue("x-request-id").orElseThrow());
		assertThat(chunks.get(0).at("/choices/0/delta/role").asString()).isEqualTo("assistant");
		assertThat(chunks.stream()
			.map((chunk) -> chunk.at("/choices/0/delta/content").asString(""))
			.collect(Collectors.joining())).isEqualTo(text(whole));
		assertThat(chunks.get(chunks.size() - 2).at("/choices/0/finish_reason"))
			.isEqualTo(whole.at("/choices/0/finish_reason"));
		assertThat(chunks.get(chunks.size() - 1).path("usage")).isEqualTo(whole.path("usage"));
	}

	@Test
	void theSeedMakesAHotAnswerRepeatable() {
		this.gate.open();
		String hot = ", \"max_tokens\": 30, \"temperature\": 2, \"seed\": ";
		String first = text(ask("why", hot + 1));
		assertThat(text(ask("why", hot + 1))).isEqualTo(first);
		assertThat(text(ask("why", hot + -7))).isNotEqualTo(first);
	}

	@Test
	void aClientThatLeavesItsStreamEndsTheRequest() throws IOException {
		this.gate.let(3);
		try (Socket socket = this.server.open(this.server.request("why", ", \"max_tokens\": 1000, \"stream\": true"))) {
			BufferedReader reader = new BufferedReader(
					new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
			assertThat(reader.readLine()).isEqualTo("HTTP/1.1 200 OK");
			assertThat(this.server.bean(DecodeWorker.class).occupancy().free()).isLessThan(256);
		}
		assertCancelled();
	}

	@Test
	void aClientThatLeavesWithoutAStreamEndsTheRequest() throws IOException {
		this.gate.let(3);
		try (Socket socket = this.server.open(this.server.request("why", ", \"max_tokens\": 1000"))) {
			this.server.awaitNewest(State.ANSWER);
			assertThat(socket.isConnected()).isTrue();
		}
		assertCancelled();
	}

	private void assertCancelled() {
		assertThat(this.server.awaitNewest(State.FAILED).failure()).contains("cancelled");
		this.gate.open();
		this.server.awaitAllBlocks();
		assertThat(this.server.newest().tokens()).isLessThan(1000);
	}

	@Test
	void oneTooManyIsToldWhenToComeAgain() throws IOException {
		start("--sample.max-requests=1");
		try (Socket first = this.server.open(this.server.request("why", ", \"max_tokens\": 2"))) {
			Awaitility.await()
				.untilAsserted(() -> assertThat(this.server.bean(TransferBoard.class).since(0).transfers()).hasSize(1));
			HttpResponse<String> second = this.server.chat(this.server.request("why", ""));
			assertError(second, 429, "rate_limit_error", "busy");
			assertThat(second.headers().firstValue("Retry-After")).hasValue("1");
			this.gate.open();
			BufferedReader reader = new BufferedReader(
					new InputStreamReader(first.getInputStream(), StandardCharsets.UTF_8));
			assertThat(reader.readLine()).isEqualTo("HTTP/1.1 200 OK");
		}
	}

	@Test
	void anAnswerThatIsLateIsToldSo() {
		start("--sample.request-timeout=700ms");
		assertError(this.server.chat(this.server.request("why", "")), 504, "server_error", "timed-out");
	}

	@Test
	void aStreamThatFailsOnTheWaySaysSo() {
		start("--sample.request-timeout=3s");
		this.gate.let(2);
		HttpResponse<String> response = this.server.chat(this.server.request("why", ", \"stream\": true"));
		assertThat(response.statusCode()).isEqualTo(200);
		List<String> events = response.body().lines().filter((line) -> !line.isEmpty()).toList();
		assertThat(events.get(events.size() - 1)).startsWith("data:{\"error\":").contains("timed-out");
	}

	@Test
	void withoutADecodeWorkerTheServiceIsUnavailable() {
		start();
		this.gate.open();
		ask("why", ", \"max_tokens\": 1");
		this.server.bean(DecodeWorker.class).close();
		this.server.bean("decodeAgent", NixlAgent.class).close();
		HttpResponse<String> response = this.server.chat(this.server.request("why", ""));
		assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
	}

	@Test
	void whatCannotBeServedIsRefusedByName() {
		long before = this.server.bean(TransferBoard.class).since(0).known();
		String endless = "hello ".repeat(5_000);
		refuses("{", 400, null, "invalid_json");
		refuses(this.server.request("why", ", \"temperature\": \"hot\""), 400, "temperature", "invalid_json");
		refuses(this.server.request("why", ", \"temperature\": 2.5"), 400, "temperature", "invalid_value");
		refuses(this.server.request("why", ", \"max_tokens\": 0"), 400, "max_tokens", "invalid_value");
		refuses(this.server.request("why", ", \"max_tokens\": 5000"), 400, "messages", "context_length_exceeded");
		refuses(this.server.request(endless, ""), 400, "messages", "context_length_exceeded");
		refuses(this.server.request("why", ", \"n\": 2"), 400, "n", "unsupported_parameter");
		refuses(this.server.request("why", ", \"stop\": \"x\""), 400, "stop", "unsupported_parameter");
		refuses(this.server.request("why", ", \"tools\": [{}]"), 400, "tools", "unsupported_parameter");
		refuses("{\"messages\": []}", 400, "model", "missing_required_parameter");
		refuses("{\"model\": \"tiny\"}", 400, "messages", "missing_required_parameter");
		refuses("{\"model\": \"tiny\", \"messages\": [null]}", 400, "messages.0.role", "missing_required_parameter");
		refuses("{\"model\": \"tiny\", \"messages\": [{\"role\": \"user\"}]}", 400, "messages.0.content",
				"missing_required_parameter");
		refuses("{\"model\": \"tiny\", \"messages\": [{\"role\": \"tool\", \"content\": \"x\"}]}", 400,
				"messages.0.role", "invalid_value");
		refuses("{\"model\": \"tiny\", \"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image_url\"}]}]}",
				400, "messages.0.content", "invalid_value");
		refuses("{\"model\": \"other\", \"messages\": []}", 404, "model", "model_not_found");
		assertThat(this.server.chat(this.server.request("x".repeat(300_000), "")).statusCode()).isEqualTo(413);
		assertThat(this.server.bean(TransferBoard.class).since(before).transfers()).isEmpty();
	}

	private void refuses(String body, int status, String param, String code) {
		HttpResponse<String> response = this.server.chat(body);
		JsonNode error = assertError(response, status, "invalid_request_error", code);
		assertThat(error.path("param").asString(null)).isEqualTo(param);
	}

	private static JsonNode assertError(HttpResponse<String> response, int status, String type, String code) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		JsonNode error = json.readTree(response.body()).path("error");
		assertThat(error.path("message").asString()).isNotBlank();
		assertThat(error.path("type").asString()).isEqualTo(type);
		assertThat(error.path("code").asString()).as(response.body()).isEqualTo(code);
		return error;
	}

	@ParameterizedTest
	@ValueSource(strings = { "push", "pull" })
	void eachLayerIsSeenToMove(String mode) {
		start("--sample.transfer-mode=" + mode);
		this.gate.open();
		JsonNode reply = ask("why", ", \"max_tokens\": 9");
		assertThat(text(reply)).isEqualTo(alone(List.of(ChatMessage.user("why")), 9).text());
		int layers = this.server.bean(Model.class).shape().layers();
		// Who moves a layer may tell of it after the answer is there
		TransferView view = Awaitility.await()
			.until(this.server::newest, (newest) -> Arrays.stream(newest.moved()).noneMatch((time) -> time < 0));
		assertThat(view.computed()).hasSize(layers).doesNotContain(-1).isSorted();
		for (int layer = 0; layer < layers; layer++) {
			assertThat(view.sent()[layer]).isBetween(0L, view.moved()[layer]);
			assertThat(view.moved()[layer]).isGreaterThanOrEqualTo(view.computed()[layer]);
		}
		KvLayout layout = this.server.bean(KvLayout.class);
		assertThat(view.blocks()).isEqualTo(view.promptBlocks()).isPositive();
		assertThat(view.bytes()).isEqualTo(layout.bytes(view.blocks()));
		assertThat(view.gbitPerSecond()).isPositive();
		this.server.awaitAllBlocks();
	}

	@ParameterizedTest
	@ValueSource(strings = { "push", "pull" })
	void theSecondTurnMovesOnlyNewBlocks(String mode) {
		this.server = WebServer.start(model, "--sample.transfer-mode=" + mode);
		ask("why", ", \"max_tokens\": 9");
		TransferView first = this.server.newest();
		assertThat(first.blocks()).isEqualTo(first.promptBlocks());
		HttpResponse<String> response = this.server.chat("""
				{"model": "tiny", "max_tokens": 5, "messages": [{"role": "user", "content": "why"},
				{"role": "assistant", "content": "hello world"}, {"role": "user", "content": "why?"}]}""");
		assertThat(text(json.readTree(response.body()))).isEqualTo(alone(List.of(ChatMessage.user("why"),
				new ChatMessage(ChatMessage.Role.ASSISTANT, "hello world"), ChatMessage.user("why?")), 5)
			.text());
		int held = first.promptTokens() / 16;
		TransferView second = Awaitility.await()
			.until(this.server::newest, (newest) -> Arrays.stream(newest.moved()).noneMatch((time) -> time < 0));
		assertThat(second.blocks()).isEqualTo(second.promptBlocks() - held);
		assertThat(second.bytes()).isEqualTo(this.server.bean(KvLayout.class).bytes(second.blocks()));
		this.server.awaitAllBlocks();
	}

	@Test
	void transfersAreToldToWhoFollowsThem() {
		this.gate.open();
		List<String> told = new CopyOnWriteArrayList<>();
		CompletableFuture<?> following = this.server.follow("/api/transfers", told::add);
		HttpResponse<String> response = this.server.chat(this.server.request("why", ", \"max_tokens\": 3"), "mine-1");
		String id = json.readTree(response.body()).path("id").asString();
		Awaitility.await()
			.untilAsserted(() -> assertThat(told).anyMatch((line) -> line.contains(id)
					&& line.contains("\"clientId\":\"mine-1\"") && line.contains("\"state\":\"DONE\"")));
		following.cancel(true);
	}

	@Test
	void theModelIsListed() {
		JsonNode all = json.readTree(this.server.get("/v1/models").body());
		assertThat(all.path("object").asString()).isEqualTo("list");
		assertThat(all.at("/data/0/id").asString()).isEqualTo("tiny");
		assertThat(json.readTree(this.server.get("/v1/models/tiny").body())).isEqualTo(all.at("/data/0"));
		assertError(this.server.get("/v1/models/other"), 404, "invalid_request_error", "model_not_found");
	}

}
