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

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.nixl4j.docs.HexDump;
import io.nixl4j.docs.WireDocument;
import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.DeviceMemories;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RegionTable;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.route.PeerLink;
import io.nixl4j.route.RemoteGrant;
import io.nixl4j.route.RouteRequest;
import io.nixl4j.route.contract.DelayedMemory;
import io.nixl4j.route.contract.HostBytes;
import io.nixl4j.wire.AgentIdentity;
import io.nixl4j.wire.ConnectionRole;
import io.nixl4j.wire.EmbeddedConnection;
import io.nixl4j.wire.LaneRegistry;
import io.nixl4j.wire.TcpClient;
import io.nixl4j.wire.WireEndpoint;
import io.nixl4j.wire.WireLoops;
import io.nixl4j.wire.WireSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Replays the lives of transfers in docs/wire.md between two real ends of a route: what
 * each sends must be what the document shows, and what the document shows is what the
 * other one gets.
 */
class LaneDocumentTests {

	private static final WireDocument DOCUMENT = WireDocument.read();

	private static final long SESSION = 0x0123456789abcdefL;

	private static final long KV_HANDLE = 0x8070605040302010L;

	private static final long TAIL_HANDLE = 0x0102030405060708L;

	/** What the handles of the target claim to be as long as. */
	private static final long GRANTED = 8192;

	private final RegionTable regions = new RegionTable(Duration.ofSeconds(5));

	private final LocalRegion source = allocate("source", GRANTED);

	private final LocalRegion kv = allocate("kv", 4096);

	private final LocalRegion tail = allocate("tail", 4096);

	private final WireLoops loops = WireLoops.create("test", 1, Duration.ZERO);

	private final End initiator = new End(this.loops, Map.of());

	private final End target = new End(this.loops, Map.of(KV_HANDLE, this.kv, TAIL_HANDLE, this.tail));

	private final Fates fates = new Fates();

	@AfterEach
	void close() {
		this.regions.close();
		this.loops.close().join();
	}

	@Test
	void everyDumpIsReplayedHere() {
		assertThat(DOCUMENT.dumps("Lane")).containsExactlyInAnyOrder("WRITE", "WRITE_ACK", "READ", "READ_DATA",
				"FAILED", "STOP", "STOPPED", "LANE_PING", "LANE_PONG", "STAGE", "STAGED");
	}

	@Test
	void aWriteIsPlacedAndAcknowledged() {
		put(this.source, 0, "layer-00layer-01layer-02tail");
		request(Operation.WRITE, this.source.range(0, 28), scattered()).post(41, 1);
		relay(this.initiator, this.target, "WRITE");
		assertThat(List.of(get(this.kv, 32, 8), get(this.kv, 48, 8), get(this.kv, 64, 8), get(this.tail, 4, 4)))
			.containsExactly("layer-00", "layer-01", "layer-02", "tail");
		relay(this.target, this.initiator, "WRITE_ACK");
		assertThat(this.fates.told).containsExactly("done");
	}

	@Test
	void aReadAsksAndIsAnswered() {
		put(this.kv, 32, "layer-00layer-XXlayer-01layer-XXlayer-02");
		put(this.tail, 4, "tail");
		request(Operation.READ, this.source.range(100, 28), scattered()).post(42, 1);
		relay(this.initiator, this.target, "READ");
		relay(this.target, this.initiator, "READ_DATA");
		assertThat(get(this.source, 100, 28)).isEqualTo("layer-00layer-01layer-02tail");
		assertThat(this.fates.told).containsExactly("done");
	}

	@Test
	void anAttemptFailsAndIsStopped() {
		request(Operation.WRITE, this.source.range(0, 8), granted(KV_HANDLE, "kv").range(4092, 8)).post(43, 1);
		this.initiator.sent().forEach(this.target::receive);
		relay(this.target, this.initiator, "FAILED");
		assertThat(this.fates.told).containsExactly("failed", "released");
		assertThat(Objects.requireNonNull(this.fates.failure).error()).isEqualTo(NixlError.OUT_OF_RANGE);
		relay(this.initiator, this.target, "STOP");
		relay(this.target, this.initiator, "STOPPED");
		assertThat(this.fates.told).containsExactly("failed", "released", "stopped");
	}

	@Test
	void aWriteIntoMemoryOfADeviceIsStaged() {
		DelayedMemory provider = new DelayedMemory(Duration.ZERO);
		DeviceMemories devices = DeviceMemories.open("target", List.of(provider));
		try (RegionTable table = new RegionTable(Duration.ofSeconds(5), Runnable::run, devices)) {
			LocalRegion vram = table.allocate(4096, RegionOptions.of("vram").withType(MemoryType.VRAM));
			StagingPool pool = new StagingPool(devices.find(MemoryType.VRAM).orElseThrow(), "target", 1 << 20, 1 << 20);
			End device = new End(this.loops, Map.of(KV_HANDLE, vram), pool.peer());
			RemoteGrant grant = new RemoteGrant("decode-1", KV_HANDLE, "vram", 0, 4096, MemoryType.VRAM, 0,
					Permissions.READ_WRITE);
			put(this.source, 0, "layer-00layer-01layer-02tail");
			request(Operation.WRITE, this.source.range(0, 28), grant.range(64, 28)).post(44, 1);
			relay(this.initiator, device, "STAGE");
			assertThat(HexDump.ofFrame(device.awaitSent())).isEqualTo(DOCUMENT.text("STAGED"));
			this.initiator.receive(DOCUMENT.bytes("STAGED"));
			this.initiator.sent().forEach(device::receive);
			this.initiator.receive(device.awaitSent());
			assertThat(this.fates.told).containsExactly("done");
			ByteBuffer there = HostBytes.of(vram, 64, 28);
			assertThat(StandardCharsets.US_ASCII.decode(there).toString()).isEqualTo("layer-00layer-01layer-02tail");
			assertThat(pool.used()).isZero();
			pool.close();
		}
		devices.close();
	}

	@Test
	void aLaneThatIsSilentIsAskedAndOneThatDoesNotAnswerIsClosed() {
		request(Operation.WRITE, this.source.range(0, 8), granted(KV_HANDLE, "kv").range(0, 8)).post(44, 1);
		assertThat(this.initiator.sent()).hasSize(1);
		for (int i = 0; i <= Lane.BEATS_A_TIMEOUT / 5; i++) {
			this.initiator.route.beat();
		}
		relay(this.initiator, this.target, "LANE_PING");
		relay(this.target, this.initiator, "LANE_PONG");
		for (int i = 0; i < Lane.BEATS_A_TIMEOUT / 2; i++) {
			assertThat(this.initiator.lane.isOpen()).isTrue();
			this.initiator.route.beat();
			this.initiator.sent();
		}
		this.initiator.route.beat();
		this.initiator.sent();
		assertThat(this.initiator.lane.isOpen()).isFalse();
		assertThat(this.fates.told).containsExactly("failed", "released");
	}

	private DescriptorList scattered() {
		return DescriptorList.of(granted(KV_HANDLE, "kv").strided(32, 16, 8, 3),
				granted(TAIL_HANDLE, "tail").range(4, 4));
	}

	private static RemoteGrant granted(long handle, String name) {
		return new RemoteGrant("decode-1", handle, name, 0, GRANTED, MemoryType.DRAM, 0, Permissions.READ_WRITE);
	}

	private RouteRequest request(Operation operation, DescriptorList local, DescriptorList remote) {
		return this.initiator.route.prepare(operation, local, remote, this.fates);
	}

	/** What one end sent is in the document; the other end gets what is there. */
	private static void relay(End from, End to, String name) {
		List<byte[]> sent = from.sent();
		assertThat(sent).hasSize(1);
		assertThat(HexDump.ofFrame(sent.get(0))).as(name).isEqualTo(DOCUMENT.text(name));
		to.receive(DOCUMENT.bytes(name));
	}

	private LocalRegion allocate(String name, long length) {
		return this.regions.allocate(length, RegionOptions.of(name));
	}

	private static void put(LocalRegion region, long offset, String text) {
		region.buffer(offset, text.length()).put(text.getBytes(StandardCharsets.US_ASCII));
	}

	private static String get(LocalRegion region, long offset, int length) {
		ByteBuffer bytes = region.buffer(offset, length);
		return StandardCharsets.US_ASCII.decode(bytes).toString();
	}

	/** One end of a route with one lane. */
	private static final class End {

		private final TcpRoute route;

		private final EmbeddedConnection lane;

		End(WireLoops loops, Map<Long, LocalRegion> grants) {
			this(loops, grants, null);
		}

		End(WireLoops loops, Map<Long, LocalRegion> grants, @Nullable StagingPeer staging) {
			AgentIdentity peer = new AgentIdentity("peer", "peer", new Incarnation(1, 2));
			WireSettings settings = WireSettings.of(peer);
			WireEndpoint endpoint = new WireEndpoint(loops, new TcpClient(loops, settings), new LaneRegistry(),
					settings, 1);
			this.route = new TcpRoute(new GrantingLink(peer, grants), endpoint, 8, staging);
			this.route.open();
			this.lane = EmbeddedConnection.open(ConnectionRole.LANE, false, peer, SESSION, 1);
			endpoint.lanes().accepted(this.lane.connection());
		}

		List<byte[]> sent() {
			return this.lane.sent();
		}

		/** The frame that is sent when a copy has ended, or memory was allocated. */
		byte[] awaitSent() {
			List<byte[]> frames = new ArrayList<>();
			await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).pollInSameThread().until(() -> {
				frames.addAll(sent());
				return !frames.isEmpty();
			});
			assertThat(frames).hasSize(1);
			return frames.get(0);
		}

		void receive(byte[] frame) {
			this.lane.receive(frame);
		}

	}

	/**
	 * The part of a session that a route asks.
	 *
	 * @param peer who is at the other end
	 * @param grants what it may use
	 */
	private record GrantingLink(AgentIdentity peer, Map<Long, LocalRegion> grants) implements PeerLink {

		@Override
		public String engineId() {
			return this.peer.engineId();
		}

		@Override
		public Incarnation incarnation() {
			return this.peer.incarnation();
		}

		@Override
		public long sessionId() {
			return SESSION;
		}

		@Override
		public byte[] token() {
			return new byte[16];
		}

		@Override
		public boolean opener() {
			return false;
		}

		@Override
		public Optional<InetSocketAddress> address() {
			return Optional.empty();
		}

		@Override
		public Optional<PeerLink> opposite() {
			return Optional.empty();
		}

		@Override
		public LocalRegion admit(long handle, Operation operation) {
			LocalRegion region = Objects.requireNonNull(this.grants.get(handle));
			assertThat(region.hold()).isTrue();
			return region;
		}

		@Override
		public void leave(LocalRegion region) {
			region.unhold();
		}

		@Override
		public CompletionStage<Void> fence(String route, int lane) {
			return new CompletableFuture<>();
		}

	}

	/** Notes the fates of an attempt. */
	private static final class Fates implements AttemptEvents {

		private final List<String> told = new ArrayList<>();

		private @Nullable NixlException failure;

		@Override
		public void done() {
			this.told.add("done");
		}

		@Override
		public void failed(NixlException cause) {
			this.failure = cause;
			this.told.add("failed");
		}

		@Override
		public void released() {
			this.told.add("released");
		}

		@Override
		public void stopped() {
			this.told.add("stopped");
		}

	}

}
