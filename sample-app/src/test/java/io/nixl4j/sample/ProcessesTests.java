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

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.nixl4j.metadata.etcd.EtcdProcess;
import io.nixl4j.sample.engine.ChatMessage;
import io.nixl4j.sample.engine.Engine;
import io.nixl4j.sample.engine.Generation;
import io.nixl4j.sample.engine.Generator;
import io.nixl4j.sample.engine.Model;
import io.nixl4j.sample.engine.Sequence;
import io.nixl4j.sample.engine.TinyModelFile;
import io.nixl4j.sample.engine.TokenListener;
import io.nixl4j.sample.worker.Sampling;
import io.nixl4j.serving.Router;
import io.nixl4j.serving.ServingRequest;
import io.nixl4j.serving.ServingResult;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Router and workers in processes of their own, which find each other through a real
 * etcd, with a tiny model.
 */
@Tag("all")
class ProcessesTests {

	private static final String SECRET = "of-a-test";

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	@TempDir
	private Path folder;

	private Path model;

	private final Map<String, Process> workers = new HashMap<>();

	@BeforeEach
	void makeModel() throws IOException {
		this.model = TinyModelFile.in(this.folder);
	}

	@AfterEach
	void stop() throws InterruptedException {
		for (Process worker : this.workers.values()) {
			worker.destroyForcibly().waitFor();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "push", "pull" })
	void theDemoAsksAndLeavesNothingBehind(String mode) throws Exception {
		Process demo = demo("--sample.transfer-mode=" + mode);
		String said = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(demo.waitFor()).as(said).isZero();
		assertThat(said)
			.contains("demo/nixl_metadata/decode-1\n", "demo/nixl_metadata/decode-2\n",
					"demo/nixl_metadata/prefill-1\n", "demo/nixl_metadata/prefill-2\n")
			.containsPattern("KV layers overlapped: [0-2] of 3\n")
			.contains("Tokens equal: yes\n");
	}

	@Test
	void aDemoThatCannotSucceedFailsAndLeavesNothingBehind() throws Exception {
		Process demo = demo("--sample.blocks=0");
		String said = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(demo.waitFor()).as(said).isEqualTo(1);
		assertThat(said).contains("has ended");
	}

	@Test
	void aDemoThatIsEndedEndsItsProcesses() throws Exception {
		Process demo = demo();
		List<ProcessHandle> processes = Awaitility.await()
			.atMost(PATIENCE)
			.until(() -> demo.descendants().toList(),
					(all) -> all.stream().filter(ProcessesTests::isJava).count() == 4);
		demo.destroy();
		assertThat(demo.waitFor()).isEqualTo(143);
		assertThat(processes).noneMatch(ProcessHandle::isAlive);
	}

	private static boolean isJava(ProcessHandle process) {
		return process.info().command().filter((command) -> command.endsWith("java")).isPresent();
	}

	@Test
	void requestsOfAKilledPrefillWorkerAreAnsweredByTheOther() throws Exception {
		try (EtcdProcess etcd = EtcdProcess.start()) {
			for (String worker : List.of("prefill-1", "prefill-2", "decode-1")) {
				start(worker, etcd);
			}
			Awaitility.await().atMost(PATIENCE).until(() -> etcd.keys("default/nixl_metadata/").size() == 3);
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(SampleApplication.class)
				.run(options("router", "router-1", etcd))) {
				assertThat(context.getBean(AwaitedWorkers.class)
					.await(context.getBean(SampleProperties.class).requestTimeout())).isTrue();
				for (int i = 0; i < 4; i++) {
					assertAnswered(context, "before " + i);
				}
				// The other one goes on, whichever of them the router likes best
				kill("prefill-1");
				for (int i = 0; i < 4; i++) {
					assertAnswered(context, "after " + i);
				}
				// At the latest with its lease
				Awaitility.await()
					.atMost(PATIENCE)
					.untilAsserted(() -> assertThat(etcd.keys("default/nixl_metadata/")).containsExactly(
							"default/nixl_metadata/decode-1", "default/nixl_metadata/prefill-2",
							"default/nixl_metadata/router-1"));
				kill("prefill-2");
				// The decode worker computes it itself then
				assertThat(ask(context, "alone").moved()).isEmpty();
			}
		}
	}

	private void kill(String worker) throws InterruptedException {
		Objects.requireNonNull(this.workers.get(worker)).destroyForcibly().waitFor();
	}

	private void assertAnswered(ConfigurableApplicationContext context, String question) {
		ServingResult answer = ask(context, question);
		assertThat(answer.moved()).isPresent();
		assertThat(answer.tokens()).isEqualTo(alone(context, question).tokens());
	}

	private static int[] prompt(ConfigurableApplicationContext context, String question) {
		return context.getBean(Model.class).chatTemplate().encode(List.of(ChatMessage.user(question)));
	}

	private static ServingResult ask(ConfigurableApplicationContext context, String question) {
		List<Integer> tokens = Arrays.stream(prompt(context, question)).boxed().toList();
		return context.getBean(Router.class)
			.submit(new ServingRequest(question, tokens, 20, Sampling.GREEDY.parameters(),
					context.getBean(SampleProperties.class).requestTimeout()), (token, text) -> {
					})
			.result()
			.join();
	}

	private static Generation alone(ConfigurableApplicationContext context, String question) {
		int[] blocks = new int[16];
		Arrays.setAll(blocks, (i) -> i);
		return new Generator(context.getBean(Engine.class), Sampling.GREEDY.sampler(), 20)
			.generate(new Sequence(blocks), prompt(context, question), TokenListener.NONE);
	}

	private void start(String engine, EtcdProcess etcd) throws IOException {
		List<String> command = new ArrayList<>(java());
		command.addAll(List.of("--spring.profiles.active=web", "--server.port=0"));
		command.addAll(List.of(options(engine.substring(0, engine.indexOf('-')), engine, etcd)));
		this.workers.put(engine,
				new ProcessBuilder(command).redirectErrorStream(true)
					.redirectOutput(this.folder.resolve(engine + ".log").toFile())
					.start());
	}

	private String[] options(String role, String engine, EtcdProcess etcd) {
		return new String[] { "--sample.role=" + role, "--sample.model=" + this.model,
				"--data-plane.nixl.engine-id=" + engine, "--data-plane.nixl.tcp.secret=" + SECRET,
				"--data-plane.nixl.metadata.etcd.endpoints=" + etcd.url() };
	}

	/** As bin/demo runs it, but for the jar and the model. */
	private Process demo(String... options) throws IOException {
		List<String> command = new ArrayList<>(List.of("bash", "-euo", "pipefail", "-c", """
				source ../bin/lib/common.sh
				source ../bin/lib/etcd.sh
				source ../bin/lib/processes.sh
				etcd=$1 etcdctl=$2 model=$3 count=$4
				shift 4
				sample=("${@:1:count}")
				shift "$count"
				run_processes why "--sample.model=$model" --sample.max-tokens=20 "$@"
				""", "demo", System.getProperty("nixl.etcd", ""), System.getProperty("nixl.etcdctl", ""),
				this.model.toString(), Integer.toString(java().size())));
		command.addAll(java());
		command.addAll(List.of(options));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().put("TMPDIR", this.folder.toString());
		return builder.start();
	}

	private static List<String> java() {
		return List.of(ProcessHandle.current().info().command().orElseThrow(), "-Xmx256m", "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), SampleApplication.class.getName());
	}

}
