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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

import io.nixl4j.sample.SampleApplication;
import io.nixl4j.sample.SampleProperties;
import io.nixl4j.serving.DecodeWorker;
import io.nixl4j.serving.PrefillWorker;
import org.awaitility.Awaitility;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The sample as {@code bin/demo --web} runs it, on a port of its own.
 */
final class WebServer implements AutoCloseable {

	static final String CHAT = "/v1/chat/completions";

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final ConfigurableApplicationContext context;

	private WebServer(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static WebServer start(Path model, String... options) {
		return new WebServer(application().run(arguments(model, options)));
	}

	static WebServer start(Path model, GatedEngine gate, String... options) {
		ApplicationContextInitializer<ConfigurableApplicationContext> withGate = (context) -> context.getBeanFactory()
			.addBeanPostProcessor(gate);
		return new WebServer(application().initializers(withGate).run(arguments(model, options)));
	}

	private static SpringApplicationBuilder application() {
		return new SpringApplicationBuilder(SampleApplication.class).profiles("web");
	}

	private static String[] arguments(Path model, String... options) {
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--sample.model=" + model));
		arguments.addAll(List.of(options));
		return arguments.toArray(String[]::new);
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	<T> T bean(String name, Class<T> type) {
		return this.context.getBean(name, type);
	}

	String url() {
		return "http://127.0.0.1:" + port();
	}

	private int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	/** The model's name in JSON, and how a request begins that has one message. */
	String request(String message, String more) {
		return """
				{"model": "%s", "messages": [{"role": "user", "content": "%s"}]%s}"""
			.formatted(bean(ModelCard.class).id(), message, more);
	}

	HttpResponse<String> get(String path) {
		return send(HttpRequest.newBuilder(URI.create(url() + path)));
	}

	HttpResponse<String> chat(String body) {
		return chat(body, "");
	}

	HttpResponse<String> chat(String body, String clientId) {
		return send(HttpRequest.newBuilder(URI.create(url() + CHAT))
			.header("Content-Type", "application/json")
			.header("X-Client-Request-Id", clientId)
			.POST(HttpRequest.BodyPublishers.ofString(body)));
	}

	/**
	 * Hears the lines of an answer that does not end, until what is returned is
	 * cancelled.
	 */
	CompletableFuture<?> follow(String path, Consumer<String> lines) {
		return this.client.sendAsync(HttpRequest.newBuilder(URI.create(url() + path)).build(),
				HttpResponse.BodyHandlers.fromLineSubscriber(new LineSubscriber(lines)));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return this.client.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Sends a request whose answer the caller reads, or does not. */
	Socket open(String body) throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		Socket socket = new Socket("127.0.0.1", port());
		socket.setSoTimeout((int) PATIENCE.toMillis());
		socket.getOutputStream()
			.write(("POST " + CHAT
					+ " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
					+ bytes.length + "\r\n\r\n")
				.getBytes(StandardCharsets.UTF_8));
		socket.getOutputStream().write(bytes);
		return socket;
	}

	/** The request that changed last; there must be one. */
	TransferView newest() {
		List<TransferView> all = bean(TransferBoard.class).since(0).transfers();
		return all.get(all.size() - 1);
	}

	TransferView awaitNewest(TransferView.State state) {
		return Awaitility.await().atMost(PATIENCE).until(this::newest, (view) -> view.state() == state);
	}

	/** Waits until nobody has a block any more, but those that are kept for others. */
	void awaitAllBlocks() {
		int blocks = bean(SampleProperties.class).blocks();
		Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
			DecodeWorker decode = bean(DecodeWorker.class);
			assertThat(decode.occupancy().free() + decode.keptBlocks()).isEqualTo(blocks);
			PrefillWorker prefill = bean(PrefillWorker.class);
			assertThat(prefill.occupancy().free() + prefill.keptBlocks()).isEqualTo(blocks);
		});
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * Takes each line as it comes.
	 *
	 * @param lines takes them
	 */
	private record LineSubscriber(Consumer<String> lines) implements Flow.Subscriber<String> {

		@Override
		public void onSubscribe(Flow.Subscription subscription) {
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(String line) {
			this.lines.accept(line);
		}

		@Override
		public void onError(Throwable failure) {
			// The test has seen enough, or finds out by what it has not heard
		}

		@Override
		public void onComplete() {
			// As above
		}

	}

}
