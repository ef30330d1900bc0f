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

package io.nixl4j.spring.boot;

import io.nixl4j.NixlAgent;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.ClassUtils;

/**
 * Auto-configuration of the warning about keys that are not known.
 */
@AutoConfiguration
@ConditionalOnClass(NixlAgent.class)
@ConditionalOnBooleanProperty(name = "data-plane.nixl.enabled", matchIfMissing = true)
public final class NixlUnknownKeysAutoConfiguration {

	private static final String SERVING = "io.nixl4j.serving.Router";

	@Bean
	UnknownKeys nixlUnknownKeys(Environment environment, ResourceLoader classes) {
		return new UnknownKeys(environment, ClassUtils.isPresent(SERVING, classes.getClassLoader()));
	}

}
