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
 * with cancels and time-outs of some milliseconds, over connections that are cut, between
 * processes that are frozen for up to three seconds: no transfer fails that may not, no
 * byte is ever where it must not be, each notification comes once and behind its bytes,
 * and nothing is left over.
 */
@Tag("all")
@Tag("soak")
@EnabledOnOs(value = OS.LINUX, disabledReason = "Memory of other processes is read from /proc")
class TransferSoakTests {

	private static final Logger logger = LoggerFactory.getLogger(TransferSoakTests.class);

	private static final long FULL_SECONDS = 600;

	/** When what grows at the beginning has grown, at full length. */
	private static final long WARM_SECONDS = 120;

	private static final double MAX_GROWTH = 1.05;

	/** The least of so many is what is kept. */
	private static final int LOOKS = 10;

	/** Of short runs: compiled code and the allocators' own caches come to be late. */
	private static final long MAX_GROWTH_KIB = 48 << 10;

	private static final int FULL_TRANSFER = 64 << 20;

	private static final int SHORT_TRANSFER = 8 << 20;

	@Test
	void nothingIsLostDoubledOrMisplaced() throws Exception {
		double scale = Figures.scale();
		boolean full = scale >= 1;
		long seconds = Math.max(5, Math.round(FULL_SECONDS * scale));
		int longest = full ? FULL_TRANSFER : SHORT_TRANSFER;
		// The model of both ends' memory is on the heap, three words a word of each
		// thread.
		int heap = SoakPeer.THREADS * 3 * (longest >> 20) + (full ? 1024 : 192);
		List<String> options = List.of("-Xms" + heap + "m", "-Xmx" + heap + "m", "-XX:+AlwaysPreTouch",
				"-Dio.netty.leakDetection.level=advanced");
		long seed = System.nanoTime();
		try (Child one = Child.start(options, SoakPeer.class, "one", seconds, seed, longest);
				CuttingRelay relay = CuttingRelay.to(Integer.parseInt(one.expect("port")));
				Child two = Child.start(options, SoakPeer.class, "two", seconds, seed + 1, longest, relay.port())) {
			one.expect("works");
			two.expect("works");
			Used ones;
			Used twos;
			long warm = full ? WARM_SECONDS : seconds / 3;
			try (SoakFaults faults = new SoakFaults(relay, List.of(one, two), seed)) {
				one.livesOn(Duration.ofSeconds(warm));
				ones = Used.of(one);
				twos = Used.of(two);
				one.livesOn(Duration.ofSeconds(seconds * 5 / 6 - warm));
				logger.info("Seed {}, {}", seed, faults);
			}
			ones.assertNotGrown(Used.of(one), full, "one");
			twos.assertNotGrown(Used.of(two), full, "two");
			Told byOne = Told.of(one, seconds);
			Told byTwo = Told.of(two, seconds);
			byOne.assertReceivedBy(two);
			byTwo.assertReceivedBy(one);
			one.expect("worked");
			two.expect("worked");
			one.end();
			two.end();
			for (Child child : List.of(one, two)) {
				assertThat(child.output()).as("seed %d", seed)
					.contains("closed")
					.doesNotContain("LEAK", " WARN ", " ERROR ", "Exception");
			}
		}
	}

	/**
	 * How much memory a process uses.
	 *
	 * @param residentKib all of it, in KiB
	 * @param heapBytes the least heap after some collections
	 */
	private record Used(long residentKib, long heapBytes) {

		/** At some moments workers hold copies of up to 64 MiB, which are not growth. */
		private static Used of(Child child) throws Exception {
			long heap = Long.MAX_VALUE;
			for (int look = 0; look < LOOKS; look++) {
				child.tell("");
				heap = Math.min(heap, Long.parseLong(child.expect("heap")));
			}
			return new Used(child.residentKib(), heap);
		}

		private void assertNotGrown(Used later, boolean full, String name) {
			double resident = (double) later.residentKib / this.residentKib;
			double heap = (double) later.heapBytes / this.heapBytes;
			Figures.say("soak.rss-growth." + name, resident, "times");
			Figures.say("soak.heap-growth." + name, heap, "times");
			if (full) {
				assertThat(resident).as("RSS of %s", name).isLessThan(MAX_GROWTH);
				assertThat(heap).as("heap of %s", name).isLessThan(MAX_GROWTH);
			}
			else {
				assertThat(later.residentKib - this.residentKib).as("KiB of %s", name).isLessThan(MAX_GROWTH_KIB);
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
