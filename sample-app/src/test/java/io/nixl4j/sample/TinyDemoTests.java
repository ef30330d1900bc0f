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
import java.util.ArrayList;
import java.util.List;

import io.nixl4j.sample.engine.Engine;
import io.nixl4j.sample.engine.Model;
import io.nixl4j.sample.engine.TinyModelFile;
import io.nixl4j.serving.KvTransferListener;
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

	private ConfigurableApplicationContext start(String... options) throws Exception {
		List<String> arguments = new ArrayList<>(
				List.of("--sample.model=" + TinyModelFile.in(this.folder), "--sample.max-tokens=20"));
		arguments.addAll(List.of(options));
		return new SpringApplicationBuilder(SampleApplication.class).run(arguments.toArray(String[]::new));
	}

	@ParameterizedTest
	@ValueSource(strings = { "push", "pull" })
	void anAnswerIsTheSameWithAndWithoutDisaggregation(String mode) throws Exception {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try (ConfigurableApplicationContext context = start("--sample.transfer-mode=" + mode)) {
			Demo demo = new Demo(context.getBean(Model.class), context.getBean(Router.class),
					context.getBean(AwaitedWorkers.class), context.getBean(Engine.class),
					context.getBean(SampleProperties.class), "why", new PrintStream(out, true, StandardCharsets.UTF_8));
			assertThat(demo.run()).isZero();
		}
		assertThat(out.toString(StandardCharsets.UTF_8)).containsPattern("KV layers overlapped: [0-2] of 3\n")
			.endsWith("Tokens equal: yes\n");
	}

	@Test
	void aMeasurementIsATable() throws Exception {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try (ConfigurableApplicationContext context = start("--sample.measure=true")) {
			assertThat(context.getBeanNamesForType(Demo.class)).isEmpty();
			assertThat(context.getBean(KvTransferListener.class)).isInstanceOf(Measurement.class);
			context.getBean(Measurement.class).measure(1, new PrintStream(out, true, StandardCharsets.UTF_8));
		}
		String figure = "[0-9]+\\.[0-9]+";
		assertThat(out.toString(StandardCharsets.UTF_8).lines().skip(2)).hasSize(3)
			.allMatch((line) -> line.matches("\\| [0-9]+ tokens( \\| " + figure + "){5} % \\|"));
	}

	@Test
	void theDemoStartsNoWebServer() throws Exception {
		try (ConfigurableApplicationContext context = start()) {
			assertThat(context).isNotInstanceOf(WebServerApplicationContext.class);
			assertThat(context.getBeanDefinitionNames()).noneMatch((name) -> name.startsWith("chatCompletions"));
			assertThat(context.getBean(Demo.class)).isNotNull();
		}
	}

}
