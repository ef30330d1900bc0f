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

import io.nixl4j.serving.WorkerOptions;

/**
 * Changes the options of the auto-configured workers, after the configuration was applied
 * to them. Beans of this type are called in their order.
 */
@FunctionalInterface
public interface NixlWorkerOptionsCustomizer {

	/**
	 * Changes options.
	 * @param role whose options they are: the prefill or the decode worker's
	 * @param options what holds without this customizer
	 * @return what is to hold
	 */
	WorkerOptions customize(NixlServingRole role, WorkerOptions options);

}
