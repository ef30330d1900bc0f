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

import java.time.Duration;
import java.util.Set;

import io.nixl4j.NixlAgent;
import io.nixl4j.TcpOptions;
import io.nixl4j.Timeouts;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;

/**
 * The target of an attack as a process: with a secret, a region for its real peer and one
 * for everybody. It ends when its standard input does.
 */
final class AttackedTarget {

	/** Its engine id. */
	static final String ENGINE = "fortress";

	/** What its peers must know. */
	static final String SECRET = "what the attacker knows too";

	/** The region that the attacker aims at. */
	static final String AIM = "aim";

	/** The region of the real peer, of which nobody else is told. */
	static final String REAL = "real";

	private AttackedTarget() {
	}

	/**
	 * Runs the target.
	 * @param arguments the length of the real peer's region and its engine id
	 * @throws Exception if it fails
	 */
	public static void main(String[] arguments) throws Exception {
		try (NixlAgent agent = NixlAgent.builder()
			.name(ENGINE)
			.tcp(TcpOptions.defaults().withSecret(SECRET))
			.timeouts(Timeouts.defaults().withTransfer(Duration.ofSeconds(60)))
			.build()) {
			agent.allocate(AIM, 1 << 16, MemoryType.DRAM, Permissions.READ_WRITE);
			MemoryRegion real = agent.allocate(Long.parseLong(arguments[0]),
					RegionOptions.of(REAL).withGrantTo(Set.of(arguments[1])));
			agent.start();
			agent.publish();
			System.out.println("port " + agent.port());
			while (System.in.read() >= 0) {
				// Only the end matters.
			}
			System.out.println("real " + Sha256.of(real, 0, real.length()));
		}
		System.out.println("closed");
	}

}
