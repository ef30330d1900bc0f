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

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What a user reads when the application does not start.
 */
public final class StartFailure {

	private StartFailure() {
	}

	/**
	 * Runs an application that must not start.
	 * @param configuration further configuration classes
	 * @param properties keys and values
	 * @return what it wrote to its standard error
	 */
	public static String of(List<Class<?>> configuration, String... properties) {
		PrintStream before = System.err;
		ByteArrayOutputStream output = new ByteArrayOutputStream();
		System.setErr(new PrintStream(output, true, StandardCharsets.UTF_8));
		try {
			assertThatException().isThrownBy(() -> {
				ConfigurableApplicationContext context = TestApplication.run(configuration, properties);
				context.close();
			});
		}
		finally {
			System.setErr(before);
		}
		return output.toString(StandardCharsets.UTF_8);
	}

}
