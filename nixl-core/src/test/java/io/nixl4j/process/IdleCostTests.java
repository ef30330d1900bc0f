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
import java.util.List;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.RegionOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What two connected agents cost that have nothing to do.
 */
@Tag("all")
@EnabledOnOs(value = OS.LINUX, disabledReason = "Processor times of other processes are read from /proc")
class IdleCostTests {

	private static final Duration WINDOW = Duration.ofSeconds(6);

	/** A process that has just worked may still compile and collect garbage. */
	private static final int WINDOWS = 5;

	private static final long LENGTH = 1 << 20;

	@Test
	void anIdleApplicationUsesLessThanAHundredthOfACore() throws Exception {
		try (Child target = Child.start(List.of("-Xmx64m"), Target.class, LENGTH, 1);
				Child initiator = Child.start(List.of("-Xmx64m"), Initiator.class, target.expect("port"))) {
			initiator.expect("idle");
			assertThat(quietest(initiator, target)).as("milliseconds of processor time in %s", WINDOW)
				.allMatch((millis) -> millis * 100 < WINDOW.toMillis());
			initiator.end();
			target.end();
		}
	}

	/** The least that each used in a window: what is not idle is seen in all of them. */
	private static List<Long> quietest(Child initiator, Child target) throws InterruptedException {
		long least = WINDOW.toMillis();
		long targetsLeast = WINDOW.toMillis();
		for (int i = 0; i < WINDOWS && Math.max(least, targetsLeast) * 100 >= WINDOW.toMillis(); i++) {
			Duration before = initiator.processorTime();
			Duration targetBefore = target.processorTime();
			initiator.livesOn(WINDOW);
			least = Math.min(least, initiator.processorTime().minus(before).toMillis());
			targetsLeast = Math.min(targetsLeast, target.processorTime().minus(targetBefore).toMillis());
		}
		return List.of(least, targetsLeast);
	}

	/**
	 * Connects, transfers, and then does nothing.
	 */
	static final class Initiator {

		private static final int TRANSFERS = 500;

		private Initiator() {
		}

		public static void main(String[] arguments) throws Exception {
			try (NixlAgent agent = NixlAgent.builder().name("initiator").build()) {
				MemoryRegion local = agent.allocate(LENGTH, RegionOptions.of("local"));
				agent.start();
				NixlPeer peer = agent.connect("127.0.0.1", Integer.parseInt(arguments[0]));
				for (int i = 0; i < TRANSFERS; i++) {
					peer.write(local.all(), peer.region(Target.REGION).all()).submit().await();
					peer.read(local.all(), peer.region(Target.REGION).all()).submit().await();
				}
				System.out.println("idle");
				while (System.in.read() >= 0) {
					// Only the end matters.
				}
			}
		}

	}

}
