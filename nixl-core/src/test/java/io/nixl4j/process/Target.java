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

package io.nixl4j.process;

import java.nio.charset.StandardCharsets;

import io.nixl4j.NixlAgent;
import io.nixl4j.Notification;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;

/**
 * The target as a process: one region that peers may read and write, filled with a
 * pattern. To a notification that names a range it answers with that range's SHA-256. It
 * ends when its standard input does.
 */
final class Target {

	/** Its engine id. */
	static final String ENGINE = "target";

	/** Its region's name. */
	static final String REGION = "kv";

	private static final int PIECE = 1 << 28;

	private Target() {
	}

	/**
	 * Runs the target.
	 * @param arguments the region's length, the pattern's seed, and its engine id if that
	 * is another one
	 * @throws Exception if it fails
	 */
	public static void main(String[] arguments) throws Exception {
		long length = Long.parseLong(arguments[0]);
		Pattern pattern = new Pattern(Long.parseLong(arguments[1]));
		String engine = (arguments.length > 2) ? arguments[2] : ENGINE;
		try (NixlAgent agent = NixlAgent.builder().name(engine).build()) {
			MemoryRegion region = agent.allocate(REGION, length, MemoryType.DRAM, Permissions.READ_WRITE);
			for (long offset = 0; offset < length; offset += PIECE) {
				pattern.fill(region.buffer(offset, (int) Math.min(PIECE, length - offset)), offset);
			}
			agent.onNotification((question) -> answer(agent, region, question));
			agent.start();
			agent.publish();
			System.out.println("port " + agent.port());
			while (System.in.read() >= 0) {
				// Only the end matters.
			}
		}
		System.out.println("closed");
	}

	private static void answer(NixlAgent agent, MemoryRegion region, Notification question) {
		String[] range = question.text().split(" ");
		String hash = Sha256.of(region, Long.parseLong(range[0]), Long.parseLong(range[1]));
		agent.peer(question.engineId()).orElseThrow().notify(hash.getBytes(StandardCharsets.UTF_8));
	}

}
