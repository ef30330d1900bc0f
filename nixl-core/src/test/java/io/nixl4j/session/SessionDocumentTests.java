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

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.nixl4j.docs.HexDump;
import io.nixl4j.docs.WireDocument;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.wire.AgentIdentity;
import io.nixl4j.wire.ConnectionRole;
import io.nixl4j.wire.EmbeddedConnection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Replays the session's frames of docs/wire.md over the links of two real ends.
 */
class SessionDocumentTests {

	private static final WireDocument DOCUMENT = WireDocument.read();

	private static final long HANDLE = 0x8070605040302010L;

	private static final Map<String, SessionMessage> MESSAGES = messages();

	private static Map<String, SessionMessage> messages() {
		Map<String, SessionMessage> messages = new LinkedHashMap<>();
		messages.put("GRANT", new SessionMessage.Grant(HANDLE, "kv", 0x7f3a_0000_0000L, 4L << 30, MemoryType.DRAM, 0,
				Permissions.READ_WRITE));
		messages.put("GRANTED", new SessionMessage.Granted());
		messages.put("WITHDRAW", new SessionMessage.Withdraw(HANDLE));
		messages.put("WITHDRAWN", new SessionMessage.Withdrawn(HANDLE));
		messages.put("NOTIFY", new SessionMessage.Notify(7, "request-42".getBytes(StandardCharsets.US_ASCII)));
		messages.put("NOTIFY_ACK", new SessionMessage.NotifyAck(7));
		messages.put("GOODBYE", new SessionMessage.Goodbye("Engine prefill-1 has stopped"));
		messages.put("PING", new SessionMessage.Ping(41));
		messages.put("PONG", new SessionMessage.Pong(17));
		messages.put("FENCE", new SessionMessage.Fence("tcp", 2));
		messages.put("FENCED", new SessionMessage.Fenced("tcp", 2));
		return messages;
	}

	static Stream<String> dumps() {
		return DOCUMENT.dumps("Session").stream();
	}

	@Test
	void everyMessageIsInTheDocument() {
		assertThat(MESSAGES.values().stream().map(Object::getClass))
			.containsExactlyInAnyOrder(SessionMessage.class.getPermittedSubclasses());
		assertThat(dumps()).containsExactlyInAnyOrderElementsOf(MESSAGES.keySet());
	}

	@ParameterizedTest
	@MethodSource("dumps")
	void aMessageIsSentAsTheDocumentShowsIt(String name) {
		EmbeddedConnection connection = connection();
		new WireLink(connection.connection()).send(message(name));
		List<byte[]> sent = connection.sent();
		assertThat(sent).hasSize(1);
		assertThat(HexDump.ofFrame(sent.get(0))).as(name).isEqualTo(DOCUMENT.text(name));
	}

	@ParameterizedTest
	@MethodSource("dumps")
	void aMessageIsReceivedAsTheDocumentShowsIt(String name) {
		EmbeddedConnection connection = connection();
		List<SessionMessage> received = new ArrayList<>();
		new WireLink(connection.connection()).start(new SessionLink.Receiver() {

			@Override
			public void received(SessionMessage message) {
				received.add(message);
			}

			@Override
			public void lost(@Nullable NixlException cause) {
				throw new AssertionError("the link is lost", cause);
			}

		});
		connection.receive(DOCUMENT.bytes(name));
		assertThat(received).usingRecursiveFieldByFieldElementComparator().containsExactly(message(name));
	}

	private static SessionMessage message(String name) {
		return Objects.requireNonNull(MESSAGES.get(name), name);
	}

	private static EmbeddedConnection connection() {
		return EmbeddedConnection.open(ConnectionRole.SESSION, true,
				new AgentIdentity("decode-agent", "decode-1", new Incarnation(1, 2)), 3, 0);
	}

}
