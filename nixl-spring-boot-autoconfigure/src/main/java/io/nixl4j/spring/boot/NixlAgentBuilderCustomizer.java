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

import io.nixl4j.NixlAgentBuilder;

/**
 * Changes every {@link NixlAgentBuilder} that the application gets, after the
 * configuration was applied to it. Beans of this type are called in their order. The name
 * and engine id of the auto-configured agent and its port are set afterwards, where they
 * are configured.
 */
@FunctionalInterface
public interface NixlAgentBuilderCustomizer {

	/**
	 * Changes a builder.
	 * @param builder the builder; it is used once
	 */
	void customize(NixlAgentBuilder builder);

}
