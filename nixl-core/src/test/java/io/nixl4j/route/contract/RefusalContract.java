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

import java.time.Duration;
import java.util.Set;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.Region;
import io.nixl4j.memory.RegionOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What can be known before posting is refused before posting, by type.
 */
abstract class RefusalContract extends ContractCase {

	private static final int SIZE = 4_096;

	private NixlAgent initiator;

	private NixlAgent target;

	private MemoryRegion near;

	private MemoryRegion far;

	private NixlPeer peer;

	private Region remote;

	@BeforeEach
	void connect() {
		this.initiator = this.agents.start("initiator");
		this.target = this.agents.start("target");
		this.near = this.agents.allocate(this.initiator, "near", SIZE);
		this.far = this.agents.allocate(this.target, "far", SIZE);
		this.peer = this.agents.connect(this.initiator, this.target);
		this.remote = this.peer.region("far");
	}

	@Test
	void rangesThatAreEmptyOrNotWithinTheirRegion() {
		for (Region region : new Region[] { this.near, this.remote }) {
			assertThat(errorOf(() -> region.range(0, 0))).isEqualTo(NixlError.EMPTY);
			assertThat(errorOf(() -> region.range(1, SIZE))).isEqualTo(NixlError.OUT_OF_RANGE);
			assertThat(errorOf(() -> region.range(-1, 2))).isEqualTo(NixlError.OUT_OF_RANGE);
			assertThat(errorOf(() -> region.range(Long.MAX_VALUE, 2))).isEqualTo(NixlError.OUT_OF_RANGE);
			assertThat(errorOf(() -> region.strided(0, Long.MAX_VALUE / 2, 1, 3))).isEqualTo(NixlError.OUT_OF_RANGE);
			assertThat(errorOf(() -> region.blocks(1_024, 0, 4))).isEqualTo(NixlError.OUT_OF_RANGE);
			assertThat(errorOf(() -> region.blocks(1_024))).isEqualTo(NixlError.EMPTY);
		}
	}

	@Test
	void listsOfDifferentLengths() {
		assertThat(errorOf(() -> this.peer.write(this.near.range(0, 8), this.remote.range(0, 9))))
			.isEqualTo(NixlError.OUT_OF_RANGE);
		assertThat(errorOf(() -> this.peer.prepareRead(this.near.range(0, 9), this.remote.range(0, 8))))
			.isEqualTo(NixlError.OUT_OF_RANGE);
	}

	@Test
	void listsThatAreExchangedOrOfForeignRegions() {
		assertThat(errorOf(() -> this.peer.write(this.remote.all(), this.near.all())))
			.isEqualTo(NixlError.OUT_OF_RANGE);
		assertThat(errorOf(() -> this.peer.write(this.near.all(), this.near.all()))).isEqualTo(NixlError.OUT_OF_RANGE);
		// The memory of another agent of this process is not ours.
		assertThat(errorOf(() -> this.peer.write(this.far.all(), this.remote.all()))).isEqualTo(NixlError.OUT_OF_RANGE);
		NixlAgent third = this.agents.start("third");
		this.agents.allocate(third, "elsewhere", SIZE);
		Region elsewhere = this.agents.connect(this.initiator, third).region("elsewhere");
		assertThat(errorOf(() -> this.peer.read(this.near.all(), elsewhere.all()))).isEqualTo(NixlError.OUT_OF_RANGE);
	}

	@Test
	void operationsThatTheRegionDoesNotPermit() {
		this.agents.allocate(this.target, "readable", SIZE, Permissions.READ);
		this.agents.allocate(this.target, "writable", SIZE, Permissions.WRITE);
		DescriptorList readable = awaitRegion(this.peer, "readable").all();
		DescriptorList writable = awaitRegion(this.peer, "writable").all();
		assertThat(errorOf(() -> this.peer.write(this.near.all(), readable))).isEqualTo(NixlError.PERMISSION);
		assertThat(errorOf(() -> this.peer.read(this.near.all(), writable))).isEqualTo(NixlError.PERMISSION);
		get(this.peer.read(this.near.all(), readable).submit().result());
		get(this.peer.write(this.near.all(), writable).submit().result());
	}

	@Test
	void permissionsOfALocalRegionBindPeersOnly() {
		MemoryRegion mine = this.agents.allocate(this.initiator, "mine", SIZE, Permissions.READ);
		get(this.peer.read(mine.all(), this.remote.all()).submit().result());
	}

	@Test
	void regionsThatAreGrantedToOthersOnly() {
		NixlAgent third = this.agents.start("third");
		this.agents.allocate(this.target, SIZE, RegionOptions.of("narrow").withGrantTo(Set.of(third.engineId())));
		this.agents.allocate(this.target, "wide", SIZE);
		awaitRegion(this.peer, "wide");
		assertThat(errorOf(() -> this.peer.region("narrow"))).isEqualTo(NixlError.PERMISSION);
		MemoryRegion thirds = this.agents.allocate(third, "thirds", SIZE);
		NixlPeer granted = this.agents.connect(third, this.target);
		get(granted.write(thirds.all(), granted.region("narrow").all()).submit().result());
	}

	@Test
	void regionsOfWhichOneEndIsClosed() {
		PreparedTransfer write = this.peer.prepareWrite(this.near.all(), this.remote.all());
		this.near.close();
		assertThat(errorOf(() -> this.peer.write(this.near.all(), this.remote.all())))
			.isEqualTo(NixlError.REGION_CLOSED);
		assertThat(errorOf(write::post)).isEqualTo(NixlError.REGION_CLOSED);
		write.close();
		MemoryRegion other = this.agents.allocate(this.initiator, "other", SIZE);
		PreparedTransfer read = this.peer.prepareRead(other.all(), this.remote.all());
		this.far.close();
		// It is free when the grantee has answered, so the grantee knows.
		get(this.far.closed());
		assertThat(errorOf(read::post)).isEqualTo(NixlError.STALE);
		assertThat(errorOf(() -> this.peer.read(other.all(), this.remote.all()))).isEqualTo(NixlError.STALE);
		assertThat(errorOf(() -> this.peer.region("far"))).isEqualTo(NixlError.PERMISSION);
		read.close();
	}

	@Test
	void peersThatNobodyKnowsOrThatAreThisAgent() {
		assertThat(errorOf(() -> this.initiator.connect("nobody"))).isEqualTo(NixlError.METADATA_NOT_FOUND);
		assertThat(errorOf(() -> this.initiator.connect(this.initiator.engineId()))).isEqualTo(NixlError.REFUSED);
		assertThat(errorOf(() -> this.initiator.connect(new byte[] { 1, 2, 3 }))).isEqualTo(NixlError.CORRUPT);
	}

	@Test
	void transfersOfASessionThatHasEnded() {
		this.peer.disconnect();
		assertThat(this.peer.isConnected()).isFalse();
		assertThat(errorOf(() -> this.peer.write(this.near.all(), this.remote.all()))).isEqualTo(NixlError.PEER_LOST);
		assertThat(errorOf(() -> this.peer.region("far"))).isEqualTo(NixlError.PEER_LOST);
	}

	@Test
	void timeOutsOfNoLength() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.peer.read(this.near.all(), this.remote.all()).timeout(Duration.ZERO));
	}

	@Test
	void everyRefusalNamesPeerAndOperation() {
		this.agents.allocate(this.target, "readable", SIZE, Permissions.READ);
		DescriptorList readable = awaitRegion(this.peer, "readable").all();
		NixlException refusal = catchThrowableOfType(NixlException.class,
				() -> this.peer.write(this.near.all(), readable));
		assertThat(refusal.peer()).contains(this.target.engineId());
		assertThat(refusal.operation()).contains("write");
		assertThat(refusal).hasMessageContaining("readable");
	}

}
