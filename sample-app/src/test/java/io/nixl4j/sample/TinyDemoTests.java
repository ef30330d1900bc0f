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
import java.nio.file.Path;

import io.nixl4j.sample.engine.Engine;
import io.nixl4j.sample.engine.Model;
import io.nixl4j.sample.engine.TinyModelFile;
import io.nixl4j.serving.Router;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The demo with a tiny model: three agents, TCP over loopback, no web server.
 */
class TinyDemoTests {

	@TempDir
	private Path folder;

	private ConfigurableApplicationContext start(String mode) throws Exception {
		return new SpringApplicationBuilder(SampleApplication.class).run(
				"--sample.model=" + TinyModelFile.in(this.folder), "--sample.max-tokens=20",
				"--sample.transfer-mode=" + mode);
	}

	@ParameterizedTest
	@ValueSource(strings = { "push", "pull" })
	void anAnswerIsTheSameWithAndWithoutDisaggregation(String mode) throws Exception {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try (ConfigurableApplicationContext context = start(mode)) {
			Demo demo = new Demo(context.getBean(Model.class), context.getBean(Router.class),
					context.getBean(Engine.class), context.getBean(SampleProperties.class), "why",
					new PrintStream(out, true, StandardCharsets.UTF_8));
			assertThat(demo.run()).isZero();
		}
		assertThat(out.toString(StandardCharsets.UTF_8)).contains("KV layers overlapped: 2 of 3")
			.endsWith("Tokens equal: yes\n");
	}

	@Test
	void theDemoStartsNoWebServer() throws Exception {
		try (ConfigurableApplicationContext context = start("push")) {
			assertThat(context).isNotInstanceOf(WebServerApplicationContext.class);
			assertThat(context.getBeanDefinitionNames()).noneMatch((name) -> name.startsWith("chatCompletions"));
			assertThat(context.getBean(Demo.class)).isNotNull();
		}
	}

}
