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

package io.nixl4j.sample;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The agents of a process that does everything. Where there is one role the starter's
 * agent has it, which is called what the configuration calls it.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnRole(SampleRole.ALL)
class AgentConfiguration {

	/** The engine id of the router beside its workers. */
	static final String ROUTER = "router-1";

	/** The engine id of the prefill worker beside its router. */
	static final String PREFILL = "prefill-1";

	/** The engine id of the decode worker beside its router. */
	static final String DECODE = "decode-1";

	@Bean
	NixlAgent prefillAgent(NixlAgentBuilder builder) {
		return builder.name(PREFILL).engineId(PREFILL).build();
	}

	@Bean
	NixlAgent decodeAgent(NixlAgentBuilder builder) {
		return builder.name(DECODE).engineId(DECODE).build();
	}

	@Bean
	NixlAgent routerAgent(NixlAgentBuilder builder) {
		return builder.name(ROUTER).engineId(ROUTER).build();
	}

}
