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

/**
 * The process that transfers and takes the time. Commands:
 * {@code open nixl4j HOST PORTS SETTING}, {@code open sockets HOST PORT BUFFER CHUNK},
 * {@code open grpc HOST PORT}, answered by {@code ok ID}; {@code run ID OP SHAPE NANOS},
 * answered by a {@link Sample}; {@code close ID}.
 */
final class Initiator extends Commands {

	private final String host;

	private final ByteBuffer memory;

	private Initiator(String host, int bytes) {
		this.host = host;
		this.memory = memory(bytes);
	}

	/**
	 * Runs the initiator.
	 * @param args this end's address and the bytes of memory
	 * @throws IOException if commands cannot be read
	 */
	public static void main(String[] args) throws IOException {
		new Initiator(args[0], Integer.parseInt(args[1])).serve(System.out);
	}

	@Override
	String answer(String[] words) throws Exception {
		return switch (words[0]) {
			case "open" -> OK + " " + keep(open(words[1], Endpoints.parse(words[2], words[3]), words));
			case "run" ->
				contender(words[1]).run(Op.of(words[2]), Shape.parse(words[3]), Long.parseLong(words[4])).line();
			default -> FAIL + "unknown: " + words[0];
		};
	}

	private Contender contender(String id) {
		if (kept(Integer.parseInt(id)) instanceof Contender contender) {
			return contender;
		}
		throw new IllegalArgumentException("no contender " + id);
	}

	private Contender open(String kind, Endpoints targets, String[] words) throws IOException {
		return switch (kind) {
			case "sockets" -> new SocketPeer(targets.host(), targets.ports()[0],
					SocketOptions.parse(words[4], words[5]), this.memory);
			case "grpc" -> new GrpcPeer(targets.host(), targets.ports()[0], this.memory);
			case "nixl4j" -> nixl4j(Target.setting(words[4]), targets);
			default -> throw new IllegalArgumentException("no contender " + kind);
		};
	}

	private Contender nixl4j(Setting setting, Endpoints targets) {
		if (setting.busy()) {
			return new BusyContender(setting, this.host, targets, this.memory);
		}
		if (setting.initiators() > 1) {
			return new FairShareContender(setting, this.host, targets, this.memory);
		}
		return new NixlContender("initiator-of-" + targets.ports()[0], setting, this.host, targets, this.memory);
	}

}
