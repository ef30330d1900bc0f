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

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts the workers, asks one question or measures, and ends; or, with the profile
 * {@code web}, serves until it is stopped.
 */
@SpringBootApplication
public class SampleApplication {

	/**
	 * Answers the question that is the first argument without {@code --}, or serves.
	 * @param args the question and Spring Boot's options
	 */
	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(SampleApplication.class);
		application.setBannerMode(Banner.Mode.OFF);
		ConfigurableApplicationContext context = application.run(args);
		Program program = context.getBeanProvider(Program.class).getIfAvailable();
		if (program == null) {
			// Threads of its servers keep the process alive
			return;
		}
		int exitCode;
		// The question is asked when the workers are ready for peers, which they are now.
		try (context) {
			exitCode = program.run();
		}
		System.exit(exitCode);
	}

}
