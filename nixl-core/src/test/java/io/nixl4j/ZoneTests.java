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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.route.local.LocalRouteProvider;
import io.nixl4j.route.tcp.TcpRouteProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/**
 * Which routes lead from one zone to another. The agents are of one process, so that
 * there is a better route than sockets.
 */
class ZoneTests {

	private static final int SIZE = 64 << 10;

	private final InProcessNetwork network = new InProcessNetwork();

	private final InMemoryNixlMetadataStore store = new InMemoryNixlMetadataStore();

	private final List<NixlAgent> agents = new ArrayList<>();

	private NixlAgent agent(String name, @Nullable String zone, RouteProvider... routes) {
		return agent(name, zone, TcpOptions.defaults(),
				(routes.length > 0) ? List.of(routes) : List.of(new LocalRouteProvider(), new TcpRouteProvider()));
	}

	private NixlAgent withoutSockets(String name, String zone, RouteProvider route) {
		return agent(name, zone, null, List.of(route));
	}

	private NixlAgent agent(String name, @Nullable String zone, @Nullable TcpOptions tcp, List<RouteProvider> routes) {
		NixlAgent agent = NixlAgent.builder()
			.name(name)
			.zone(zone)
			.tcp(tcp)
			.routes(routes)
			.network(this.network)
			.timeouts(Timeouts.defaults().withConnect(Duration.ofSeconds(10)))
			.metadataStore(this.store)
			.build();
		this.agents.add(agent);
		agent.start();
		agent.publish();
		return agent;
	}

	private static String routeOfAWrite(NixlPeer peer, NixlAgent from, MemoryRegion to) throws InterruptedException {
		MemoryRegion source = from.allocate(SIZE, RegionOptions.of("source"));
		for (int i = 0; i < SIZE; i++) {
			source.buffer(0, SIZE).put(i, (byte) i);
		}
		String route = peer.write(source.all(), peer.region("kv").all()).submit().await().route();
		assertThat(to.buffer(0, SIZE)).isEqualTo(source.buffer(0, SIZE));
		return route;
	}

	private static MemoryRegion kv(NixlAgent agent) {
		return agent.allocate("kv", SIZE, MemoryType.DRAM, Permissions.READ_WRITE);
	}

	@AfterEach
	void close() {
		this.agents.forEach(NixlAgent::close);
	}

	@Test
	void betweenZonesBytesGoBySocketsAndBothEndsSayWhy() throws InterruptedException {
		NixlAgent prefill = agent("prefill-1", "zone-a");
		NixlAgent decode = agent("decode-1", "zone-b");
		MemoryRegion kv = kv(decode);
		List<String> reasons = new ArrayList<>();
		decode.addPeerListener(new PeerListener() {

			@Override
			public void joined(NixlPeer peer, RouteChange route) {
				synchronized (reasons) {
					reasons.add(route.after() + " since " + route.reason());
				}
			}

		});
		NixlPeer peer = prefill.connect("decode-1");
		assertThat(routeOfAWrite(peer, prefill, kv)).isEqualTo("tcp");
		assertThat(peer.routes()).extracting(RouteStatus::name, RouteStatus::usable, RouteStatus::reason)
			.containsExactly(tuple("memory", false, "zones differ: zone-a, zone-b"), tuple("tcp", true, null));
		assertThat(decode.peer("prefill-1").orElseThrow().routes()).first()
			.extracting(RouteStatus::reason)
			.isEqualTo("zones differ: zone-b, zone-a");
		await().untilAsserted(() -> {
			synchronized (reasons) {
				assertThat(reasons).containsExactly("tcp since memory: zones differ: zone-b, zone-a");
			}
		});
		assertThat(this.store.get("decode-1").additions().zone()).isEqualTo("zone-b");
	}

	@ParameterizedTest
	@CsvSource({ "zone-a, zone-a", "zone-a,", ", zone-b", "," })
	void withinAZoneTheBestRouteIsTaken(@Nullable String near, @Nullable String far) throws InterruptedException {
		NixlAgent prefill = agent("prefill-1", near);
		NixlAgent decode = agent("decode-1", far);
		MemoryRegion kv = kv(decode);
		assertThat(routeOfAWrite(prefill.connect("decode-1"), prefill, kv)).isEqualTo("memory");
	}

	@Test
	void aPeerThatNoStoreKnowsSaysItsZoneInTheHandshake() {
		NixlAgent prefill = agent("prefill-1", "zone-a");
		NixlAgent decode = agent("decode-1", "zone-b");
		NixlPeer peer = prefill.connect("127.0.0.1", decode.port());
		assertThat(peer.routes()).first().extracting(RouteStatus::reason).isEqualTo("zones differ: zone-a, zone-b");
	}

	@Test
	void withoutSocketsThereIsNoWayToAnotherZone() {
		NixlAgent prefill = withoutSockets("prefill-1", "zone-a", new LocalRouteProvider());
		withoutSockets("decode-1", "zone-b", new LocalRouteProvider());
		NixlException failure = catchThrowableOfType(NixlException.class, () -> prefill.connect("decode-1"));
		assertThat(failure.error()).isEqualTo(NixlError.UNSUPPORTED);
		assertThat(failure).hasMessageContaining("another zone");
	}

	@Test
	void whereTheOnlyCommonRouteStaysInItsZoneConnectingSaysSo() {
		NixlAgent prefill = agent("prefill-1", "zone-a", new LocalRouteProvider());
		NixlAgent decode = agent("decode-1", "zone-b", new LocalRouteProvider());
		NixlException failure = catchThrowableOfType(NixlException.class,
				() -> prefill.connect("127.0.0.1", decode.port()));
		assertThat(failure.error()).isEqualTo(NixlError.PEER_LOST);
		assertThat(failure).hasMessageContaining("zones differ: zone-a, zone-b");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a\nb" })
	void zonesThatCannotBePrintedAreRefused(String zone) {
		assertThatIllegalArgumentException().isThrownBy(() -> NixlAgent.builder().zone(zone))
			.withMessageContaining("zone");
	}

	@Test
	void zonesThatNoHandshakeTakesAreRefused() {
		NixlAgent.builder().zone("z".repeat(255));
		assertThatIllegalArgumentException().isThrownBy(() -> NixlAgent.builder().zone("z".repeat(256)))
			.withMessageContaining("255");
	}

}
