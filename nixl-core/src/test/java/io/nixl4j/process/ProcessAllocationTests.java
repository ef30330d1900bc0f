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

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.util.List;

import com.sun.management.ThreadMXBean;
import io.nixl4j.CompletionMode;
import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.RegionOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All threads of both processes together take no memory for prepared transfers once they
 * are warm: posts, frames, placing, acknowledgements and completions. Where the caller
 * drives the loop there is one small object a post, which is not ours.
 */
@Tag("all")
class ProcessAllocationTests {

	private static final int LENGTH = 1 << 20;

	private static final int POSTS = 4_000;

	private static final int WARM = 30_000;

	/** What is asked before and after costs less than this a post. */
	private static final double NOTHING = 1;

	@ParameterizedTest
	@EnumSource
	void neitherEndTakesMemoryForATransfer(CompletionMode mode) throws Exception {
		try (Child target = Child.start(List.of("-Xmx64m"), CountingTarget.class, mode);
				Child initiator = Child.start(List.of("-Xmx64m"), CountingInitiator.class, mode,
						target.expect("port"))) {
			initiator.expect("ready");
			double ours = Double.MAX_VALUE;
			double theirs = Double.MAX_VALUE;
			work(initiator, WARM);
			for (int round = 0; round < 10 && (ours / POSTS >= NOTHING || theirs / POSTS >= NOTHING); round++) {
				long initiatorBefore = allocated(initiator);
				long targetBefore = allocated(target);
				work(initiator, POSTS);
				ours = Math.min(ours, allocated(initiator) - initiatorBefore);
				theirs = Math.min(theirs, allocated(target) - targetBefore);
			}
			Figures.say("allocation.initiator." + mode, ours / POSTS, "bytes a post");
			Figures.say("allocation.target." + mode, theirs / POSTS, "bytes a post");
			assertThat(ours / POSTS).as("at the initiator").isLessThan(NOTHING);
			assertThat(theirs / POSTS).as("at the target").isLessThan(NOTHING);
			initiator.end();
			target.end();
		}
	}

	private static void work(Child initiator, int posts) throws InterruptedException {
		initiator.tell(Integer.toString(posts));
		initiator.expect("worked");
	}

	private static long allocated(Child child) throws InterruptedException {
		child.tell("allocated");
		return Long.parseLong(child.expect("allocated"));
	}

	private static NixlAgent build(String name, String mode) {
		return NixlAgent.builder().name(name).completionMode(CompletionMode.valueOf(mode)).build();
	}

	/** What all threads have taken so far. */
	private static long allocated() {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long sum = 0;
		for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
			sum += Math.max(0, bytes);
		}
		return sum;
	}

	/**
	 * Serves a region and says what it allocates.
	 */
	static final class CountingTarget {

		private CountingTarget() {
		}

		public static void main(String[] arguments) throws Exception {
			try (NixlAgent agent = build("target", arguments[0])) {
				LocalAgents.serve(agent, LENGTH);
				agent.start();
				agent.publish();
				System.out.println("port " + agent.port());
				BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
				while (commands.readLine() != null) {
					System.out.println("allocated " + allocated());
				}
			}
		}

	}

	/**
	 * Writes and reads as often as it is told to.
	 */
	static final class CountingInitiator {

		private CountingInitiator() {
		}

		public static void main(String[] arguments) throws Exception {
			try (NixlAgent agent = build("initiator", arguments[0])) {
				agent.start();
				NixlPeer peer = agent.connect("127.0.0.1", Integer.parseInt(arguments[1]));
				MemoryRegion local = agent.allocate(LENGTH, RegionOptions.of("local"));
				try (PreparedTransfer write = peer.prepareWrite(local.blocks(64, 1, 5, 9),
						peer.region(LocalAgents.REGION).blocks(64, 3, 7, 2));
						PreparedTransfer read = peer.prepareRead(local.range(0, 20_000),
								peer.region(LocalAgents.REGION).range(7, 20_000))) {
					System.out.println("ready");
					serve(write, read);
				}
			}
		}

		private static void serve(PreparedTransfer write, PreparedTransfer read) throws Exception {
			BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
			for (String command = commands.readLine(); command != null; command = commands.readLine()) {
				if (command.equals("allocated")) {
					System.out.println("allocated " + allocated());
					continue;
				}
				for (int i = Integer.parseInt(command); i > 0; i--) {
					PreparedTransfer next = ((i & 1) == 0) ? write : read;
					next.post();
					next.await();
				}
				System.out.println("worked");
			}
		}

	}

}
