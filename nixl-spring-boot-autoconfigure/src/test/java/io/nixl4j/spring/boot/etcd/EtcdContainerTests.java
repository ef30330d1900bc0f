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

import io.nixl4j.NixlAgent;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.metadata.etcd.EtcdNixlMetadataStore;
import io.nixl4j.metadata.etcd.EtcdProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.context.ImportTestcontainers;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Service connections to containers of Testcontainers, which need no Docker here: the
 * etcd in them is a process.
 */
@Tag("etcd")
class EtcdContainerTests {

	private static EtcdProcess etcd;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ServiceConnectionAutoConfiguration.class));

	@BeforeAll
	static void start() {
		etcd = EtcdProcess.start();
	}

	@AfterAll
	static void stop() {
		etcd.close();
	}

	@Test
	void aBeanThatIsNamedEtcdIsTheConnection() {
		this.runner.withUserConfiguration(NamedBean.class).run((context) -> {
			assertThat(context).hasSingleBean(EtcdNixlMetadataStore.class)
				.doesNotHaveBean(PropertiesNixlEtcdConnectionDetails.class);
			assertThat(context.getBean(NixlEtcdConnectionDetails.class).getEndpoints()).containsExactly(etcd.url());
			assertThat(context.getBean(EtcdDetails.class).origin()).contains("etcd");
			context.getBean(NixlAgent.class).publish();
			assertThat(etcd.keys("default/")).hasSize(1);
		});
	}

	@Test
	void itHidesTheKeys() {
		this.runner.withUserConfiguration(NamedBean.class)
			.withPropertyValues("data-plane.nixl.metadata.etcd.endpoints=http://wrong.invalid:1",
					"data-plane.nixl.metadata.etcd.username=wrong")
			.run((context) -> assertThat(context.getBean(EtcdDetails.class).endpoints()).containsExactly(etcd.url()));
	}

	@Test
	void anImageOfEtcdNeedsNoName() {
		this.runner.withUserConfiguration(Fields.class)
			.run((context) -> assertThat(context.getBean(NixlEtcdConnectionDetails.class).getEndpoints())
				.containsExactly(etcd.url()));
	}

	@Test
	void otherContainersAreNone() {
		this.runner.withUserConfiguration(OtherBean.class)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.hasMessageContaining("No ConnectionDetails found"));
	}

	@Test
	void aContainerWithoutTheAnnotationIsNone() {
		this.runner.withUserConfiguration(PlainBean.class)
			.run((context) -> assertThat(context).hasSingleBean(InMemoryNixlMetadataStore.class));
	}

	@EnableAutoConfiguration
	@Configuration(proxyBeanMethods = false)
	static class NamedBean {

		@Bean
		@ServiceConnection("etcd")
		RunningContainer container() {
			return new RunningContainer("my/own:1", etcd.port());
		}

	}

	@EnableAutoConfiguration
	@Configuration(proxyBeanMethods = false)
	@ImportTestcontainers(Containers.class)
	static class Fields {

	}

	interface Containers {

		@ServiceConnection
		RunningContainer ETCD = new RunningContainer("quay.io/coreos/etcd:v3.6.5", etcd.port());

	}

	@EnableAutoConfiguration
	@Configuration(proxyBeanMethods = false)
	static class OtherBean {

		@Bean
		@ServiceConnection("zookeeper")
		RunningContainer container() {
			return new RunningContainer("zookeeper:3", etcd.port());
		}

	}

	@EnableAutoConfiguration
	@Configuration(proxyBeanMethods = false)
	static class PlainBean {

		@Bean
		RunningContainer container() {
			return new RunningContainer("quay.io/coreos/etcd:v3.6.5", etcd.port());
		}

	}

	/**
	 * A container that is running already.
	 */
	static final class RunningContainer extends GenericContainer<RunningContainer> {

		private final String image;

		private final int port;

		RunningContainer(String image, int port) {
			super(image);
			this.image = image;
			this.port = port;
		}

		@Override
		public String getDockerImageName() {
			return this.image;
		}

		@Override
		public void start() {
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return true;
		}

		@Override
		public String getHost() {
			return "127.0.0.1";
		}

		@Override
		public Integer getMappedPort(int originalPort) {
			assertThat(originalPort).isEqualTo(2379);
			return this.port;
		}

	}

}
