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

package io.nixl4j.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import io.nixl4j.NixlAgent;

/**
 * The process that is written to and read from. Commands: {@code agent SETTING},
 * {@code sockets BUFFER CHUNK}, {@code grpc}, {@code close ID}; answers:
 * {@code ok ID PORTS}.
 */
final class Target extends Commands {

	/** Stands for the default setting, whose label is empty. */
	static final String NO_SETTING = "default";

	private final String host;

	private final ByteBuffer memory;

	private Target(String host, int bytes) {
		this.host = host;
		this.memory = memory(bytes);
	}

	/**
	 * Runs the target.
	 * @param args the address to listen on and the bytes of memory
	 * @throws IOException if commands cannot be read
	 */
	public static void main(String[] args) throws IOException {
		new Target(args[0], Integer.parseInt(args[1])).serve(System.out);
	}

	@Override
	String answer(String[] words) throws IOException {
		return switch (words[0]) {
			case "agent" -> agents(setting(words[1]));
			case "sockets" -> {
				SocketService service = new SocketService(this.host, SocketOptions.parse(words[1], words[2]),
						this.memory);
				yield OK + " " + keep(service) + " " + service.port();
			}
			case "grpc" -> {
				GrpcService service = new GrpcService(this.host, this.memory);
				yield OK + " " + keep(service) + " " + service.port();
			}
			default -> FAIL + "unknown: " + words[0];
		};
	}

	static Setting setting(String word) {
		return word.equals(NO_SETTING) ? Setting.DEFAULT : Setting.parse(word);
	}

	private String agents(Setting setting) {
		List<NixlAgent> agents = new ArrayList<>();
		int id = keep(() -> agents.forEach(NixlAgent::close));
		int[] ports = new int[setting.peers()];
		for (int i = 0; i < ports.length; i++) {
			NixlAgent agent = BenchAgents.agent("target-" + id + "-" + i, setting, this.host, setting.targetsMode());
			agents.add(agent);
			BenchAgents.register(agent, setting, this.memory);
			agent.start();
			agent.publish();
			ports[i] = agent.port();
		}
		return OK + " " + id + " " + Endpoints.words(ports);
	}

}
