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
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.NixlRefusedException;

import org.springframework.boot.diagnostics.FailureAnalyzedException;

/**
 * Starts and publishes an agent, and makes a report of its failure that names key and
 * cure.
 */
final class AgentStart {

	private AgentStart() {
	}

	static void start(String beanName, NixlAgent agent) {
		try {
			agent.start();
		}
		catch (NixlException ex) {
			throw failure(beanName, agent, ex, cure(ex.error()));
		}
		catch (IllegalArgumentException ex) {
			throw failure(beanName, agent, ex, "Change " + key("agent-name") + " or " + key("engine-id")
					+ ", or what the agent's builder was told.");
		}
	}

	static void publish(NixlAgent agent) {
		try {
			agent.publish();
		}
		catch (NixlRefusedException ex) {
			throw new FailureAnalyzedException(
					"Agent '%s' cannot be published: %s.".formatted(agent.name(), ex.getMessage()),
					cure(ex.error()) + " Agents that are to know nothing of each other have different values of "
							+ key("namespace") + ".",
					ex);
		}
	}

	private static FailureAnalyzedException failure(String beanName, NixlAgent agent, RuntimeException cause,
			String cure) {
		return new FailureAnalyzedException(
				"Agent '%s' (bean '%s') cannot start: %s.".formatted(agent.name(), beanName, cause.getMessage()), cure,
				cause);
	}

	private static String cure(NixlError error) {
		return switch (error) {
			case ADDRESS_IN_USE -> "Stop what listens there, or set " + key("tcp.port")
					+ " to another port, or to 0 for a free one. If the agent was built by the application,"
					+ " change the port that its builder was told.";
			case REFUSED -> "Give each agent an engine id of its own: by " + key("engine-id")
					+ ", or by engineId(..) of its builder.";
			case UNSUPPORTED -> "Set " + key("transport") + " to 'auto', or see above why its routes do not work.";
			default -> "Set " + key("tcp.bind-address") + " to an address of this host, such as 127.0.0.1 or 0.0.0.0,"
					+ " and " + key("tcp.port") + " to a port that this user may listen on.";
		};
	}

	private static String key(String key) {
		return NixlProperties.PREFIX + "." + key;
	}

}
