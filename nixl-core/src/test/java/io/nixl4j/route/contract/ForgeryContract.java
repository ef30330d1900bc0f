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
import java.util.Arrays;
import java.util.SplittableRandom;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.Transfer;
import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.Region;
import io.nixl4j.route.Operation;
import io.nixl4j.route.RemoteGrant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * The target believes nothing: grants that an initiator made up are refused there, by
 * type, nothing changes, and others are not harmed.
 */
abstract class ForgeryContract extends ContractCase {

	private static final int SIZE = 64 << 10;

	private NixlAgent initiator;

	private NixlAgent target;

	private RegionModel near;

	private RegionModel far;

	private RegionModel readable;

	private RegionModel writable;

	private NixlPeer peer;

	@BeforeEach
	void connect() {
		this.initiator = this.agents.start("initiator");
		this.target = this.agents.start("target");
		this.near = new RegionModel(this.agents.allocate(this.initiator, "near", 4 * SIZE));
		this.far = new RegionModel(this.agents.allocate(this.target, "far", SIZE));
		this.readable = new RegionModel(this.agents.allocate(this.target, "readable", SIZE, Permissions.READ));
		this.writable = new RegionModel(this.agents.allocate(this.target, "writable", SIZE, Permissions.WRITE));
		SplittableRandom random = new SplittableRandom(1);
		this.near.fill(random);
		this.far.fill(random);
		this.readable.fill(random);
		this.writable.fill(random);
		this.peer = this.agents.connect(this.initiator, this.target);
	}

	@Test
	void handlesThatWereNeverGiven() {
		long real = handle(this.peer, "far");
		for (long handle : new long[] { 0, 1, -1, real + 1, ~real, Long.MIN_VALUE }) {
			refused(Operation.WRITE, forged(handle, SIZE, Permissions.READ_WRITE).all(), NixlError.STALE);
			refused(Operation.READ, forged(handle, SIZE, Permissions.READ_WRITE).all(), NixlError.STALE);
		}
	}

	@Test
	void handlesThatWereGivenToAnother() {
		NixlAgent third = this.agents.start("third");
		long theirs = handle(this.agents.connect(third, this.target), "far");
		assertThat(theirs).isNotEqualTo(handle(this.peer, "far"));
		refused(Operation.WRITE, forged(theirs, SIZE, Permissions.READ_WRITE).all(), NixlError.STALE);
		refused(Operation.READ, forged(theirs, SIZE, Permissions.READ_WRITE).all(), NixlError.STALE);
	}

	@Test
	void handlesThatWereWithdrawn() {
		long withdrawn = handle(this.peer, "far");
		this.far.verify();
		this.far.region().close();
		get(this.far.region().closed());
		for (Operation operation : Operation.values()) {
			Transfer transfer = submit(operation, forged(withdrawn, SIZE, Permissions.READ_WRITE).all());
			assertThat(errorOf(() -> get(transfer.result()))).isEqualTo(NixlError.STALE);
			awaitStill(transfer);
		}
	}

	@Test
	void handlesOfAFormerSession() {
		long former = handle(this.peer, "far");
		this.peer.disconnect();
		get(this.peer.drained());
		this.peer = this.agents.connect(this.initiator, this.target);
		refused(Operation.WRITE, forged(former, SIZE, Permissions.READ_WRITE).all(), NixlError.STALE);
	}

	@Test
	void operationsThatAreNotPermitted() {
		refused(Operation.WRITE, forged(handle(this.peer, "readable"), SIZE, Permissions.READ_WRITE).all(),
				NixlError.PERMISSION);
		refused(Operation.READ, forged(handle(this.peer, "writable"), SIZE, Permissions.READ_WRITE).all(),
				NixlError.PERMISSION);
	}

	@Test
	void rangesBeyondTheRegion() {
		Region endless = forged(handle(this.peer, "far"), Long.MAX_VALUE, Permissions.READ_WRITE);
		outOfRange(endless.range(0, SIZE + 1));
		outOfRange(endless.range(SIZE, 1));
		outOfRange(endless.range(SIZE - 1, 2));
		outOfRange(endless.range(Long.MAX_VALUE - 8, 8));
		outOfRange(endless.range(1L << 32, 8));
		outOfRange(endless.strided(0, 1L << 61, 4_096, 4));
		outOfRange(endless.strided(0, SIZE / 2, SIZE / 2, 3));
		outOfRange(endless.strided(8, SIZE - 8, 8, 2).plus(endless.range(SIZE, 8)));
	}

	private void outOfRange(DescriptorList list) {
		refused(Operation.WRITE, list, NixlError.OUT_OF_RANGE);
		refused(Operation.READ, list, NixlError.OUT_OF_RANGE);
	}

	@Test
	void goodRangesBesideABadOneDoNotSpreadBeyondThemselves() {
		Region good = this.peer.region("far");
		Region bad = forged(~handle(this.peer, "far"), SIZE, Permissions.READ_WRITE);
		DescriptorList list = good.range(0, SIZE / 2).plus(bad.range(0, SIZE / 2));
		Transfer write = submit(Operation.WRITE, list);
		assertThat(errorOf(() -> get(write.result()))).isEqualTo(NixlError.STALE);
		awaitStill(write);
		acceptHead(list);
		works();
	}

	@Test
	void refusedWriteNotifiesNobody() throws InterruptedException {
		DescriptorList bad = forged(0, SIZE, Permissions.READ_WRITE).all();
		Transfer write = this.peer.write(this.near.region().range(0, SIZE), bad).notification("never").submit();
		assertThat(errorOf(() -> get(write.result()))).isEqualTo(NixlError.STALE);
		get(this.peer.notify(new byte[] { 1 }));
		assertThat(this.target.pollNotification(Duration.ofSeconds(60)).orElseThrow().payload()).containsExactly(1);
		assertThat(this.target.pollNotification(Duration.ZERO)).isEmpty();
	}

	@Test
	void refusalNamesTheTargetAndTheOperation() {
		Transfer read = submit(Operation.READ, forged(0, SIZE, Permissions.READ_WRITE).all());
		NixlException refusal = catchThrowableOfType(NixlException.class, () -> get(read.result()));
		assertThat(refusal.peer()).contains(this.target.engineId());
		assertThat(refusal.operation()).contains("read");
	}

	private void refused(Operation operation, DescriptorList list, NixlError error) {
		Transfer transfer = submit(operation, list);
		assertThat(errorOf(() -> get(transfer.result()))).as("%s of %s", operation, list).isEqualTo(error);
		awaitStill(transfer);
		if (operation == Operation.WRITE) {
			acceptHead(list);
		}
		works();
	}

	/** Descriptors before the bad one may have been moved or not. */
	private void acceptHead(DescriptorList list) {
		byte[] sent = RegionModel.gather(this.near.region().range(0, list.bytes()), this.near);
		int at = 0;
		for (int run = 0; run < list.runs(); run++) {
			int length = Math.toIntExact(list.length(run));
			for (long i = 0; i < list.count(run); i++) {
				long start = list.start(run) + i * list.stride(run);
				if (start > SIZE - length) {
					return;
				}
				this.far.accept((int) start, Arrays.copyOfRange(sent, at, at + length));
				at += length;
			}
		}
	}

	private Transfer submit(Operation operation, DescriptorList remote) {
		long bytes = remote.bytes();
		DescriptorList local = this.near.region().range(0, bytes);
		return ((operation == Operation.WRITE) ? this.peer.write(local, remote) : this.peer.read(local, remote))
			.submit();
	}

	/** The session lives, the target's regions are as they were, and transfers work. */
	private void works() {
		assertThat(this.peer.isConnected()).isTrue();
		this.far.verify();
		this.readable.verify();
		this.writable.verify();
		get(this.peer.read(this.near.region().range(3 * SIZE, SIZE), this.peer.region("far").all()).submit().result());
	}

	private RemoteGrant forged(long handle, long length, Permissions permissions) {
		return new RemoteGrant(this.target.engineId(), handle, "far", 4_096, length, MemoryType.DRAM, 0, permissions);
	}

	private static long handle(NixlPeer peer, String region) {
		return ((RemoteGrant) peer.region(region)).handle();
	}

}
