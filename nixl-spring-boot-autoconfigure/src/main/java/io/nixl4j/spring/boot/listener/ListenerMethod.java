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

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import io.nixl4j.NixlAgent;
import io.nixl4j.Notification;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * A method of a bean, and what its parameters are to be.
 */
final class ListenerMethod {

	private final Object bean;

	private final Method method;

	private final List<Argument> arguments;

	private ListenerMethod(Object bean, Method method, List<Argument> arguments) {
		this.bean = bean;
		this.method = method;
		this.arguments = arguments;
	}

	/**
	 * Checks a method.
	 * @param bean the bean, perhaps a proxy
	 * @param method the annotated method of its class
	 * @return the method, ready to be called
	 * @throws FailureAnalyzedException if it cannot be called with notifications
	 */
	static ListenerMethod of(Object bean, Method method) {
		if (method.getReturnType() != void.class) {
			throw failure(method, "returns something, which nobody gets",
					"Make it a void method; to answer, send a" + " notification: agent.connect(sender).notify(..).",
					null);
		}
		Method callable;
		try {
			callable = AopUtils.selectInvocableMethod(method, bean.getClass());
		}
		catch (IllegalStateException ex) {
			throw failure(method, "cannot be called on its proxy", "Make it public, and declare it in an interface of"
					+ " the bean where that is proxied by its interfaces.", ex);
		}
		List<Argument> arguments = new ArrayList<>();
		// Of the method itself: a proxy's has no annotations.
		for (Parameter parameter : method.getParameters()) {
			arguments.add(argument(method, parameter, arguments.size() + 1));
		}
		ReflectionUtils.makeAccessible(callable);
		return new ListenerMethod(bean, callable, List.copyOf(arguments));
	}

	private static Argument argument(Method method, Parameter parameter, int number) {
		Class<?> type = parameter.getType();
		boolean isSender = parameter.isAnnotationPresent(NotificationSender.class);
		if (isSender && type == String.class) {
			return (notification, agent) -> notification.engineId();
		}
		if (!isSender && type == Notification.class) {
			return (notification, agent) -> notification;
		}
		if (!isSender && type == byte[].class) {
			return (notification, agent) -> notification.payload();
		}
		if (!isSender && type == String.class) {
			return (notification, agent) -> notification.text();
		}
		if (!isSender && type == ByteBuffer.class) {
			return (notification, agent) -> ByteBuffer.wrap(notification.payload()).asReadOnlyBuffer();
		}
		if (!isSender && type == NixlAgent.class) {
			return (notification, agent) -> agent;
		}
		throw failure(method,
				"has a parameter that nothing of a notification fits: number " + number + ", "
						+ (isSender ? "@NotificationSender " : "") + ClassUtils.getShortName(type),
				"Take the payload as byte[], String or ByteBuffer, the sender's engine id as @NotificationSender"
						+ " String, all of it as Notification, or the agent as NixlAgent.",
				null);
	}

	private static FailureAnalyzedException failure(Method method, String fault, String cure,
			@Nullable Exception cause) {
		String description = "@NixlNotificationListener method " + name(method) + " " + fault + ".";
		return (cause != null) ? new FailureAnalyzedException(description, cure, cause)
				: new FailureAnalyzedException(description, cure);
	}

	private static String name(Method method) {
		return ClassUtils.getQualifiedMethodName(method);
	}

	/**
	 * Calls the method.
	 * @param notification what to call it with
	 * @param agent who got it
	 * @throws Throwable what the method throws
	 */
	void call(Notification notification, NixlAgent agent) throws Throwable {
		Object[] values = this.arguments.stream().map((argument) -> argument.of(notification, agent)).toArray();
		try {
			this.method.invoke(this.bean, values);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	@Override
	public String toString() {
		return name(this.method);
	}

	/**
	 * What a parameter is to be.
	 */
	@FunctionalInterface
	private interface Argument {

		Object of(Notification notification, NixlAgent agent);

	}

}
