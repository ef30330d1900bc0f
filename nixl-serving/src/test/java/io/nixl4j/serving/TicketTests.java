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

package io.nixl4j.serving;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.nixl4j.NixlAgent;
import io.nixl4j.route.local.LocalRouteProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An attempt of a router that was started again has the name of one of its life before: a
 * prefill worker that still has the old one must not write for it.
 */
class TicketTests {

	private final Cluster cluster = new Cluster();

	private final Plain router = new Plain("router-1");

	private final Plain prefill = new Plain("prefill-1");

	@AfterEach
	void close() {
		this.cluster.close();
	}

	@Test
	void onlyTheAttemptThatBlocksAreKeptForMayBegin() throws Exception {
		this.cluster.decode("decode-1", 8);
		long first = reserve();
		this.router.send("decode-1", new ServingMessage.Cancel("request-1", 1));
		long second = reserve();
		assertThat(second).isNotEqualTo(first);
		this.prefill.send("decode-1", new ServingMessage.Begin(new AttemptId("router-1", "request-1", 1, first)));
		assertThat(this.prefill.next())
			.isEqualTo(new ServingMessage.Stop(new AttemptId("router-1", "request-1", 1, first)));
		this.prefill.send("decode-1", new ServingMessage.Begin(new AttemptId("router-1", "request-1", 1, second)));
		assertThat(this.prefill.next()).isInstanceOfSatisfying(ServingMessage.Admit.class,
				(admit) -> assertThat(admit.attemptId().ticket()).isEqualTo(second));
	}

	private long reserve() throws Exception {
		this.router.send("decode-1",
				new ServingMessage.Reserve("request-1", 1, "prefill-1", List.of(1, 2, 3), 3, 0, 5, "", 60_000, 0));
		return ((ServingMessage.Reserved) this.router.next()).ticket();
	}

	@Test
	void aPrefillWorkerDropsThePromptsOfARouterThatIsLost() throws Exception {
		Cluster.Prefill worker = this.cluster.prefill("prefill-2", 8);
		Plain decode = new Plain("decode-1");
		this.router.send("prefill-2", new ServingMessage.RemotePrefillRequest("request-1", 1, "decode-1",
				List.of(1, 2, 3), 3, 0, List.of(0), 0, 7, 5, "", 60_000));
		assertThat(decode.next()).isEqualTo(new ServingMessage.Begin(new AttemptId("router-1", "request-1", 1, 7)));
		assertThat(worker.worker().occupancy().free()).isLessThan(8);
		this.router.agent.close();
		assertThat(decode.next()).isEqualTo(new ServingMessage.Stopped(new AttemptId("router-1", "request-1", 1, 7)));
		worker.awaitFull();
	}

	/**
	 * Somebody who says what the test wants.
	 */
	private final class Plain {

		private final BlockingQueue<ServingMessage> heard = new LinkedBlockingQueue<>();

		private final NixlAgent agent;

		private Plain(String name) {
			this.agent = TicketTests.this.cluster.agent(name, new LocalRouteProvider());
			this.agent.onNotification((notification) -> this.heard.add(ServingCodec.decode(notification.payload())));
			this.agent.start();
			this.agent.publish();
		}

		private void send(String engine, ServingMessage message) throws Exception {
			this.agent.connect(engine).notify(ServingCodec.encode(message)).get(60, TimeUnit.SECONDS);
		}

		private ServingMessage next() throws Exception {
			ServingMessage message = this.heard.poll(60, TimeUnit.SECONDS);
			assertThat(message).as("a message").isNotNull();
			return message;
		}

	}

}
