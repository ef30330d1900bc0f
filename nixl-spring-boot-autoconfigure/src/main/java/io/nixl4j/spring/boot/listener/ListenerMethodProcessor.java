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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Finds {@link NixlNotificationListener} methods of beans, and has listeners made of them
 * when all singletons are there; of later beans at once.
 */
final class ListenerMethodProcessor implements BeanPostProcessor, SmartInitializingSingleton, Ordered {

	private final BeanFactory beans;

	private final Set<Class<?>> without = ConcurrentHashMap.newKeySet();

	/** Until all singletons are there; guarded by this. */
	private @Nullable List<Runnable> waiting = new ArrayList<>();

	ListenerMethodProcessor(BeanFactory beans) {
		this.beans = beans;
	}

	@Override
	public int getOrder() {
		// After proxies were made.
		return LOWEST_PRECEDENCE;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		Class<?> type = AopUtils.getTargetClass(bean);
		if (!this.without.contains(type)) {
			Map<Method, NixlNotificationListener> methods = methods(type);
			if (methods.isEmpty()) {
				this.without.add(type);
			}
			else {
				checkScope(type, beanName);
				methods.forEach((method, annotation) -> whenReady(() -> register(beanName, bean, method, annotation)));
			}
		}
		return bean;
	}

	/**
	 * Finds the annotated methods of a class.
	 * @param type the class
	 * @return the methods with their annotations
	 */
	static Map<Method, NixlNotificationListener> methods(Class<?> type) {
		if (!AnnotationUtils.isCandidateClass(type, NixlNotificationListener.class)) {
			return Map.of();
		}
		return MethodIntrospector.selectMethods(type,
				(MethodIntrospector.MetadataLookup<NixlNotificationListener>) (method) -> AnnotatedElementUtils
					.findMergedAnnotation(method, NixlNotificationListener.class));
	}

	private void checkScope(Class<?> type, String beanName) {
		if (this.beans.containsBean(beanName) && !this.beans.isSingleton(beanName)) {
			throw new FailureAnalyzedException(
					"Bean '%s' (%s) has @NixlNotificationListener methods and is not a singleton: its listeners would"
						.formatted(beanName, type.getName()) + " never end.",
					"Make the bean a singleton, or move the methods to one.");
		}
	}

	private void whenReady(Runnable registration) {
		synchronized (this) {
			if (this.waiting != null) {
				this.waiting.add(registration);
				return;
			}
		}
		registration.run();
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<Runnable> found;
		synchronized (this) {
			found = (this.waiting != null) ? this.waiting : List.of();
			this.waiting = null;
		}
		found.forEach(Runnable::run);
	}

	private void register(String beanName, Object bean, Method method, NixlNotificationListener annotation) {
		ListenerFactory factory = this.beans.getBean(ListenerFactory.class);
		this.beans.getBean(NixlNotificationListenerRegistry.class)
			.register(factory.create(beanName, bean, method, annotation));
	}

}
