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

package io.nixl4j.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.nixl4j.memory.NixlError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What counts as progress of a socket, which takes what the tests say.
 */
class ProgressWatchTests {

	private static final Duration PATIENCE = Duration.ofMillis(1);

	private final EmbeddedChannel channel = new EmbeddedChannel() {

		@Override
		protected void doWrite(ChannelOutboundBuffer outbound) {
			// nothing is taken
		}

	};

	private final List<WireException> stalls = new ArrayList<>();

	private final ProgressWatch watch = new ProgressWatch(this.channel,
			new FramedReader(this.channel.alloc(), WireLimits.MAX_HEADER, WireLimits.MAX_BODY),
			new WireLimits(WireLimits.MAX_HEADER, WireLimits.MAX_BODY, Duration.ofSeconds(5), 1, 1, 1, 1, PATIENCE, 1,
					1, 1),
			this.stalls::add);

	/** Used again and again, as the buffers of connections are. */
	private final ByteBuf buffer = Unpooled.buffer(100).writeZero(100);

	ProgressWatchTests() {
		this.channel.pipeline().addLast(this.watch);
		// it looks when the tests say
		this.channel.freezeTime();
	}

	@AfterEach
	void close() {
		this.channel.close();
	}

	@Test
	void aBufferThatWasTakenAndIsUsedAgainIsProgress() {
		send();
		this.watch.arm();
		for (int i = 0; i < 5; i++) {
			look();
			outbound().remove();
			send();
		}
		assertThat(this.stalls).isEmpty();
	}

	@Test
	void aPartOfABufferIsProgress() {
		send();
		this.watch.arm();
		for (int i = 0; i < 5; i++) {
			look();
			outbound().progress(1);
		}
		assertThat(this.stalls).isEmpty();
	}

	@Test
	void moreThatWaitsIsNoProgress() {
		send();
		this.watch.arm();
		look();
		send();
		look();
		assertThat(this.stalls).singleElement().extracting(WireException::error).isEqualTo(NixlError.TIMED_OUT);
	}

	private ChannelOutboundBuffer outbound() {
		return this.channel.unsafe().outboundBuffer();
	}

	private void send() {
		this.channel.writeAndFlush(this.buffer.retain());
	}

	/** Looks when the patience is over. */
	private void look() {
		long begin = System.nanoTime();
		while (System.nanoTime() - begin < PATIENCE.toNanos()) {
			Thread.onSpinWait();
		}
		this.watch.run();
	}

}
