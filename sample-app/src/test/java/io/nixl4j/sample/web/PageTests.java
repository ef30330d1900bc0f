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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import io.nixl4j.sample.web.TransferView.State;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The web page in a real Chromium, with the real model.
 */
@Tag("all")
class PageTests {

	private static final String ANSWER = "#messages .assistant:last-child";

	private static final Path PICTURES = Path.of("target", "pictures");

	@TempDir
	private Path folder;

	private WebServer server;

	private Browser browser;

	private void start(String... options) throws IOException {
		this.browser = Browser.start(this.folder);
		this.server = WebServer.start(Path.of(System.getProperty("nixl.model")), options);
		this.browser.open(this.server.url());
		await().until(() -> this.browser.text("#model").equals(this.server.bean(ModelCard.class).id()));
	}

	@AfterEach
	void stop() throws IOException {
		this.server.close();
		this.browser.close();
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofMinutes(2));
	}

	private void ask(String question) {
		this.browser.type("#question", question);
		this.browser.click("#send");
	}

	private void awaitAnswer() {
		await().until(() -> this.browser.count(ANSWER + "[data-ended]") == 1);
	}

	private String figure(String title) {
		return this.browser
			.script("return [...document.querySelectorAll('#figures div')].find((box) =>"
					+ " box.querySelector('dt').textContent === '" + title + "').querySelector('dd').textContent")
			.asString();
	}

	@Test
	void anAnswerIsStreamedAndItsTransferShown() throws IOException {
		start();
		ask("Write three sentences about the sea.");
		Set<String> seen = new HashSet<>();
		await().until(() -> {
			seen.add(this.browser.text(ANSWER));
			return this.browser.count(ANSWER + "[data-ended]") == 1;
		});
		TransferView view = this.server.awaitNewest(State.DONE);
		assertThat(seen).as("the answer as it grew").hasSizeGreaterThan(2);
		assertThat(this.browser.text(ANSWER)).hasSizeGreaterThan(20);
		await().untilAsserted(() -> {
			assertThat(this.browser.count("#timeline .computed")).isEqualTo(30);
			assertThat(this.browser.count("#timeline .moved")).isEqualTo(30);
			assertThat(this.browser.count("#timeline .token")).isEqualTo(1);
			assertThat(this.browser.text("#requests tr")).contains("Write three sentences", "done");
			assertThat(figure("KV blocks")).isEqualTo(view.blocks() + " of " + view.promptBlocks());
			assertThat(figure("Speed")).matches("[0-9]+\\.[0-9]{2} Gbit/s");
			assertThat(figure("First token")).matches("[0-9]+ ms");
			assertThat(figure("Answer")).startsWith(view.tokens() + " tokens");
		});
		assertThat(this.browser.text("#mode")).isEqualTo("push");
		ask("And about the sky?");
		awaitAnswer();
		assertThat(this.browser.count("#messages li")).isEqualTo(4);
		await().untilAsserted(() -> {
			TransferView second = this.server.newest();
			assertThat(second.blocks()).as("what is new").isLessThan(second.promptBlocks());
			assertThat(figure("KV blocks")).isEqualTo(second.blocks() + " of " + second.promptBlocks());
			assertThat(this.browser.count("#timeline .moved")).isEqualTo(30);
		});
		assertThat(this.browser.complaints()).isEmpty();
		Files.createDirectories(PICTURES);
		this.browser.screenshot(PICTURES.resolve("page-light.png"));
		Object light = this.browser.script("return getComputedStyle(document.body).backgroundColor");
		this.browser.dark(true);
		assertThat(this.browser.script("return getComputedStyle(document.body).backgroundColor")).isNotEqualTo(light);
		this.browser.screenshot(PICTURES.resolve("page-dark.png"));
	}

	@Test
	void stoppingGivesTheBlocksBackAndErrorsAreShown() throws IOException {
		start("--sample.transfer-mode=pull");
		this.browser.script("document.getElementById('max').value = 1500");
		ask("Count from one to a thousand, in words.");
		await().until(() -> this.browser.text(ANSWER).length() > 3);
		this.browser.click("#stop");
		assertThat(this.server.awaitNewest(State.FAILED).failure()).contains("cancelled");
		this.server.awaitAllBlocks();
		await().until(() -> this.browser.text(ANSWER).endsWith("(stopped)"));
		assertThat(this.browser.text("#mode")).isEqualTo("pull");
		this.browser.click("#new");
		assertThat(this.browser.count("#messages li")).isZero();
		this.browser.script("document.getElementById('max').value = 100000");
		ask("Hi");
		await().until(() -> this.browser.text(ANSWER + ".failed").contains("longest context"));
	}

}
