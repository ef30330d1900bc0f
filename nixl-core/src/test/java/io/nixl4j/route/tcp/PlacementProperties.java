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

package io.nixl4j.route.tcp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RegionTable;
import io.nixl4j.memory.RunCursor;
import io.nixl4j.route.RemoteGrant;
import io.nixl4j.wire.MsgPackReader;
import io.nixl4j.wire.MsgPackWriter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Frames of a request cover its list exactly, and bytes land where the runs say, however
 * lists are cut and bytes arrive.
 */
class PlacementProperties {

	private static final int SIZE = 200_000;

	private static final int WHOLE = 1 << 20;

	@Property(tries = 300)
	void framesCoverTheListExactly(@ForAll long seed, @ForAll @IntRange(min = 1, max = 150_000) int bytes,
			@ForAll @IntRange(max = 14) int longest, @ForAll @IntRange(min = 1, max = 70_000) int most) {
		Random random = new Random(seed);
		try (RegionTable table = new RegionTable(Duration.ofSeconds(1))) {
			LocalRegion memory = table.allocate(SIZE, RegionOptions.of("memory"));
			RemoteGrant grant = grant(memory);
			DescriptorList list = Patterns.scattered(grant, bytes, 1 << longest, random);
			RunCursor planned = list.cursor();
			RunCursor expected = list.cursor();
			FramePlanner planner = new FramePlanner();
			while (planned.hasRemaining()) {
				int length = planner.plan(planned, most);
				assertThat(length).isBetween(1, most);
				ByteBuf header = Unpooled.buffer();
				planner.runs().write(new MsgPackWriter(header));
				assertThat(header.readableBytes()).isLessThan(60_000);
				RunList read = new RunList();
				read.read(new MsgPackReader(header));
				assertThat(read.bytes(most)).isEqualTo(length);
				assertRunsAre(read, expected);
			}
			assertThat(expected.hasRemaining()).isFalse();
		}
	}

	private static void assertRunsAre(RunList runs, RunCursor expected) {
		for (int group = 0; group < runs.groups(); group++) {
			for (int run = runs.firstRun(group); run < runs.endRun(group); run++) {
				for (long i = 0; i < runs.count(run); i++) {
					long start = runs.start(run) + i * runs.stride(run);
					for (long done = 0; done < runs.length(run);) {
						assertThat(runs.handle(group)).isEqualTo(((RemoteGrant) expected.region()).handle());
						assertThat(start + done).isEqualTo(expected.offset());
						long piece = Math.min(expected.contiguous(), runs.length(run) - done);
						expected.advance(piece);
						done += piece;
					}
				}
			}
		}
	}

	@Property(tries = 300)
	void bytesLandWhereTheRunsSay(@ForAll long seed, @ForAll @IntRange(min = 1, max = 60_000) int bytes,
			@ForAll @IntRange(max = 14) int longest, @ForAll @IntRange(min = 1, max = 70_000) int atOnce) {
		Random random = new Random(seed);
		byte[] body = new byte[bytes];
		random.nextBytes(body);
		RouteEnd.Grants grants = new RouteEnd.Grants();
		try (RegionTable table = new RegionTable(Duration.ofSeconds(1))) {
			LocalRegion memory = table.allocate(SIZE,
					RegionOptions.of("memory").withPermissions(Permissions.READ_WRITE));
			grants.add(memory);
			DescriptorList list = Patterns.scattered(grant(memory), bytes, 1 << longest, random);
			RunCursor cursor = list.cursor();
			FramePlanner planner = new FramePlanner();
			int done = 0;
			while (cursor.hasRemaining()) {
				int length = planner.plan(cursor, WHOLE);
				AdmittedRuns runs = new AdmittedRuns(grants, planner.runs()).admit(io.nixl4j.route.Operation.WRITE,
						length);
				boolean[] ended = new boolean[1];
				RunPlacer placer = new RunPlacer(runs, new RegionBuffers(Runnable::run), new BounceBuffer(),
						(complete, checksumOk) -> ended[0] = complete)
					.of(length);
				place(placer, body, done, length, atOnce);
				assertThat(ended[0]).isTrue();
				done += length;
			}
			assertThat(grants.admitted).hasValue(0);
			byte[] expected = new byte[SIZE];
			RunCursor writing = list.cursor();
			for (int from = 0; from < bytes;) {
				int piece = (int) writing.contiguous();
				System.arraycopy(body, from, expected, (int) writing.offset(), piece);
				writing.advance(piece);
				from += piece;
			}
			assertThat(Patterns.bytes(memory)).isEqualTo(expected);
		}
	}

	private static void place(Placer placer, byte[] body, int from, int length, int atOnce) {
		int done = 0;
		while (done < length) {
			ByteBuf memory = placer.next();
			int count = Math.min(Math.min(atOnce, memory.writableBytes()), length - done);
			memory.writeBytes(body, from + done, count);
			memory.release();
			placer.placed(count);
			done += count;
		}
		placer.complete(true);
	}

	private static RemoteGrant grant(LocalRegion region) {
		return new RemoteGrant("peer", RouteEnd.handle(region), region.name(), region.address(), region.length(),
				region.type(), 0, Permissions.READ_WRITE);
	}

	@Property(tries = 200)
	void aBodyIsWhatTheListNames(@ForAll long seed, @ForAll @IntRange(min = 1, max = 150_000) int bytes,
			@ForAll @IntRange(max = 16) int longest) {
		Random random = new Random(seed);
		try (RegionTable table = new RegionTable(Duration.ofSeconds(1))) {
			LocalRegion memory = table.allocate(SIZE, RegionOptions.of("memory"));
			Patterns.fill(memory, seed);
			byte[] source = Patterns.bytes(memory);
			DescriptorList list = Patterns.scattered(memory, bytes, 1 << longest, random);
			List<ByteBuf> pieces = new ArrayList<>();
			FramePlanner.fill(list.cursor(), 0, bytes,
					new FrameBody(new KeepingWriter(pieces), new RegionBuffers(Runnable::run)));
			ByteBuf body = Unpooled.wrappedBuffer(pieces.toArray(ByteBuf[]::new));
			byte[] expected = new byte[bytes];
			RunCursor cursor = list.cursor();
			for (int to = 0; to < bytes;) {
				int piece = (int) cursor.contiguous();
				System.arraycopy(source, (int) cursor.offset(), expected, to, piece);
				cursor.advance(piece);
				to += piece;
			}
			assertThat(ByteBufUtil.getBytes(body)).isEqualTo(expected);
			body.release();
		}
	}

}
