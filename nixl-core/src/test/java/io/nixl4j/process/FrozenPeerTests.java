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

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.Timeouts;
import io.nixl4j.Transfer;
import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.NixlPeerLostException;
import io.nixl4j.memory.NixlRegionClosedException;
import io.nixl4j.memory.NixlStaleException;
import io.nixl4j.memory.NixlTimeoutException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * A peer that neither answers nor goes away: its process is stopped by a signal in the
 * middle of a transfer, and its sockets stay open.
 */
@Tag("all")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "There are no such signals")
class FrozenPeerTests {

	private static final int LENGTH = 128 << 20;

	/** What the target's region holds at first, and what a WRITE brings. */
	private static final Pattern BEFORE = new Pattern(7);

	private static final Pattern SENT = new Pattern(8);

	private static final Pattern LATER = new Pattern(9);

	/** What must never be seen at the target. */
	private static final Pattern FOREIGN = new Pattern(10);

	private static final Duration TIMEOUT = Duration.ofMillis(700);

	/** Far more than what any of this takes, far less than the time-outs of an agent. */
	private static final Duration SOON = Duration.ofSeconds(8);

	private final NixlAgent agent = NixlAgent.builder()
		.name("initiator")
		.timeouts(Timeouts.defaults().withDrain(Duration.ofSeconds(1)))
		.build();

	private final MemoryRegion local = this.agent.allocate(LENGTH, RegionOptions.of("local"));

	private Child target;

	private int port;

	private NixlPeer peer;

	@BeforeEach
	void connect() throws Exception {
		this.target = Child.start(List.of("-Xmx64m"), Target.class, LENGTH, BEFORE.seed());
		this.port = Integer.parseInt(this.target.expect("port"));
		this.agent.start();
		this.peer = this.agent.connect("127.0.0.1", this.port);
	}

	@AfterEach
	void close() {
		this.target.close();
		this.agent.close();
	}

	@Test
	void aWriteTimesOutAndThePeerIsUsedFurtherWhenItGoesOn() throws Exception {
		Transfer write = freezeInTheMiddle(true);
		this.target.signal("CONT");
		assertThat(write.released()).succeedsWithin(SOON);
		fill(this.local, FOREIGN);
		assertThat(write.stopped()).succeedsWithin(SOON);
		hasOnlyBytesThatWereThereOrSent(this.peer, this.local);
		writesAndReadsBack(this.peer, this.local);
		this.target.end();
	}

	@Test
	void aReadTimesOutAndThePeerIsUsedFurtherWhenItGoesOn() throws Exception {
		Transfer read = freezeInTheMiddle(false);
		// Nothing but a body that was being placed may delay this.
		if (!read.released().isDone()) {
			this.target.signal("CONT");
			assertThat(read.released()).succeedsWithin(SOON);
		}
		fill(this.local, FOREIGN);
		String hash = Sha256.of(this.local, 0, LENGTH);
		this.target.signal("CONT");
		assertThat(read.stopped()).succeedsWithin(SOON);
		assertThat(Sha256.of(this.local, 0, LENGTH)).as("nothing landed after the release").isEqualTo(hash);
		writesAndReadsBack(this.peer, this.local);
		this.target.end();
	}

	@Test
	void aTransferGoesOnWhenThePeerWasFrozenForShorterThanItsTimeOut() throws Exception {
		this.target.signal("STOP");
		fill(this.local, SENT);
		Transfer write = this.peer.write(this.local.all(), this.peer.region(Target.REGION).all())
			.timeout(Duration.ofSeconds(60))
			.submit();
		await().pollDelay(Duration.ofSeconds(3)).atMost(SOON).until(() -> true);
		assertThat(write.result()).isNotDone();
		this.target.signal("CONT");
		write.await();
		assertThat(this.peer.isConnected()).isTrue();
		writesAndReadsBack(this.peer, this.local);
		this.target.end();
	}

	@Test
	void aWriteToAPeerThatStaysFrozenIsReleasedWithoutIt() throws Exception {
		try (NixlAgent impatient = NixlAgent.builder()
			.name("impatient")
			.timeouts(Timeouts.defaults().withPeer(Duration.ofSeconds(2)).withDrain(Duration.ZERO))
			.build()) {
			MemoryRegion mine = impatient.allocate(LENGTH, RegionOptions.of("mine"));
			impatient.start();
			NixlPeer frozen = impatient.connect("127.0.0.1", this.port);
			this.target.signal("STOP");
			Transfer write = frozen.write(mine.all(), frozen.region(Target.REGION).all()).timeout(TIMEOUT).submit();
			assertThat(catchThrowableOfType(NixlException.class, write::await).error()).isEqualTo(NixlError.TIMED_OUT);
			assertThat(write.released()).succeedsWithin(SOON);
			assertThat(frozen.drained()).succeedsWithin(SOON);
			assertThat(frozen.isConnected()).isFalse();
			this.target.signal("CONT");
		}
	}

	@Test
	void disconnectingReleasesAWrite() throws Exception {
		Transfer write = freezeInTheMiddle(true);
		this.peer.disconnect();
		assertThat(write.released()).succeedsWithin(SOON);
		assertThat(this.peer.drained()).succeedsWithin(SOON);
		this.local.close();
		assertThat(this.local.closed()).succeedsWithin(SOON);
	}

	@Test
	void disconnectingReleasesARead() throws Exception {
		Transfer read = freezeInTheMiddle(false);
		this.peer.disconnect();
		assertThat(read.released()).succeedsWithin(SOON);
		assertThat(this.peer.drained()).succeedsWithin(SOON);
		this.local.close();
		assertThat(this.local.closed()).succeedsWithin(SOON);
	}

	@Test
	void closingTheAgentDoesNotWaitForThePeer() throws Exception {
		Transfer write = freezeInTheMiddle(true);
		CompletableFuture<Void> closing = CompletableFuture.runAsync(this.agent::close);
		assertThat(closing).succeedsWithin(SOON);
		assertThat(write.released()).succeedsWithin(SOON);
		assertThat(this.local.closed()).succeedsWithin(SOON);
		this.target.signal("CONT");
		try (NixlAgent second = NixlAgent.builder().name("second").build()) {
			MemoryRegion copy = second.allocate(LENGTH, RegionOptions.of("copy"));
			second.start();
			NixlPeer again = second.connect("127.0.0.1", this.port);
			hasOnlyBytesThatWereThereOrSent(again, copy);
			writesAndReadsBack(again, copy);
		}
		this.target.end();
	}

	@Test
	void connectingTimesOut() throws Exception {
		this.target.signal("STOP");
		try (NixlAgent second = NixlAgent.builder()
			.name("second")
			.timeouts(Timeouts.defaults().withConnect(TIMEOUT))
			.build()) {
			second.start();
			long begin = System.nanoTime();
			NixlException failure = catchThrowableOfType(NixlException.class,
					() -> second.connect("127.0.0.1", this.port));
			assertThat(failure).isNotNull();
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(TIMEOUT.minusMillis(50), SOON);
		}
	}

	@Test
	void closingTheAgentDoesNotWaitForAPeerThatWritesToIt() throws Exception {
		MemoryRegion written = this.agent.allocate(Target.REGION, LENGTH, MemoryType.DRAM, Permissions.READ_WRITE);
		this.agent.publish();
		try (Child writer = Child.start(List.of("-Xmx64m"), Writer.class, this.agent.port())) {
			writer.expect("writing");
			writer.signal("STOP");
			written.close();
			CompletableFuture<Void> closing = CompletableFuture.runAsync(this.agent::close);
			assertThat(closing).succeedsWithin(SOON);
			assertThat(written.closed()).succeedsWithin(SOON);
			writer.signal("CONT");
			// stale is what the target says of a frame that came before its end did
			assertThat(writer.expect("failed:")).containsAnyOf(NixlRegionClosedException.class.getName(),
					NixlStaleException.class.getName(), NixlPeerLostException.class.getName());
			writer.end();
		}
	}

	/** Posts until the peer is frozen while bytes move, and checks the time-out. */
	private Transfer freezeInTheMiddle(boolean write) throws Exception {
		DescriptorList here = this.local.all();
		DescriptorList there = this.peer.region(Target.REGION).all();
		while (true) {
			fill(this.local, SENT);
			long begin = System.nanoTime();
			Transfer transfer = (write ? this.peer.write(here, there) : this.peer.read(here, there)).timeout(TIMEOUT)
				.submit();
			this.target.signal("STOP");
			NixlException failure = catchThrowableOfType(NixlException.class, transfer::await);
			if (failure != null) {
				assertThat(failure).isInstanceOf(NixlTimeoutException.class);
				assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(TIMEOUT, SOON);
				assertThat(this.peer.isConnected()).isTrue();
				return transfer;
			}
			// It was done before the signal came.
			this.target.signal("CONT");
		}
	}

	private static void fill(MemoryRegion region, Pattern pattern) {
		pattern.fill(region.buffer(0, LENGTH), 0);
	}

	private static void writesAndReadsBack(NixlPeer peer, MemoryRegion local) throws Exception {
		fill(local, LATER);
		String hash = Sha256.of(local, 0, LENGTH);
		peer.write(local.all(), peer.region(Target.REGION).all()).submit().await();
		fill(local, FOREIGN);
		peer.read(local.all(), peer.region(Target.REGION).all()).submit().await();
		assertThat(Sha256.of(local, 0, LENGTH)).isEqualTo(hash);
	}

	/** A frame may have ended anywhere, so each byte may be of this or that pattern. */
	private static void hasOnlyBytesThatWereThereOrSent(NixlPeer peer, MemoryRegion copy) throws Exception {
		fill(copy, FOREIGN);
		peer.read(copy.all(), peer.region(Target.REGION).all()).submit().await();
		ByteBuffer before = ByteBuffer.allocate(LENGTH);
		BEFORE.fill(before, 0);
		ByteBuffer sent = ByteBuffer.allocate(LENGTH);
		SENT.fill(sent, 0);
		ByteBuffer bytes = copy.buffer(0, LENGTH);
		int foreign = 0;
		for (int i = 0; i < LENGTH; i++) {
			byte found = bytes.get(i);
			foreign += (found == before.get(i) || found == sent.get(i)) ? 0 : 1;
		}
		assertThat(foreign).isZero();
	}

	/**
	 * Writes until that fails.
	 */
	static final class Writer {

		private Writer() {
		}

		public static void main(String[] arguments) throws Exception {
			try (NixlAgent agent = NixlAgent.builder().name("writer").build()) {
				MemoryRegion source = agent.allocate(LENGTH, RegionOptions.of("source"));
				agent.start();
				NixlPeer peer = agent.connect("127.0.0.1", Integer.parseInt(arguments[0]));
				PreparedTransfer write = peer.prepareWrite(source.all(), peer.region(Target.REGION).all());
				write.post();
				System.out.println("writing");
				while (true) {
					write.await();
					write.post();
				}
			}
			catch (NixlException ex) {
				System.out.println("failed: " + ex);
			}
		}

	}

}
