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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A real Chromium, driven through ChromeDriver by the WebDriver protocol.
 */
final class Browser implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private static final Pattern STARTED = Pattern.compile("started successfully on port ([0-9]+)");

	/** How an element is named in the protocol. */
	private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

	private static final JsonMapper json = new JsonMapper();

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final Process driver;

	private final String session;

	private Browser(Path folder) throws IOException {
		String chromium = tool("nixl.chromium");
		ProcessBuilder builder = new ProcessBuilder(tool("nixl.chromedriver"), "--port=0");
		builder.environment().put("LD_LIBRARY_PATH", System.getProperty("nixl.chromium.libraries", ""));
		builder.redirectError(folder.resolve("chromedriver.log").toFile());
		this.driver = builder.start();
		List<String> arguments = List.of("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
				"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
				"--window-size=1280,1000", "--user-data-dir=" + folder.resolve("profile"));
		Map<String, ?> wanted = Map.of("goog:chromeOptions", Map.of("binary", chromium, "args", arguments),
				"goog:loggingPrefs", Map.of("browser", "ALL"));
		String url = "http://127.0.0.1:" + port() + "/session";
		JsonNode answer = send("POST", url, Map.of("capabilities", Map.of("alwaysMatch", wanted)));
		this.session = url + "/" + answer.path("sessionId").asString();
	}

	/**
	 * Starts the browser.
	 * @param folder for its own files, empty
	 * @return the browser
	 */
	static Browser start(Path folder) throws IOException {
		return new Browser(folder);
	}

	private static String tool(String property) {
		String path = System.getProperty(property, "");
		if (path.isEmpty() || !Files.isExecutable(Path.of(path))) {
			throw new IllegalStateException("There is no browser to test with at '" + path + "' (system property "
					+ property + "). Run bin/verify --all, which fetches it, or install Debian's packages chromium"
					+ " and chromium-driver and name them by nixl.chromium and nixl.chromedriver");
		}
		return path;
	}

	private String port() throws IOException {
		BufferedReader reader = new BufferedReader(
				new InputStreamReader(this.driver.getInputStream(), StandardCharsets.UTF_8));
		for (String line = reader.readLine(); line != null; line = reader.readLine()) {
			Matcher matcher = STARTED.matcher(line);
			if (matcher.find()) {
				return matcher.group(1);
			}
		}
		throw new IllegalStateException("ChromeDriver has not started; its libraries may be missing");
	}

	private JsonNode send(String method, String url, Map<String, ?> body) {
		try {
			HttpRequest.BodyPublisher content = method.equals("DELETE") ? HttpRequest.BodyPublishers.noBody()
					: HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body));
			HttpResponse<String> response = this.client.send(
					HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).method(method, content).build(),
					HttpResponse.BodyHandlers.ofString());
			assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
			return json.readTree(response.body()).path("value");
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private JsonNode post(String path, Map<String, ?> body) {
		return send("POST", this.session + path, body);
	}

	void open(String url) {
		post("/url", Map.of("url", url));
	}

	/** What a script in the page returns. */
	JsonNode script(String script) {
		return post("/execute/sync", Map.of("script", script, "args", List.of()));
	}

	/** How many elements there are. */
	int count(String selector) {
		return script("return document.querySelectorAll('" + selector + "').length").asInt();
	}

	/** What a person reads in the first such element; empty if there is none. */
	String text(String selector) {
		return script("return document.querySelector('" + selector + "')?.innerText ?? ''").asString();
	}

	void type(String selector, String text) {
		post(element(selector) + "/value", Map.of("text", text));
	}

	void click(String selector) {
		post(element(selector) + "/click", Map.of());
	}

	private String element(String selector) {
		JsonNode found = post("/element", Map.of("using", "css selector", "value", selector));
		return "/element/" + found.path(ELEMENT).asString();
	}

	void dark(boolean dark) {
		post("/goog/cdp/execute", Map.of("cmd", "Emulation.setEmulatedMedia", "params",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light")))));
	}

	/** What the page complains of. */
	List<String> complaints() {
		return post("/se/log", Map.of("type", "browser")).valueStream()
			.filter((entry) -> entry.path("level").asString().equals("SEVERE"))
			.map((entry) -> entry.path("message").asString())
			.toList();
	}

	void screenshot(Path file) throws IOException {
		JsonNode picture = post("/goog/cdp/execute",
				Map.of("cmd", "Page.captureScreenshot", "params", Map.of("format", "png")));
		Files.write(file, Base64.getDecoder().decode(picture.path("data").asString()));
	}

	@Override
	public void close() throws IOException {
		try {
			send("DELETE", this.session, Map.of());
			this.driver.destroy();
			this.driver.waitFor(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.driver.destroyForcibly();
		}
	}

}
