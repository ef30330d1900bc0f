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

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.nixl4j.sample.engine.Engine;
import io.nixl4j.sample.engine.Generator;
import io.nixl4j.sample.engine.Model;
import io.nixl4j.sample.engine.Sequence;
import io.nixl4j.sample.engine.TokenListener;
import io.nixl4j.sample.worker.Sampling;
import io.nixl4j.serving.Router;
import io.nixl4j.serving.ServingCall;
import io.nixl4j.serving.ServingRequest;
import io.nixl4j.serving.ServingResult;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Eight requests at once, with the real model over TCP.
 */
@Tag("all")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamsTests {

	private static final int[] PROMPTS = { 5, 600, 17, 330, 48, 170, 450, 96 };

	private static final int ANSWER = 12;

	private static final int BLOCKS = 192;

	private static final String TEXT = "The cache keeps the keys and values of all tokens that a model has read, "
			+ "so that each new token costs one step and not as many as there were before it. ";

	/** What the engine alone says, which is the same whoever pushes or pulls. */
	private final Map<List<Integer>, List<Integer>> answers = new HashMap<>();

	@ParameterizedTest
	@ValueSource(strings = { "push", "pull" })
	void tokensAreThoseOfTheEngineAlone(String mode) throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(SampleApplication.class).run(
				"--sample.model=" + Path.of(System.getProperty("nixl.model")), "--sample.blocks=" + BLOCKS,
				"--sample.transfer-mode=" + mode)) {
			List<List<Integer>> prompts = prompts(context.getBean(Model.class));
			Router router = context.getBean(Router.class);
			List<List<Integer>> heard = new ArrayList<>();
			List<ServingCall> calls = new ArrayList<>();
			for (List<Integer> prompt : prompts) {
				List<Integer> tokens = new ArrayList<>();
				heard.add(tokens);
				calls.add(router.submit(
						new ServingRequest("stream-" + calls.size(), prompt, ANSWER, Sampling.GREEDY.parameters(),
								context.getBean(SampleProperties.class).requestTimeout()),
						(token, text) -> tokens.add(token)));
			}
			for (int i = 0; i < calls.size(); i++) {
				ServingResult result = calls.get(i).result().get(3, TimeUnit.MINUTES);
				assertThat(result.attempts()).isOne();
				assertThat(result.moved().orElseThrow().bytes()).isPositive();
				assertThat(heard.get(i)).isEqualTo(result.tokens())
					.isEqualTo(this.answers.computeIfAbsent(prompts.get(i), (prompt) -> alone(context, prompt)));
			}
		}
	}

	/** Each begins elsewhere in the text, so that none is the beginning of another. */
	private static List<List<Integer>> prompts(Model model) {
		int[] text = model.tokenizer().encodePlain(TEXT.repeat(40));
		List<List<Integer>> prompts = new ArrayList<>();
		for (int length : PROMPTS) {
			int from = prompts.size();
			prompts.add(Arrays.stream(text, from, from + length).boxed().toList());
		}
		return prompts;
	}

	private static List<Integer> alone(ConfigurableApplicationContext context, List<Integer> prompt) {
		return new Generator(context.getBean(Engine.class), Sampling.GREEDY.sampler(), ANSWER)
			.generate(new Sequence(IntStream.range(0, BLOCKS).toArray()),
					prompt.stream().mapToInt(Integer::intValue).toArray(), TokenListener.NONE)
			.tokens();
	}

}
