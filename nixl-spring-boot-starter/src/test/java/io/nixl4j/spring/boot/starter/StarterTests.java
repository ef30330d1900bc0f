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

package io.nixl4j.spring.boot.starter;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Applications in JVMs of their own, with what the starter brings and nothing else.
 */
class StarterTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	/** How long an application without anything to do would surely have ended in. */
	private static final Duration SHORT = Duration.ofSeconds(2);

	@Test
	void theOneDependencyBringsAnAgent() throws Exception {
		try (RunningApplication application = RunningApplication.start(ClassPath.withStarter())) {
			assertThat(application.lines()).filteredOn((line) -> line.contains("Started agent"))
				.singleElement()
				.asString()
				.contains("INFO", "routes [memory, tcp]", "RDMA interface ib0");
			assertThat(application.lines()).filteredOn((line) -> line.contains(" WARN "))
				.singleElement()
				.asString()
				.contains("data-plane.nixl.rdma-interface");
		}
	}

	@Test
	void theJvmLivesWithoutAWebServerUntilItIsTerminated() throws Exception {
		try (RunningApplication application = RunningApplication.start(ClassPath.withStarter())) {
			assertThat(application.ends(SHORT)).isFalse();
			application.terminate();
			assertThat(application.ends(LONG)).isTrue();
			assertThat(application.exitCode()).isEqualTo(128 + 15);
		}
	}

	@Test
	void theJvmEndsWhereAgentsAreSwitchedOff() throws Exception {
		try (RunningApplication application = RunningApplication.start(ClassPath.withStarter(),
				"--data-plane.nixl.enabled=false")) {
			assertThat(application.ends(LONG)).isTrue();
			assertThat(application.exitCode()).isZero();
		}
	}

	@Test
	void anApplicationStartsWithoutTheClientOfEtcd() throws Exception {
		ClassPath classPath = withoutEtcd();
		assertThat(classPath.bytes()).isLessThan(ClassPath.withStarter().bytes() - 10_000_000);
		try (RunningApplication application = RunningApplication.start(classPath)) {
			assertThat(application.lines()).filteredOn((line) -> line.contains("Started agent"))
				.singleElement()
				.asString()
				.contains("metadata store InMemoryNixlMetadataStore");
		}
	}

	@Test
	void theClientOfEtcdIsNamedWhereItIsMissing() {
		assertThatIOException()
			.isThrownBy(() -> RunningApplication.start(withoutEtcd(),
					"--data-plane.nixl.metadata.etcd.endpoints=http://127.0.0.1:2379"))
			.withMessageContainingAll("APPLICATION FAILED TO START", "io.etcd:jetcd-core");
	}

	/** And without what it alone uses of Netty. */
	private static ClassPath withoutEtcd() {
		return ClassPath.withStarter()
			.without(ClassPath.ETCD)
			.without(List.of("netty-codec-http", "netty-codec-dns", "netty-codec-compression", "netty-codec-socks",
					"netty-handler-proxy", "netty-resolver-dns"));
	}

	@Test
	void anApplicationStartsWithoutTheCore() throws Exception {
		ClassPath classPath = ClassPath.withStarter().without(List.of("nixl-core", "netty-", "msgpack-"));
		checkNoAgent(classPath);
		checkNoAgent(classPath.without(ClassPath.ETCD));
	}

	private static void checkNoAgent(ClassPath classPath) throws Exception {
		assertThat(classPath.entries())
			.anyMatch((entry) -> entry.toString().contains("nixl-spring-boot-autoconfigure"));
		try (RunningApplication application = RunningApplication.start(classPath)) {
			assertThat(application.lines()).noneMatch((line) -> line.contains("agent"));
			assertThat(application.ends(LONG)).isTrue();
			assertThat(application.exitCode()).isZero();
		}
	}

	@Test
	void theClassPathGrowsByLessThanFortyMegabytes() throws IOException {
		long with = ClassPath.withStarter().bytes();
		long without = ClassPath.withoutStarter().bytes();
		assertThat(ClassPath.withoutStarter().entries())
			.anyMatch((entry) -> entry.getFileName().toString().startsWith("spring-boot-4"))
			.noneMatch((entry) -> entry.toString().contains("nixl-core"));
		System.out.printf("Class path: %.1f MB with, %.1f MB without the starter%n", with / 1e6, without / 1e6);
		assertThat(with - without).isBetween(1_000_000L, 40_000_000L);
	}

}
