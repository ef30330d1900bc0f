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

package io.nixl4j;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlPeerLostException;
import io.nixl4j.memory.NixlPermissionException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.route.local.LocalRouteProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Two agents of one process over the {@code memory} route.
 */
class InProcessAgentTests {

	private static final int SIZE = 1 << 20;

	private final InProcessNetwork network = new InProcessNetwork();

	private final InMemoryNixlMetadataStore store = new InMemoryNixlMetadataStore();

	private final NixlAgent prefill = agent("prefill-1");

	private final NixlAgent decode = agent("decode-1");

	private final MemoryRegion source = this.prefill.allocate("source", SIZE, MemoryType.DRAM, Permissions.READ);

	private final MemoryRegion target = this.decode.allocate("kv", SIZE, MemoryType.DRAM, Permissions.READ_WRITE);

	private NixlAgent agent(String name) {
		return NixlAgent.builder()
			.name(name)
			.routes(List.of(new LocalRouteProvider()))
			.tcp(null)
			.network(this.network)
			.metadataStore(this.store)
			.build();
	}

	@BeforeEach
	void start() {
		for (NixlAgent agent : List.of(this.prefill, this.decode)) {
			agent.start();
			agent.publish();
		}
	}

	@AfterEach
	void close() {
		this.prefill.close();
		this.decode.close();
	}

	@Test
	void aWriteIsThereWhenItsNotificationIs() throws InterruptedException {
		fill(this.source, 7);
		NixlPeer peer = this.prefill.connect("decode-1");
		Transfer transfer = peer.write(this.source.all(), peer.region("kv").all())
			.notification("request-42")
			.timeout(Duration.ofSeconds(5))
			.submit();
		Notification notification = this.decode.pollNotification(Duration.ofSeconds(5)).orElseThrow();
		assertThat(notification.engineId()).isEqualTo("prefill-1");
		assertThat(notification.text()).isEqualTo("request-42");
		assertThat(this.target.buffer(0, SIZE)).isEqualTo(this.source.buffer(0, SIZE));
		assertThat(transfer.await().bytes()).isEqualTo(SIZE);
		transfer.released().join();
		transfer.stopped().join();
	}

	@Test
	void aPreparedReadIsPostedAgainAndAgain() throws InterruptedException {
		NixlPeer peer = this.decode.connect("prefill-1");
		try (PreparedTransfer read = peer.prepareRead(this.target.blocks(4096, 5, 1, 9),
				peer.region("source").blocks(4096, 1, 2, 3))) {
			for (int i = 1; i <= 3; i++) {
				fill(this.source, i);
				read.post();
				read.await();
				assertThat(this.target.buffer(5 * 4096, 4096)).isEqualTo(this.source.buffer(4096, 4096));
				assertThat(this.target.buffer(9 * 4096, 4096)).isEqualTo(this.source.buffer(3 * 4096, 4096));
			}
		}
	}

	@Test
	void whatIsNotPermittedIsRefusedBeforeItIsPosted() {
		NixlPeer peer = this.decode.connect("prefill-1");
		assertThatExceptionOfType(NixlPermissionException.class)
			.isThrownBy(() -> peer.write(this.target.all(), peer.region("source").all()));
		assertThatExceptionOfType(NixlPermissionException.class).isThrownBy(() -> peer.region("nothing"))
			.withMessageContaining("source");
	}

	@Test
	void aStoppedPeerFailsWhatWasPrepared() {
		NixlPeer peer = this.prefill.connect("decode-1");
		PreparedTransfer write = peer.prepareWrite(this.source.all(), peer.region("kv").all());
		this.decode.stop();
		peer.drained().join();
		assertThatExceptionOfType(io.nixl4j.memory.NixlException.class).isThrownBy(write::post);
		assertThatExceptionOfType(NixlPeerLostException.class)
			.isThrownBy(() -> peer.write(this.source.all(), this.source.all()));
		this.decode.start();
		this.decode.publish();
		NixlPeer again = this.prefill.connect("decode-1");
		assertThat(again.incarnation()).isNotEqualTo(peer.incarnation());
		again.write(this.source.all(), again.region("kv").all()).submit().result().join();
	}

	@Test
	void aClosedRegionIsFreedWhenItsGranteesHaveAnswered() {
		this.prefill.connect("decode-1");
		this.target.close();
		this.target.closed().join();
		NixlPeer peer = this.prefill.connect("decode-1");
		assertThatExceptionOfType(NixlPermissionException.class).isThrownBy(() -> peer.region("kv"));
	}

	private static void fill(MemoryRegion region, int seed) {
		ByteBuffer buffer = region.buffer(0, (int) region.length());
		for (int i = 0; i < buffer.capacity(); i += 8) {
			buffer.putLong(i, seed * 0x9E3779B97F4A7C15L + i);
		}
	}

}
