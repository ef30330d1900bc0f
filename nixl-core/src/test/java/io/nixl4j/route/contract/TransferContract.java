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
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.Transfer;
import io.nixl4j.TransferResult;
import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.Region;
import io.nixl4j.route.Operation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bytes arrive where they belong, and no other byte of either end changes.
 */
abstract class TransferContract extends ContractCase {

	private static final int KIB = 1 << 10;

	private static final int MIB = 1 << 20;

	/** One byte, and both sides of every border that frames, steps and pages have. */
	private static final int[] SIZES = { 1, 2, 7, 8, 9, 511, 4 * KIB - 1, 4 * KIB, 4 * KIB + 1, 64 * KIB - 1, 64 * KIB,
			64 * KIB + 1, MIB - 1, MIB, MIB + 1, 3 * MIB + 5, 16 * MIB, 24 * MIB + 3 };

	private NixlAgent initiator;

	private NixlAgent target;

	@BeforeEach
	void startAgents() {
		this.initiator = this.agents.start("initiator");
		this.target = this.agents.start("target");
	}

	@Test
	void writesAndReadsOfEverySizeAtOddOffsetsMoveTheirBytesOnly() {
		RegionModel near = model(this.initiator, "near", 25 * MIB);
		RegionModel far = model(this.target, "far", 25 * MIB);
		SplittableRandom random = new SplittableRandom(1);
		near.fill(random);
		far.fill(random);
		NixlPeer peer = this.agents.connect(this.initiator, this.target);
		Region remote = peer.region("far");
		for (int size : SIZES) {
			for (Operation operation : Operation.values()) {
				long from = random.nextLong(near.region().length() - size + 1) | 1;
				long to = random.nextLong(far.region().length() - size + 1);
				move(peer, operation, near.region().range(Math.min(from, near.region().length() - size), size),
						remote.range(to, size), near, far);
			}
			near.verify();
			far.verify();
		}
	}

	@Test
	void randomListsOverSeveralRegionsArePairedByteByByte() {
		RegionModel[] near = { model(this.initiator, "near-1", 2 * MIB), model(this.initiator, "near-2", 3 * MIB) };
		RegionModel[] far = { model(this.target, "far-1", 3 * MIB), model(this.target, "far-2", MIB + 1),
				model(this.target, "far-3", 2 * MIB) };
		SplittableRandom random = new SplittableRandom(2);
		List.of(near).forEach((model) -> model.fill(random));
		List.of(far).forEach((model) -> model.fill(random));
		NixlPeer peer = this.agents.connect(this.initiator, this.target);
		List<Region> local = List.of(near[0].region(), near[1].region());
		List<Region> remote = List.of(peer.region("far-1"), peer.region("far-2"), peer.region("far-3"));
		for (int i = 0; i < 60; i++) {
			int bytes = 1 + random.nextInt(1 << random.nextInt(1, 20));
			DescriptorList from = RandomLists.of(random, local, bytes);
			DescriptorList to = RandomLists.of(random, remote, bytes);
			Operation operation = (i % 2 == 0) ? Operation.WRITE : Operation.READ;
			move(peer, operation, from, to, near, far);
			List.of(near).forEach(RegionModel::verify);
			List.of(far).forEach(RegionModel::verify);
		}
	}

	@Test
	void tensOfThousandsOfBlocksMoveAsOneTransfer() {
		int block = 64;
		int count = 20_000;
		RegionModel near = model(this.initiator, "near", 2 * block * count);
		RegionModel far = model(this.target, "far", 2 * block * count);
		SplittableRandom random = new SplittableRandom(3);
		near.fill(random);
		far.fill(random);
		NixlPeer peer = this.agents.connect(this.initiator, this.target);
		int[] shuffled = random.ints(0, 2 * count).distinct().limit(count).toArray();
		int[] even = IntStream.range(0, count).map((i) -> 2 * i).toArray();
		move(peer, Operation.WRITE, near.region().blocks(block, even), peer.region("far").blocks(block, shuffled), near,
				far);
		move(peer, Operation.READ, near.region().blocks(block, shuffled), peer.region("far").blocks(block, even), near,
				far);
		near.verify();
		far.verify();
	}

	@Test
	void bothEndsMayInitiateAtOnce() {
		int size = 8 * MIB;
		RegionModel out1 = model(this.initiator, "out-1", size);
		RegionModel in1 = model(this.initiator, "in-1", size);
		RegionModel read1 = model(this.initiator, "read-1", size);
		RegionModel out2 = model(this.target, "out-2", size);
		RegionModel in2 = model(this.target, "in-2", size);
		RegionModel read2 = model(this.target, "read-2", size);
		SplittableRandom random = new SplittableRandom(4);
		out1.fill(random);
		out2.fill(random);
		NixlPeer there = this.agents.connect(this.initiator, this.target);
		NixlPeer here = this.agents.connect(this.target, this.initiator);
		List<Transfer> transfers = List.of(there.write(out1.region().all(), there.region("in-2").all()).submit(),
				here.write(out2.region().all(), here.region("in-1").all()).submit(),
				there.read(read1.region().all(), there.region("out-2").all()).submit(),
				here.read(read2.region().all(), here.region("out-1").all()).submit());
		transfers.forEach((transfer) -> get(transfer.result()));
		byte[] ones = RegionModel.gather(out1.region().all(), out1);
		byte[] twos = RegionModel.gather(out2.region().all(), out2);
		RegionModel.scatter(in1.region().all(), twos, in1);
		RegionModel.scatter(read1.region().all(), twos, read1);
		RegionModel.scatter(in2.region().all(), ones, in2);
		RegionModel.scatter(read2.region().all(), ones, read2);
		List.of(out1, in1, read1, out2, in2, read2).forEach(RegionModel::verify);
	}

	@Test
	void resultSaysWhatWasMovedAndThatAllIsStill() {
		MemoryRegion near = this.agents.allocate(this.initiator, "near", 3 * KIB);
		this.agents.allocate(this.target, "far", 2 * KIB);
		NixlPeer peer = this.agents.connect(this.initiator, this.target);
		Transfer transfer = peer.read(near.range(5, 1_000), peer.region("far").range(7, 1_000)).submit();
		TransferResult result = get(transfer.result());
		assertThat(transfer.released()).isDone();
		assertThat(transfer.stopped()).isDone();
		assertThat(result.operation()).isEqualTo(Operation.READ);
		assertThat(result.bytes()).isEqualTo(1_000);
		assertThat(result.route()).isEqualTo(this.agents.route().name());
		assertThat(result.duration()).isBetween(Duration.ofNanos(1), Duration.ofMinutes(1));
		assertThat(transfer.cancel()).isFalse();
	}

	private RegionModel model(NixlAgent agent, String name, int length) {
		return new RegionModel(this.agents.allocate(agent, name, length));
	}

	private static void move(NixlPeer peer, Operation operation, DescriptorList local, DescriptorList remote,
			RegionModel near, RegionModel far) {
		move(peer, operation, local, remote, new RegionModel[] { near }, new RegionModel[] { far });
	}

	private static void move(NixlPeer peer, Operation operation, DescriptorList local, DescriptorList remote,
			RegionModel[] near, RegionModel[] far) {
		if (operation == Operation.WRITE) {
			get(peer.write(local, remote).submit().result());
			RegionModel.scatter(remote, RegionModel.gather(local, near), far);
		}
		else {
			get(peer.read(local, remote).submit().result());
			RegionModel.scatter(local, RegionModel.gather(remote, far), near);
		}
	}

}
