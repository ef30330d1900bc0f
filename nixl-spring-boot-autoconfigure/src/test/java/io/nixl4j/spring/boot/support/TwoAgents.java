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

package io.nixl4j.spring.boot.support;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.NixlPeer;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Two agents that meet over sockets.
 */
@Configuration(proxyBeanMethods = false)
public class TwoAgents {

	/**
	 * Makes a runner with these agents.
	 * @param autoConfigurations further auto-configurations
	 * @return the runner
	 */
	public static ApplicationContextRunner runner(Class<?>... autoConfigurations) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(io.nixl4j.spring.boot.NixlAgentAutoConfiguration.class,
					io.nixl4j.spring.boot.NixlLifecycleAutoConfiguration.class,
					io.nixl4j.spring.boot.NixlMetadataStoreAutoConfiguration.class,
					io.nixl4j.spring.boot.NixlRouteAutoConfiguration.class))
			.withConfiguration(AutoConfigurations.of(autoConfigurations))
			.withPropertyValues("data-plane.nixl.transport=tcp", "data-plane.nixl.tuning.completion-mode=event")
			.withUserConfiguration(TwoAgents.class);
	}

	@Bean
	NixlAgent left(NixlAgentBuilder builder) {
		return builder.name("left").build();
	}

	@Bean
	NixlAgent right(NixlAgentBuilder builder) {
		return builder.name("right").build();
	}

	/**
	 * Lets peers in.
	 * @param context the application
	 */
	public static void ready(ApplicationContext context) {
		AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
	}

	/**
	 * Connects the two.
	 * @param context the application, which is ready
	 * @return what {@code left} sees of {@code right}
	 */
	public static NixlPeer connect(ApplicationContext context) {
		return context.getBean("left", NixlAgent.class).connect("right");
	}

}
