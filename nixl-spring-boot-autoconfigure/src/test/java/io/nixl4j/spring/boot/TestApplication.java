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

package io.nixl4j.spring.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * An application as a user writes it, run as a user runs it.
 */
public final class TestApplication {

	private TestApplication() {
	}

	/**
	 * Runs the application.
	 * @param configuration further configuration classes
	 * @param properties keys and values, as arguments
	 * @return the running application
	 */
	public static ConfigurableApplicationContext run(List<Class<?>> configuration, String... properties) {
		return run(Map.of(), configuration, properties);
	}

	/**
	 * Runs the application with environment variables.
	 * @param variables the variables
	 * @param configuration further configuration classes
	 * @param properties keys and values, as arguments
	 * @return the running application
	 */
	static ConfigurableApplicationContext run(Map<String, Object> variables, List<Class<?>> configuration,
			String... properties) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
		List<Class<?>> sources = new ArrayList<>(List.of(Main.class));
		sources.addAll(configuration);
		return new SpringApplicationBuilder(sources.toArray(Class[]::new)).environment(environment)
			.web(WebApplicationType.NONE)
			.run(List.of(properties).stream().map((property) -> "--" + property).toArray(String[]::new));
	}

	/**
	 * What stands above the main class.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Main {

	}

}
