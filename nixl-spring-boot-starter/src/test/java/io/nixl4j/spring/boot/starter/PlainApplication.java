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

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

/**
 * An application that knows nothing of agents, so that it runs with and without them. It
 * says when it is ready, in the way that the tests read.
 */
@SpringBootApplication
public class PlainApplication {

	static final String READY = "The application is ready";

	/**
	 * Starts the application.
	 * @param arguments keys and values
	 */
	public static void main(String[] arguments) {
		SpringApplication.run(PlainApplication.class, arguments);
	}

	@EventListener
	void ready(ApplicationReadyEvent event) {
		System.out.println(READY);
	}

}
