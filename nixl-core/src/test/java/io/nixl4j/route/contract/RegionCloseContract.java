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

package io.nixl4j.route.contract;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.Transfer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.RemoteRegion;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A region that closes is withdrawn from every peer, and free when nobody uses it.
 */
abstract class RegionCloseContract extends ContractCase {

	private static final int SIZE = 1 << 20;

	private NixlAgent initiator;

	private NixlAgent target;

	private MemoryRegion near;

	private NixlPeer peer;

	@BeforeEach
	void connect() {
		this.initiator = this.agents.start("initiator");
		this.target = this.agents.start("target");
		this.near = this.agents.allocate(this.initiator, "near", SIZE);
		this.peer = this.agents.connect(this.initiator, this.target);
	}

	@Test
	void regionsThatOpenAreGrantedAndTheirNameIsFreeWhenTheyAreClosed() {
		RemoteRegion before = null;
		for (int i = 0; i < 50; i++) {
			MemoryRegion far = this.agents.allocate(this.target, "far", SIZE);
			RemoteRegion remote = awaitRegion(this.peer, "far");
			assertThat(remote).isNotSameAs(before);
			assertThat(remote.isOpen()).isTrue();
			stamp(this.near, 0, 64, i);
			get(this.peer.write(this.near.range(0, 64), remote.range(64, 64)).submit().result());
			assertThat(isStamped(far, 64, 64, i)).isTrue();
			far.close();
			get(far.closed());
			assertThat(remote.isOpen()).isFalse();
			before = remote;
		}
	}

	@Test
	void regionThatClosesUnderTransfersEndsThemTypedAndIsFreed() {
		AtomicInteger done = new AtomicInteger();
		ExecutorService pool = Executors.newFixedThreadPool(2);
		try {
			for (int round = 0; round < 15; round++) {
				MemoryRegion far = this.agents.allocate(this.target, "far", SIZE);
				RemoteRegion remote = awaitRegion(this.peer, "far");
				int before = done.get();
				CompletableFuture<?> writer = CompletableFuture.runAsync(() -> transferUntilRefused(remote, done),
						pool);
				CompletableFuture<?> reader = CompletableFuture.runAsync(() -> transferUntilRefused(remote, done),
						pool);
				soon().until(() -> done.get() > before);
				far.close();
				get(far.closed());
				get(writer);
				get(reader);
			}
		}
		finally {
			pool.shutdownNow();
		}
		assertThat(this.peer.isConnected()).isTrue();
	}

	private void transferUntilRefused(RemoteRegion remote, AtomicInteger done) {
		for (int i = 0;; i++) {
			try {
				Transfer transfer = (i % 2 == 0) ? this.peer.write(this.near.all(), remote.all()).submit()
						: this.peer.read(this.near.all(), remote.all()).submit();
				try {
					get(transfer.result());
				}
				finally {
					awaitStill(transfer);
				}
				done.incrementAndGet();
			}
			catch (NixlException ex) {
				assertThat(ex.error()).isIn(NixlError.STALE, NixlError.REGION_CLOSED);
				return;
			}
		}
	}

	@Test
	void localRegionIsFreeOnlyAfterTheTransfersThatUseIt() {
		this.agents.allocate(this.target, "far", SIZE);
		RemoteRegion remote = awaitRegion(this.peer, "far");
		for (int round = 0; round < 20; round++) {
			MemoryRegion local = this.agents.allocate(this.initiator, "local", SIZE);
			Transfer read = this.peer.read(local.all(), remote.all()).submit();
			local.close();
			get(local.closed());
			// It was held by the transfer, so the transfer went on and is still now.
			get(read.released());
			get(read.result());
		}
	}

	@Test
	void regionsOfAStoppedAgentCloseAtOnce() {
		MemoryRegion far = this.agents.allocate(this.target, "far", SIZE);
		awaitRegion(this.peer, "far");
		this.target.stop();
		far.close();
		get(far.closed());
		get(this.peer.drained());
		this.near.close();
		get(this.near.closed());
	}

	@Test
	void regionClosedBeforeAPeerConnectsIsNeverSeen() {
		MemoryRegion far = this.agents.allocate(this.target, "far", SIZE);
		NixlAgent third = this.agents.start("third");
		far.close();
		NixlPeer late = this.agents.connect(third, this.target);
		assertThat(late.regions()).isEmpty();
		get(far.closed());
	}

	@Test
	void sessionsThatBeginWhileRegionsComeAndGoSeeWhatIsThere() {
		for (int round = 0; round < 30; round++) {
			MemoryRegion gone = this.agents.allocate(this.target, "gone", SIZE);
			this.peer.disconnect();
			CompletableFuture<NixlPeer> connecting = this.initiator.connectAsync(this.target.engineId());
			gone.close();
			MemoryRegion stays = this.agents.allocate(this.target, "stays", SIZE);
			this.peer = get(connecting);
			awaitRegion(this.peer, "stays");
			soon().until(() -> this.peer.regions().size() == 1);
			get(gone.closed());
			stays.close();
			get(stays.closed());
		}
	}

}
