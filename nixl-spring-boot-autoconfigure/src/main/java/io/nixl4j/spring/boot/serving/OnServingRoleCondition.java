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

package io.nixl4j.spring.boot.serving;

import java.util.Arrays;
import java.util.Set;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * Looks at the roles.
 */
final class OnServingRoleCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		MergedAnnotation<ConditionalOnServingRole> annotation = metadata.getAnnotations()
			.get(ConditionalOnServingRole.class);
		NixlServingRole[] wanted = annotation.getEnumArray("value", NixlServingRole.class);
		boolean ofItsOwn = annotation.getBoolean("withAgentOfItsOwn");
		Set<NixlServingRole> roles = roles(context.getEnvironment());
		ConditionMessage.Builder message = ConditionMessage.forCondition(ConditionalOnServingRole.class);
		boolean has = (wanted.length == 0) ? !roles.isEmpty() : Arrays.stream(wanted).anyMatch(roles::contains);
		if (!has) {
			return ConditionOutcome.noMatch(message.because("the roles are " + roles));
		}
		if (ofItsOwn && (roles.size() == 1 || hasAgent(context.getEnvironment(), wanted[0]))) {
			return ConditionOutcome.noMatch(message.because("the role has an agent"));
		}
		return ConditionOutcome.match(message.because("the roles are " + roles));
	}

	private static Set<NixlServingRole> roles(Environment environment) {
		return Binder.get(environment)
			.bind(NixlServingProperties.PREFIX + ".roles", Bindable.setOf(NixlServingRole.class))
			.orElseGet(Set::of);
	}

	private static boolean hasAgent(Environment environment, NixlServingRole role) {
		return Binder.get(environment)
			.bind(NixlServingProperties.PREFIX + "." + role.key() + ".agent", String.class)
			.map(StringUtils::hasText)
			.orElse(false);
	}

}
