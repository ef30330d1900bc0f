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

package io.nixl4j.session;

import java.util.List;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.wire.AgentIdentity;
import io.nixl4j.wire.ConnectionRole;
import io.nixl4j.wire.EmbeddedConnection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a session's connection holds for a peer that takes nothing.
 */
class WireLinkTests {

	private final EmbeddedConnection connection = open();

	private final WireLink link = new WireLink(this.connection.connection());

	private static EmbeddedConnection open() {
		return EmbeddedConnection.open(ConnectionRole.SESSION, true,
				new AgentIdentity("decode-agent", "decode-1", new Incarnation(1, 2)), 3, 0);
	}

	@Test
	void answersToPingsDoNotPileUpForAPeerThatTakesNothing() {
		this.link.start(new Ignoring());
		this.connection.writable(false);
		for (int i = 0; i <= 100_000; i++) {
			this.link.send(new SessionMessage.Pong(i));
		}
		assertThat(this.connection.sent()).isEmpty();
		this.connection.writable(true);
		assertThat(this.connection.sent()).as("the newest answer alone")
			.containsExactly(sentBy(new SessionMessage.Pong(100_000)));
		this.connection.writable(false);
		this.connection.writable(true);
		assertThat(this.connection.sent()).as("said once").isEmpty();
	}

	@Test
	void messagesAreNeverLeftOut() {
		this.link.start(new Ignoring());
		this.connection.writable(false);
		this.link.send(new SessionMessage.NotifyAck(1));
		this.link.send(new SessionMessage.Pong(5));
		this.link.send(new SessionMessage.NotifyAck(2));
		assertThat(this.connection.sent()).containsExactly(sentBy(new SessionMessage.NotifyAck(1)),
				sentBy(new SessionMessage.NotifyAck(2)));
		this.connection.writable(true);
		assertThat(this.connection.sent()).containsExactly(sentBy(new SessionMessage.Pong(5)));
	}

	@Test
	void messageThatCannotBeSentEndsTheConnectionInsteadOfBeingLeftOut() {
		this.link.start(new Ignoring());
		this.link.send(new SessionMessage.Grant(1, "n".repeat(100_000), 2, 3, MemoryType.DRAM, 0, Permissions.READ));
		this.connection.sent();
		assertThat(this.connection.isOpen()).isFalse();
	}

	private static byte[] sentBy(SessionMessage message) {
		EmbeddedConnection other = open();
		new WireLink(other.connection()).send(message);
		List<byte[]> sent = other.sent();
		assertThat(sent).hasSize(1);
		return sent.get(0);
	}

	/** A session that does not care. */
	private static final class Ignoring implements SessionLink.Receiver {

		@Override
		public void received(SessionMessage message) {
			// Nothing is sent to it.
		}

		@Override
		public void lost(@Nullable NixlException cause) {
			// Nothing hangs on it.
		}

	}

}
