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

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

import io.nixl4j.sample.engine.Engine;
import io.nixl4j.sample.engine.Model;
import io.nixl4j.serving.Router;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The demo as {@code bin/demo} runs it: the real model, three agents, TCP over loopback.
 */
@Tag("all")
class DemoTests {

	private final Locale locale = Locale.getDefault();

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private ConfigurableApplicationContext context;

	@BeforeEach
	void start() {
		// A locale with a decimal comma and digits of its own must change nothing.
		Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
		this.context = new SpringApplicationBuilder(SampleApplication.class)
			.run("--sample.model=" + System.getProperty("nixl.model"), "--sample.max-tokens=24");
	}

	@AfterEach
	void stop() {
		this.context.close();
		Locale.setDefault(this.locale);
	}

	private Demo demo(String question) {
		return new Demo(this.context.getBean(Model.class), this.context.getBean(Router.class),
				this.context.getBean(AwaitedWorkers.class), this.context.getBean(Engine.class),
				this.context.getBean(SampleProperties.class), question,
				new PrintStream(this.out, true, StandardCharsets.UTF_8));
	}

	@Test
	void theTableFollowsTheAnswer() {
		assertThat(demo("What is a key-value cache?").run()).isZero();
		String[] lines = this.out.toString(StandardCharsets.UTF_8).split("\n");
		assertThat(lines.length).isGreaterThan(5);
		String table = String.join("\n", Arrays.copyOfRange(lines, lines.length - 5, lines.length));
		assertThat(table).matches("""
				KV cache moved: 2211840 bytes in 3 blocks
				KV layers overlapped: [0-9]{1,2} of 30
				KV transfer speed: [0-9]+\\.[0-9]{2} Gbit/s
				TTFT: [0-9]+ ms with, [0-9]+ ms without disaggregation
				Tokens equal: yes""");
	}

	@Test
	void aQuestionThatCannotBeAskedIsRefused() {
		assertThat(demo(" ").run()).isEqualTo(2);
		assertThat(demo("why ".repeat(1_500)).run()).isEqualTo(2);
		assertThat(demo("\u4f60".repeat(3_000)).run()).isEqualTo(2);
		assertThat(this.out.size()).isZero();
	}

}
