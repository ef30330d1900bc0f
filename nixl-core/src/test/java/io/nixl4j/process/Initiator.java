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

import java.io.IOException;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RemoteRegion;

/**
 * The initiator as a process: writes and reads a region of the target again and again,
 * with a notification behind each WRITE, until it is killed.
 */
final class Initiator {

	/** Its engine id. */
	static final String ENGINE = "initiator";

	private Initiator() {
	}

	/**
	 * Runs the initiator.
	 * @param arguments the target's port
	 * @throws Exception if it fails
	 */
	public static void main(String[] arguments) throws Exception {
		Thread end = new Thread(Initiator::endWithInput);
		end.setDaemon(true);
		end.start();
		try (NixlAgent agent = NixlAgent.builder().name(ENGINE).build()) {
			agent.start();
			NixlPeer peer = agent.connect("127.0.0.1", Integer.parseInt(arguments[0]));
			RemoteRegion remote = peer.region(Target.REGION);
			MemoryRegion local = agent.allocate(remote.length(), RegionOptions.of("local"));
			while (true) {
				peer.write(local.all(), remote.all()).notification("written").submit();
				peer.read(local.all(), remote.all()).submit().await();
			}
		}
	}

	private static void endWithInput() {
		try {
			while (System.in.read() >= 0) {
				// Only the end matters.
			}
		}
		catch (IOException ex) {
			// As its end.
		}
		Runtime.getRuntime().halt(1);
	}

}
