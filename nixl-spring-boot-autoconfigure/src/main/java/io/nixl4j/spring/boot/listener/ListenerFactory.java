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

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;

import io.nixl4j.NixlAgent;
import io.nixl4j.Notification;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.util.StringUtils;
import org.springframework.util.StringValueResolver;

/**
 * Makes listeners of annotated methods: reads the annotation, finds the agent, and says
 * what is wrong.
 */
final class ListenerFactory {

	private static final Logger logger = LoggerFactory.getLogger(NixlNotificationListener.class);

	private final Map<String, AgentNotifications> agents = new ConcurrentHashMap<>();

	private final ListableBeanFactory beans;

	private final StringValueResolver values;

	private final NixlListenerProperties properties;

	private final Function<String, ThreadFactory> threads;

	/**
	 * Makes a factory.
	 * @param beans where agents, error handlers and customizers are
	 * @param values resolves placeholders
	 * @param properties what holds where an annotation says nothing
	 * @param threads makes threads, by a prefix of their names
	 */
	ListenerFactory(ListableBeanFactory beans, StringValueResolver values, NixlListenerProperties properties,
			Function<String, ThreadFactory> threads) {
		this.beans = beans;
		this.values = values;
		this.properties = properties;
		this.threads = threads;
	}

	ListenerContainer create(String beanName, Object bean, Method method, NixlNotificationListener annotation) {
		ListenerMethod target = ListenerMethod.of(bean, method);
		String id = resolved(annotation.id());
		if (!StringUtils.hasText(id)) {
			id = beanName + "." + method.getName();
		}
		List<String> senders = Arrays.stream(annotation.from()).map(this::resolved).toList();
		NotificationFilter filter = NotificationFilter.of(resolved(annotation.prefix()), senders);
		return new ListenerContainer(id, target, filter, notifications(target, resolved(annotation.agent())),
				options(id, target, annotation));
	}

	private AgentNotifications notifications(ListenerMethod method, String name) {
		String beanName = StringUtils.hasText(name) ? name : onlyAgent(method);
		if (!this.beans.containsBean(beanName) || !this.beans.isTypeMatch(beanName, NixlAgent.class)) {
			throw failure(method, "names the agent '" + beanName + "', which is not a NixlAgent bean",
					"Name one of the beans " + agentNames() + " by the attribute 'agent'.", null);
		}
		NixlAgent agent = this.beans.getBean(beanName, NixlAgent.class);
		return this.agents.computeIfAbsent(beanName, (key) -> new AgentNotifications(key, agent));
	}

	private String onlyAgent(ListenerMethod method) {
		try {
			NixlAgent only = this.beans.getBean(NixlAgent.class);
			return agentNames().stream()
				.filter((name) -> this.beans.getBean(name) == only)
				.findFirst()
				.orElseThrow(() -> new IllegalStateException("The agent's bean has no name"));
		}
		catch (NoUniqueBeanDefinitionException ex) {
			throw failure(method, "does not say whose notifications it takes, and there are several agents",
					"Name one of the beans " + agentNames()
							+ " by the attribute 'agent', or make one of them @Primary.",
					ex);
		}
	}

	private List<String> agentNames() {
		return List.of(this.beans.getBeanNamesForType(NixlAgent.class));
	}

	private NixlListenerOptions options(String id, ListenerMethod method, NixlNotificationListener annotation) {
		int concurrency = number(method, "concurrency", annotation.concurrency(), this.properties.concurrency());
		int capacity = number(method, "queueCapacity", annotation.queueCapacity(), this.properties.queueCapacity());
		boolean auto = flag(method, "autoStartup", annotation.autoStartup(), this.properties.autoStartup());
		NixlListenerOptions options;
		try {
			options = new NixlListenerOptions(concurrency, capacity, auto, this.properties.stopTimeout(),
					errorHandler(method, resolved(annotation.errorHandler())),
					this.threads.apply("nixl-listener-" + id + "-"));
		}
		catch (IllegalArgumentException ex) {
			throw failure(method, "is set up wrongly: " + ex.getMessage(), "Change the attribute of the annotation, or "
					+ NixlListenerProperties.PREFIX + "." + String.valueOf(ex.getMessage()).split(" ", 2)[0] + ".", ex);
		}
		for (NixlListenerCustomizer customizer : this.beans.getBeanProvider(NixlListenerCustomizer.class)
			.orderedStream()
			.toList()) {
			options = customizer.customize(id, options);
		}
		return options;
	}

	private NixlNotificationErrorHandler errorHandler(ListenerMethod method, String name) {
		if (!StringUtils.hasText(name)) {
			NixlNotificationErrorHandler only = this.beans.getBeanProvider(NixlNotificationErrorHandler.class)
				.getIfUnique();
			return (only != null) ? only : ListenerFactory::log;
		}
		try {
			return this.beans.getBean(name, NixlNotificationErrorHandler.class);
		}
		catch (BeansException ex) {
			throw failure(method, "names the error handler '" + name + "', which cannot be had: " + ex.getMessage(),
					"Name a NixlNotificationErrorHandler bean by the attribute 'errorHandler'.", ex);
		}
	}

	private static void log(Throwable failure, Notification notification, String id) {
		logger.error("Listener {} failed on a notification of engine {} with {} bytes", id, notification.engineId(),
				notification.payload().length, failure);
	}

	private int number(ListenerMethod method, String attribute, String text, int otherwise) {
		String value = resolved(text);
		try {
			return StringUtils.hasText(value) ? Integer.parseInt(value.strip()) : otherwise;
		}
		catch (NumberFormatException ex) {
			throw failure(method, "has an attribute '" + attribute + "' that is no number: '" + value + "'",
					"Change the attribute, or what its placeholder stands for.", ex);
		}
	}

	private boolean flag(ListenerMethod method, String attribute, String text, boolean otherwise) {
		String value = resolved(text);
		if (!StringUtils.hasText(value)) {
			return otherwise;
		}
		return switch (value.strip()) {
			case "true" -> true;
			case "false" -> false;
			default -> throw failure(method,
					"has an attribute '" + attribute + "' that is neither true nor false: '" + value + "'",
					"Change the attribute, or what its placeholder stands for.", null);
		};
	}

	private String resolved(String text) {
		String value = this.values.resolveStringValue(text);
		return (value != null) ? value : "";
	}

	private static FailureAnalyzedException failure(ListenerMethod method, String fault, String cure,
			@Nullable Exception cause) {
		String description = "@NixlNotificationListener method " + method + " " + fault + ".";
		return (cause != null) ? new FailureAnalyzedException(description, cure, cause)
				: new FailureAnalyzedException(description, cure);
	}

}
