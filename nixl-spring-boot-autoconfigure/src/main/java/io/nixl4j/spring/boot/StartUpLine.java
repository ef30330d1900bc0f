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

import java.util.function.Function;

import io.nixl4j.NixlAgent;
import io.nixl4j.metadata.NixlMetadataStore;

import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * What one line of the log says of an agent that has started.
 *
 * @param properties the configuration
 * @param routes the routes that were chosen
 * @param store where agents publish
 */
record StartUpLine(NixlProperties properties, RouteSelection routes,
		NixlMetadataStore store) implements Function<NixlAgent, String> {

	@Override
	public String apply(NixlAgent agent) {
		StringBuilder line = new StringBuilder();
		line.append("Started agent ").append(agent.name());
		line.append(" of engine ").append(agent.engineId());
		line.append(" with routes ").append(agent.routes());
		line.append(", metadata store ").append(ClassUtils.getUserClass(this.store).getSimpleName());
		line.append((agent.port() > 0) ? ", port " + agent.port() : ", no port");
		String rdmaInterface = this.properties.rdmaInterface();
		if (StringUtils.hasText(rdmaInterface)) {
			line.append(", RDMA interface ").append(rdmaInterface);
			line.append(this.routes.nativeThere() ? "" : " (not used: no native route)");
		}
		return line.toString();
	}

}
