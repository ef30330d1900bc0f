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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RegionTable;
import io.nixl4j.route.Operation;
import io.nixl4j.route.RemoteGrant;
import io.nixl4j.route.RouteRequest;
import io.nixl4j.wire.AgentIdentity;
import io.nixl4j.wire.ConnectionRole;
import io.nixl4j.wire.EmbeddedConnection;
import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.FuzzFrames;
import io.nixl4j.wire.LaneRegistry;
import io.nixl4j.wire.MsgPackWriter;
import io.nixl4j.wire.TcpClient;
import io.nixl4j.wire.TestFrames;
import io.nixl4j.wire.WireEndpoint;
import io.nixl4j.wire.WireKey;
import io.nixl4j.wire.WireLoops;
import io.nixl4j.wire.WireSettings;

/**
 * What a fuzzer calls with any frames as the peer at the other end of a lane. No byte of
 * memory may change but those that {@link LaneStreamModel} allows, and at the end nothing
 * is held.
 */
public final class LaneStreamFuzzTarget {

	static final int SIZE = 4096;

	/** Of a READ that is under way here. */
	static final long READ_ID = 41;

	/** Of a WRITE that is under way here. */
	static final long WRITE_ID = 42;

	/** Where the READ brings its bytes to. */
	static final int READ_FROM = 1000;

	static final int READ_LENGTH = 2000;

	private static final int TRANSFERS = 1;

	private static final byte[] CANARIES = "\\".repeat(SIZE).getBytes(StandardCharsets.US_ASCII);

	private static final RegionTable REGIONS = new RegionTable(Duration.ofSeconds(1));

	private static final LocalRegion OPEN = region("open", Permissions.READ_WRITE);

	private static final LocalRegion READ_ONLY = region("read-only", Permissions.READ);

	private static final LocalRegion NOT_GRANTED = region("not-granted", Permissions.READ_WRITE);

	private static final LocalRegion LOCAL = region("local", Permissions.READ_WRITE);

	private static final AgentIdentity PEER = new AgentIdentity("peer", "peer", new Incarnation(1, 2));

	private static final WireLoops LOOPS = WireLoops.create("fuzz", 1, Duration.ZERO);

	private LaneStreamFuzzTarget() {
	}

	private static LocalRegion region(String name, Permissions permissions) {
		return REGIONS.allocate(SIZE, RegionOptions.of(name).withPermissions(permissions));
	}

	/**
	 * Runs one input.
	 * @param data flags, and frames as in {@link FuzzFrames}
	 */
	public static void fuzzerTestOneInput(byte[] data) {
		if (data.length == 0) {
			return;
		}
		List.of(OPEN, READ_ONLY, NOT_GRANTED, LOCAL).forEach(LaneStreamFuzzTarget::fill);
		RouteEnd.Grants grants = new RouteEnd.Grants();
		grants.add(OPEN);
		grants.add(READ_ONLY);
		WireSettings settings = WireSettings.of(PEER);
		WireEndpoint endpoint = new WireEndpoint(LOOPS, new TcpClient(LOOPS, settings), new LaneRegistry(), settings,
				1);
		TcpRoute route = new TcpRoute(grants, endpoint, 8, null);
		route.open();
		EmbeddedConnection lane = EmbeddedConnection.open(ConnectionRole.LANE, false, PEER, 0, 1);
		endpoint.lanes().accepted(lane.connection());
		RecordingEvents read = new RecordingEvents();
		RecordingEvents write = new RecordingEvents();
		boolean transfers = (data[0] & TRANSFERS) != 0;
		if (transfers) {
			request(route, Operation.READ, read).post(READ_ID, 1);
			request(route, Operation.WRITE, write).post(WRITE_ID, 1);
			lane.sent();
		}
		List<FuzzFrames.Frame> frames = FuzzFrames.frames(data, 1);
		for (FuzzFrames.Frame frame : frames) {
			if (lane.isOpen()) {
				lane.receive(frame.bytes());
				lane.sent();
			}
		}
		lane.connection().close(null);
		lane.sent();
		LaneStreamModel model = new LaneStreamModel(RouteEnd.handle(OPEN));
		frames.forEach(model::receives);
		check(OPEN, model.writable);
		check(READ_ONLY, new boolean[SIZE]);
		check(NOT_GRANTED, new boolean[SIZE]);
		check(LOCAL, transfers ? LaneStreamModel.range(READ_FROM, READ_LENGTH) : new boolean[SIZE]);
		require(grants.admitted.get() == 0, "a region is still held");
		if (transfers) {
			checkEnd(read);
			checkEnd(write);
			require(!read.fates.contains("done") || isFilled(), "a READ is done without its bytes");
		}
		route.disconnect();
	}

	private static RouteRequest request(TcpRoute route, Operation operation, RecordingEvents events) {
		RemoteGrant remote = new RemoteGrant("peer", 5, "theirs", 0, SIZE, MemoryType.DRAM, 0, Permissions.READ_WRITE);
		return route.prepare(operation, LOCAL.range(READ_FROM, READ_LENGTH), remote.range(0, READ_LENGTH), events);
	}

	private static void fill(LocalRegion region) {
		region.buffer(0, SIZE).put(CANARIES);
	}

	private static void check(LocalRegion region, boolean[] writable) {
		byte[] found = new byte[SIZE];
		region.buffer(0, SIZE).get(found);
		for (int i = Arrays.mismatch(found, CANARIES); i >= 0 && i < SIZE; i++) {
			if (found[i] != CANARIES[i]) {
				require(writable[i] && found[i] == FuzzFrames.FILL,
						"byte " + i + " of " + region.name() + " was written");
			}
		}
	}

	private static boolean isFilled() {
		byte[] found = new byte[READ_LENGTH];
		LOCAL.buffer(READ_FROM, READ_LENGTH).get(found);
		byte[] filled = new byte[READ_LENGTH];
		Arrays.fill(filled, FuzzFrames.FILL);
		return Arrays.equals(found, filled);
	}

	/** The lane is gone: each has ended once, in one way. */
	private static void checkEnd(RecordingEvents events) {
		List<String> fates = events.fates;
		boolean done = fates.equals(List.of("done"));
		boolean failed = fates.stream().filter((fate) -> fate.startsWith("failed")).count() == 1
				&& fates.stream().filter("released"::equals).count() == 1 && !fates.contains("done");
		require(done || failed, "a transfer ended as " + fates);
	}

	private static void require(boolean condition, String otherwise) {
		if (!condition) {
			throw new IllegalStateException(otherwise);
		}
	}

	/**
	 * Right and nearly right frames of all types, to begin from.
	 * @return the inputs
	 */
	public static List<byte[]> seeds() {
		long open = RouteEnd.handle(OPEN);
		List<byte[]> write = new ArrayList<>();
		for (long handle : new long[] { open, RouteEnd.handle(READ_ONLY), RouteEnd.handle(NOT_GRANTED) }) {
			write.add(frame(FrameType.WRITE, 7, 100, -1, new long[] { handle, 0, 100, 100, 1 }));
			write.add(frame(FrameType.WRITE, 8, 300, -1, new long[] { handle, 10, 8, 8, 10, 2000, 30, 20, 1 }));
			write.add(frame(FrameType.READ, 9, -1, 0, new long[] { handle, 4000, 96, 96, 1, 0, 24, 8, 128 }));
		}
		write.add(frame(FrameType.STOP, 8, -1, -1, null));
		List<byte[]> answer = List.of(
				frame(FrameType.READ_DATA, READ_ID, -1, 0, new long[] { 0, 0, 0, READ_LENGTH, 1 }),
				frame(FrameType.WRITE_ACK, WRITE_ID, -1, -1, null));
		List<byte[]> stopped = List.of(frame(FrameType.FAILED, WRITE_ID, -1, -1, null),
				frame(FrameType.STOPPED, WRITE_ID, -1, -1, null), frame(FrameType.FAILED, READ_ID, -1, -1, null),
				frame(FrameType.STOPPED, READ_ID, -1, -1, null));
		return List.of(FuzzFrames.input(0, write), FuzzFrames.input(TRANSFERS, answer),
				FuzzFrames.input(TRANSFERS, stopped));
	}

	private static byte[] frame(int type, long id, long total, int chunk, long[] runs) {
		ByteBuf header = Unpooled.buffer();
		MsgPackWriter writer = new MsgPackWriter(header);
		boolean named = runs != null && type != FrameType.READ_DATA;
		writer.map(3 + ((total >= 0) ? 1 : 0) + ((chunk >= 0) ? 1 : 0) + (named ? 1 : 0));
		writer.key(WireKey.TYPE).unsigned(type).key(WireKey.of("id")).unsigned(id).key(WireKey.of("at")).unsigned(1);
		if (total >= 0) {
			writer.key(WireKey.of("tot")).unsigned(total);
		}
		if (chunk >= 0) {
			writer.key(WireKey.of("c")).unsigned(chunk);
		}
		int bytes = 0;
		if (named) {
			writer.key(WireKey.of("r")).array(1).array(runs.length).unsigned(runs[0]);
		}
		for (int i = 1; runs != null && i < runs.length; i += 4) {
			bytes += (type == FrameType.READ) ? 0 : (int) (runs[i + 2] * runs[i + 3]);
			if (named) {
				writer.unsigned(runs[i]).unsigned(runs[i + 1]).unsigned(runs[i + 2]).unsigned(runs[i + 3]);
			}
		}
		return TestFrames.frame(ByteBufUtil.getBytes(header), new byte[bytes], true);
	}

}
