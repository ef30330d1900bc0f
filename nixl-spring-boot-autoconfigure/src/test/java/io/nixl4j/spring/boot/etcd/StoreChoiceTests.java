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

package io.nixl4j.spring.boot.etcd;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.nixl4j.NixlAgent;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.metadata.etcd.EtcdNixlMetadataStore;
import io.nixl4j.spring.boot.NixlAgentAutoConfiguration;
import io.nixl4j.spring.boot.NixlLifecycleAutoConfiguration;
import io.nixl4j.spring.boot.NixlMetadataStoreAutoConfiguration;
import io.nixl4j.spring.boot.NixlRouteAutoConfiguration;
import io.nixl4j.spring.boot.support.FreePort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which store an application gets. No etcd is there, and the start does not mind.
 */
class StoreChoiceTests {

	private static final String KEY = "data-plane.nixl.metadata.";

	private static final String NOWHERE = "http://127.0.0.1:" + FreePort.find();

	private static final String ENDPOINTS = KEY + "etcd.endpoints=" + NOWHERE;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NixlAgentAutoConfiguration.class, NixlLifecycleAutoConfiguration.class,
				NixlMetadataStoreAutoConfiguration.class, NixlRouteAutoConfiguration.class,
				NixlEtcdConnectionDetailsAutoConfiguration.class, NixlEtcdMetadataStoreAutoConfiguration.class))
		.withPropertyValues(KEY + "etcd.fail-fast=false", KEY + "etcd.request-timeout=200ms");

	@ParameterizedTest
	@ValueSource(strings = { KEY + "store=auto", KEY + "etcd.endpoints=", KEY + "etcd.username=root" })
	void withoutEndpointsItIsInMemory(String property) {
		this.runner.withPropertyValues(property)
			.run((context) -> assertThat(context).hasSingleBean(InMemoryNixlMetadataStore.class)
				.doesNotHaveBean(NixlEtcdConnectionDetails.class));
	}

	@ParameterizedTest
	@CsvSource({ "endpoints, auto", "endpoints, etcd", "endpoints[0], auto" })
	void withEndpointsItIsInEtcd(String key, String store) {
		this.runner.withPropertyValues(KEY + "etcd." + key + "=" + NOWHERE, KEY + "store=" + store)
			.run((context) -> assertThat(context).hasSingleBean(EtcdNixlMetadataStore.class)
				.hasSingleBean(NixlMetadataStore.class)
				.hasSingleBean(PropertiesNixlEtcdConnectionDetails.class));
	}

	@Test
	void aConnectionOfTheApplicationIsEnoughAndHidesTheKeys() {
		this.runner.withPropertyValues(KEY + "etcd.endpoints=http://wrong.invalid:1")
			.withBean("mine", NixlEtcdConnectionDetails.class, () -> () -> List.of(NOWHERE))
			.run((context) -> {
				assertThat(context).hasSingleBean(EtcdNixlMetadataStore.class)
					.hasSingleBean(NixlEtcdConnectionDetails.class);
				assertThat(context.getBean(EtcdDetails.class).endpoints()).containsExactly(NOWHERE);
			});
	}

	@Test
	void memoryIsMemoryWhateverElseIsThere() {
		this.runner.withPropertyValues(ENDPOINTS, KEY + "store=memory")
			.run((context) -> assertThat(context).hasSingleBean(InMemoryNixlMetadataStore.class)
				.doesNotHaveBean(EtcdStoreLifecycle.class));
	}

	@Test
	void aStoreOfTheApplicationIsTaken() {
		this.runner.withPropertyValues(ENDPOINTS)
			.withBean("mine", NixlMetadataStore.class, InMemoryNixlMetadataStore::new)
			.run((context) -> assertThat(context).hasSingleBean(NixlMetadataStore.class)
				.hasBean("mine")
				.doesNotHaveBean(EtcdStoreLifecycle.class));
	}

	@Test
	void etcdWithoutAConnectionIsRefused() {
		this.runner.withPropertyValues(KEY + "store=etcd")
			.run((context) -> assertThat(StartReport.of(context)).contains("no etcd is configured")
				.containsSubsequence("Action:", KEY + "etcd.endpoints"));
	}

	@Test
	void switchedOffThereIsNothing() {
		this.runner.withPropertyValues(ENDPOINTS, "data-plane.nixl.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(NixlEtcdConnectionDetails.class)
				.doesNotHaveBean(NixlMetadataStore.class));
	}

	@Test
	void withoutTheCoreThereIsNothing() {
		this.runner.withPropertyValues(ENDPOINTS)
			.withClassLoader(new FilteredClassLoader(NixlAgent.class))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBeanDefinitionNames()).noneMatch((name) -> name.contains("nixl"));
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { KEY + "store=auto", KEY + "store=memory" })
	void theClientOfEtcdIsNotNeededWithoutEndpoints(String property) {
		withoutClient().withPropertyValues(property)
			.run((context) -> assertThat(context).hasSingleBean(InMemoryNixlMetadataStore.class)
				.hasSingleBean(NixlAgent.class));
	}

	@Test
	void theClientOfEtcdIsNotNeededWhereMemoryIsChosen() {
		withoutClient().withPropertyValues(ENDPOINTS, KEY + "store=memory")
			.run((context) -> assertThat(context).hasSingleBean(InMemoryNixlMetadataStore.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { KEY + "etcd.endpoints=http://127.0.0.1:2379", KEY + "store=etcd" })
	void aMissingClientIsNamedWhereEtcdIsAskedFor(String property) {
		withoutClient().withPropertyValues(property)
			.run((context) -> assertThat(StartReport.of(context)).contains("not on the class path")
				.containsSubsequence("Action:", "io.etcd:jetcd-core", "data-plane.nixl.metadata.store"));
	}

	@ParameterizedTest
	@CsvSource({ "endpoints, ftp://etcd:21, endpoints", "endpoints, 'http://a:1,https://b:1', endpoints",
			"lease-time, 100ms, lease-time", "request-timeout, 0s, request-timeout", "username, root, password",
			"password, sesame, username" })
	void aWrongValueIsNamed(String key, String value, String named) {
		this.runner.withPropertyValues(ENDPOINTS, KEY + "etcd." + key + "=" + value)
			.run((context) -> assertThat(StartReport.of(context)).containsSubsequence("Action:", KEY + "etcd." + named)
				.doesNotContain("sesame"));
	}

	@Test
	void aWrongNamespaceIsNamed() {
		this.runner.withPropertyValues(ENDPOINTS, "data-plane.nixl.namespace=/a/")
			.run((context) -> assertThat(StartReport.of(context)).containsSubsequence("Action:",
					"data-plane.nixl.namespace"));
	}

	@Test
	void aPasswordIsNotShown() {
		this.runner.withPropertyValues(ENDPOINTS, KEY + "etcd.username=worker", KEY + "etcd.password=sesame")
			.run((context) -> assertThat(context.getBean(EtcdProperties.class).toString()).contains(NOWHERE, "worker")
				.doesNotContain("sesame"));
	}

	@Test
	void clientsAreCustomizedInTheOrderOfTheBeans() {
		this.runner.withPropertyValues(ENDPOINTS).withUserConfiguration(Customizers.class).run((context) -> {
			List<String> calls = context.getBean(Customizers.class).calls;
			assertThat(calls).hasSizeGreaterThanOrEqualTo(2);
			assertThat(calls.subList(0, 2)).containsExactly("first", "second");
		});
	}

	private ApplicationContextRunner withoutClient() {
		return this.runner.withClassLoader(new FilteredClassLoader("io.etcd"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		private final List<String> calls = new CopyOnWriteArrayList<>();

		@Bean
		@Order(2)
		NixlEtcdClientCustomizer second() {
			return (builder) -> this.calls.add("second");
		}

		@Bean
		@Order(1)
		NixlEtcdClientCustomizer first() {
			return (builder) -> this.calls.add("first");
		}

	}

}
