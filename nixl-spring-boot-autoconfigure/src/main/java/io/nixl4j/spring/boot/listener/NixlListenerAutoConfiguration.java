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

package io.nixl4j.spring.boot.listener;

import java.util.concurrent.ThreadFactory;
import java.util.function.Function;

import io.nixl4j.NixlAgent;
import io.nixl4j.spring.boot.NixlAgentAutoConfiguration;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Auto-configuration of {@link NixlNotificationListener} methods.
 */
@AutoConfiguration(after = NixlAgentAutoConfiguration.class)
@ConditionalOnClass(NixlAgent.class)
@ConditionalOnBean(NixlAgent.class)
@ConditionalOnBooleanProperty(name = "data-plane.nixl.enabled", matchIfMissing = true)
@EnableConfigurationProperties(NixlListenerProperties.class)
public final class NixlListenerAutoConfiguration {

	@Bean
	static ListenerMethodProcessor nixlListenerMethodProcessor(BeanFactory beans) {
		return new ListenerMethodProcessor(beans);
	}

	/** Nobody asks for a bean whose methods are called from outside. */
	@Bean
	static LazyInitializationExcludeFilter nixlListenerLazyInitializationExcludeFilter() {
		return (name, definition, type) -> !ListenerMethodProcessor.methods(type).isEmpty();
	}

	@Bean
	NixlNotificationListenerRegistry nixlNotificationListenerRegistry() {
		return new NixlNotificationListenerRegistry();
	}

	@Bean
	ListenerFactory nixlListenerFactory(ConfigurableListableBeanFactory beans, NixlListenerProperties properties,
			Environment environment) {
		return new ListenerFactory(beans, new EmbeddedValueResolver(beans), properties,
				threads(Threading.VIRTUAL.isActive(environment)));
	}

	private static Function<String, ThreadFactory> threads(boolean virtual) {
		return virtual ? (prefix) -> new VirtualThreadTaskExecutor(prefix).getVirtualThreadFactory()
				: NixlListenerAutoConfiguration::daemons;
	}

	/** The application's life is not theirs to decide. */
	private static ThreadFactory daemons(String prefix) {
		CustomizableThreadFactory factory = new CustomizableThreadFactory(prefix);
		factory.setDaemon(true);
		return factory;
	}

}
