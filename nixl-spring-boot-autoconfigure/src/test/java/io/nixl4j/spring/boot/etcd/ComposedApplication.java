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

import io.nixl4j.metadata.NixlMetadataStore;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * An application beside what Docker Compose runs. It says what it found, and ends when
 * its input does.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class ComposedApplication {

	/**
	 * Runs the application.
	 * @param arguments keys and values
	 * @throws Exception if its input cannot be read
	 */
	public static void main(String[] arguments) throws Exception {
		try (ConfigurableApplicationContext context = SpringApplication.run(ComposedApplication.class, arguments)) {
			System.out.println("store " + context.getBean(NixlMetadataStore.class).getClass().getSimpleName() + " at "
					+ context.getBean(NixlEtcdConnectionDetails.class).getEndpoints());
			System.in.transferTo(System.out);
		}
		System.exit(0);
	}

}
