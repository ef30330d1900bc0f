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

package io.nixl4j.metadata.etcd;

import java.time.Duration;
import java.util.List;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.Timeouts;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.process.Child;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static io.nixl4j.metadata.etcd.EtcdWorker.ENGINE;
import static io.nixl4j.metadata.etcd.EtcdWorker.SIZE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Worker processes that take each other's place in a real etcd, and a peer that follows.
 */
@Tag("etcd")
@Tag("all")
class EtcdReplacementTests {

	private static final Duration SOON = Duration.ofSeconds(30);

	private final EtcdProcess etcd = EtcdProcess.start();

	private final EtcdNixlMetadataStore store = EtcdNixlMetadataStore.open(StoreFixtures.options(this.etcd));

	private final NixlAgent prefill = NixlAgent.builder()
		.name("prefill-1")
		.timeouts(Timeouts.defaults().withConnect(Duration.ofSeconds(10)).withDrain(Duration.ZERO))
		.metadataStore(this.store)
		.build();

	private final MemoryRegion kv = this.prefill.allocate("kv", SIZE, MemoryType.DRAM, Permissions.READ_WRITE);

	private final MemoryRegion local = this.prefill.allocate(SIZE, RegionOptions.of("local"));

	@BeforeEach
	void publish() {
		this.store.check();
		this.prefill.start();
		this.prefill.publish();
	}

	@AfterEach
	void close() {
		this.prefill.close();
		this.store.close();
		this.etcd.close();
	}

	private Child worker(int leaseSeconds, int value, Object... more) throws Exception {
		Object[] arguments = new Object[3 + more.length];
		arguments[0] = this.etcd.url();
		arguments[1] = leaseSeconds;
		arguments[2] = value;
		System.arraycopy(more, 0, arguments, 3, more.length);
		return Child.start(List.of("-Xmx64m"), EtcdWorker.class, arguments);
	}

	private static boolean holds(MemoryRegion region, int value) {
		for (int i = 0; i < SIZE; i++) {
			if (region.buffer(0, SIZE).get(i) != (byte) value) {
				return false;
			}
		}
		return true;
	}

	@Test
	void aKilledWorkerIsReplacedAtOnceAndNotAtTheEndOfItsLease() throws Exception {
		Child worker = worker(600, 1);
		try {
			String before = worker.expect("ready");
			for (int value = 2; value <= 4; value++) {
				NixlPeer old = this.prefill.connect(ENGINE);
				assertThat(old.incarnation()).hasToString(before);
				PreparedTransfer prepared = old.prepareRead(this.local.all(), old.region("kv").all());
				prepared.post();
				prepared.await();
				assertThat(holds(this.local, value - 1)).isTrue();
				worker.close();
				worker = worker(600, value);
				before = worker.expect("ready");
				await().atMost(SOON).until(() -> !old.isConnected());
				assertThat(catchThrowableOfType(NixlException.class, prepared::post).error())
					.isEqualTo(NixlError.STALE);
				prepared.close();
				await().atMost(SOON)
					.ignoreExceptionsInstanceOf(NixlException.class)
					.until(() -> !this.prefill.connect(ENGINE).incarnation().equals(old.incarnation()));
			}
			NixlPeer last = this.prefill.connect(ENGINE);
			assertThat(last.incarnation()).hasToString(before);
			last.read(this.local.all(), last.region("kv").all()).submit().await();
			assertThat(holds(this.local, 4)).isTrue();
			worker.end();
			await().atMost(SOON).until(() -> this.store.find(ENGINE).isEmpty());
		}
		finally {
			worker.close();
		}
	}

	@Test
	void aWorkerThatIsFrozenPastItsLeaseWritesNothingWhenItGoesOn() throws Exception {
		try (Child frozen = worker(2, 1, "prefill-1")) {
			frozen.expect("wrote");
			assertThat(holds(this.kv, 1)).isTrue();
			NixlPeer old = this.prefill.peer(ENGINE).orElseThrow();
			frozen.signal("STOP");
			try (Child next = worker(2, 2)) {
				String incarnation = next.expect("ready");
				await().atMost(SOON).until(() -> !old.isConnected());
				old.drained().join();
				EtcdWorker.fill(this.kv, 3);
				frozen.signal("CONT");
				frozen.expect("failed");
				frozen.expect("stale");
				assertThat(holds(this.kv, 3)).as("nothing of the frozen one has landed").isTrue();
				assertThat(frozen.output()).doesNotContain("wrote again");
				NixlPeer peer = this.prefill.connect(ENGINE);
				assertThat(peer.incarnation()).hasToString(incarnation);
				peer.read(this.local.all(), peer.region("kv").all()).submit().await();
				assertThat(holds(this.local, 2)).isTrue();
				frozen.end();
				assertThat(this.store.get(ENGINE).additions().incarnation())
					.as("its end takes nothing of the new one along")
					.hasToString(incarnation);
				next.end();
			}
		}
	}

}
