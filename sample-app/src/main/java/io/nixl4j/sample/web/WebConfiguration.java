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

package io.nixl4j.sample.web;

import java.util.Locale;

import io.nixl4j.kv.KvLayout;
import io.nixl4j.sample.ConditionalOnRole;
import io.nixl4j.sample.SampleProperties;
import io.nixl4j.sample.SampleRole;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;

/**
 * What the web server needs besides its components.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class WebConfiguration {

	@Bean
	@ConditionalOnRole(SampleRole.ROUTER)
	ModelCard modelCard(SampleProperties properties) {
		return ModelCard.of(properties);
	}

	@Bean
	@ConditionalOnRole(SampleRole.ROUTER)
	TransferBoard transferBoard(KvLayout layout, SampleProperties properties) {
		return new TransferBoard(layout, properties.transferMode());
	}

	/** Says where to look, when the workers are ready. */
	@Bean
	ApplicationListener<ApplicationReadyEvent> announcement(SampleProperties properties) {
		return (ready) -> {
			Environment environment = ready.getApplicationContext().getEnvironment();
			String server = "http://" + environment.getRequiredProperty("server.address") + ":"
					+ environment.getRequiredProperty("local.server.port");
			String role = properties.role().name().toLowerCase(Locale.ROOT);
			String mode = properties.transferMode().name().toLowerCase(Locale.ROOT);
			System.out.println(switch (properties.role()) {
				case ALL -> "Serving " + server + " by " + mode + "; Ctrl-C ends it";
				case ROUTER -> "Serving " + server + "; Ctrl-C ends it";
				case PREFILL, DECODE -> "Serving as " + role + " worker by " + mode + ", health at " + server
						+ "/actuator/health; Ctrl-C ends it";
			});
		};
	}

	/** Threads of its own: the common ones end with the first server that is closed. */
	@Bean
	ReactorResourceFactory reactorResourceFactory() {
		ReactorResourceFactory resources = new ReactorResourceFactory();
		resources.setUseGlobalResources(false);
		return resources;
	}

}
