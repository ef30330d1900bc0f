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
import java.util.BitSet;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two processes that read and write each other's memory for ten minutes at full length,
 * with cancels and time-outs of some milliseconds: no byte is ever where it must not be,
 * each notification comes once and behind its bytes, and nothing is left over.
 */
@Tag("all")
@Tag("soak")
@EnabledOnOs(value = OS.LINUX, disabledReason = "Memory of other processes is read from /proc")
class TransferSoakTests {

	private static final Logger logger = LoggerFactory.getLogger(TransferSoakTests.class);

	private static final long FULL_SECONDS = 600;

	/** Compiled code and the allocators' own caches come to be late. */
	private static final long MAX_GROWTH_KIB = 48 << 10;

	private static final List<String> OPTIONS = List.of("-Xms224m", "-Xmx224m", "-XX:+AlwaysPreTouch",
			"-Dio.netty.leakDetection.level=advanced");

	@Test
	void nothingIsLostDoubledOrMisplaced() throws Exception {
		long seconds = Math.max(5,
				Math.round(FULL_SECONDS * Double.parseDouble(System.getProperty("nixl.soak.scale"))));
		long seed = System.nanoTime();
		try (Child one = Child.start(OPTIONS, SoakPeer.class, "one", seconds, seed);
				Child two = Child.start(OPTIONS, SoakPeer.class, "two", seconds, seed + 1, one.expect("port"))) {
			one.expect("works");
			two.expect("works");
			one.livesOn(Duration.ofSeconds(seconds / 3));
			long ones = one.residentKib();
			long twos = two.residentKib();
			one.livesOn(Duration.ofSeconds(seconds / 2));
			ones = one.residentKib() - ones;
			twos = two.residentKib() - twos;
			Told byOne = Told.of(one, seconds);
			Told byTwo = Told.of(two, seconds);
			byOne.assertReceivedBy(two);
			byTwo.assertReceivedBy(one);
			one.expect("worked");
			two.expect("worked");
			one.end();
			two.end();
			logger.info("Seed {}, memory grew by {} and {} KiB", seed, ones, twos);
			assertThat(List.of(ones, twos)).as("growth in KiB").allMatch((growth) -> growth < MAX_GROWTH_KIB);
			for (Child child : List.of(one, two)) {
				assertThat(child.output()).as("seed %d", seed)
					.contains("closed")
					.doesNotContain("LEAK", " WARN ", " ERROR ", "Exception");
			}
		}
	}

	/**
	 * The notifications that the threads of one end have sent.
	 *
	 * @param surely those that the other end has accepted
	 * @param maybe those whose transfer failed
	 */
	private record Told(List<BitSet> surely, List<BitSet> maybe) {

		private static Told of(Child child, long seconds) throws InterruptedException {
			BitSet[] surely = new BitSet[SoakPeer.THREADS];
			BitSet[] maybe = new BitSet[SoakPeer.THREADS];
			for (int i = 0; i < SoakPeer.THREADS; i++) {
				logger.info("Thread {}{}", i, child.expect("thread " + i, Duration.ofSeconds(seconds + 120)));
				surely[i] = SoakInbox.set(child.expect("told " + i));
				maybe[i] = SoakInbox.set(child.expect("maybe " + i));
			}
			return new Told(List.of(surely), List.of(maybe));
		}

		private void assertReceivedBy(Child child) throws InterruptedException {
			for (int i = 0; i < SoakPeer.THREADS; i++) {
				BitSet received = SoakInbox.set(child.expect("received " + i));
				BitSet missing = (BitSet) this.surely.get(i).clone();
				missing.andNot(received);
				assertThat(missing.isEmpty()).as("lost: %s", missing).isTrue();
				received.andNot(this.surely.get(i));
				received.andNot(this.maybe.get(i));
				assertThat(received.isEmpty()).as("never sent: %s", received).isTrue();
				assertThat(this.surely.get(i).cardinality()).isPositive();
			}
			assertThat(child.expect("notifications ")).isEqualTo("twice: 0, too early: 0, late: 0");
		}

	}

}
