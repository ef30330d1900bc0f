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

package io.nixl4j.spring.boot.etcd;

import java.util.List;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Holds where endpoints are given, however the list is written.
 */
final class OnEtcdEndpointsCondition extends SpringBootCondition {

	private static final String KEY = EtcdProperties.PREFIX + ".endpoints";

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		List<String> endpoints = Binder.get(context.getEnvironment())
			.bind(KEY, Bindable.listOf(String.class))
			.orElseGet(List::of);
		ConditionMessage.Builder message = ConditionMessage.forCondition("Etcd endpoints");
		return endpoints.isEmpty() ? ConditionOutcome.noMatch(message.because(KEY + " is empty"))
				: ConditionOutcome.match(message.because(KEY + " is set"));
	}

}
