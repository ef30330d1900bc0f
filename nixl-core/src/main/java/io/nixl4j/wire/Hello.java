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

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

import io.nixl4j.memory.Incarnation;
import org.jspecify.annotations.Nullable;

/**
 * The opener's first frame.
 *
 * @param minVersion the oldest version it speaks
 * @param maxVersion the newest version it speaks
 * @param required features that the acceptor must know
 * @param offered features that may be used
 * @param role what the connection is for
 * @param self who it is
 * @param expectedEngineId whom it expects, empty for anybody
 * @param nonce 32 random bytes
 * @param sessionId the session that a lane joins, else 0
 * @param token what the lane shows for it, else empty
 * @param lane the lane's number in its session, else 0
 * @param checksums whether it wants checksums of bodies
 * @param maxBody the longest body that it takes
 * @param received how many messages of the session it has received, if the connection is
 * to go on with a session whose connection broke, else {@link #NEW}
 */
record Hello(int minVersion, int maxVersion, Set<String> required, Set<String> offered, ConnectionRole role,
		AgentIdentity self, String expectedEngineId, byte[] nonce, long sessionId, byte[] token, int lane,
		boolean checksums, int maxBody, long received) {

	/** The version that this code speaks. */
	static final int VERSION = 1;

	/** Instead of a count: nothing is gone on with. */
	static final long NEW = -1;

	/** Bytes of a nonce, and of a proof. */
	static final int NONCE = 32;

	/** Bytes of a token. */
	static final int TOKEN = 16;

	private static final int MAX_VERSION = 0xffff;

	private static final int MAX_FEATURES = 32;

	private static final int MAX_FEATURE_BYTES = 64;

	private static final int VMIN = 'v' << 16 | 'm' << 8 | 'n';

	private static final int VMAX = 'v' << 16 | 'm' << 8 | 'x';

	private static final int REQUIRED = 'r' << 16 | 'e' << 8 | 'q';

	private static final int OFFERED = 'o' << 16 | 'f' << 8 | 'f';

	private static final int ROLE = 'r' << 16 | 'o' << 8 | 'l';

	private static final int AGENT = 'a' << 8 | 'n';

	private static final int ENGINE = 'e' << 8 | 'i';

	private static final int INCARNATION = 'i' << 16 | 'n' << 8 | 'c';

	private static final int TO = 't' << 8 | 'o';

	private static final int NONCE_KEY = 'n';

	private static final int SESSION = 's' << 16 | 'i' << 8 | 'd';

	private static final int TOKEN_KEY = 't' << 16 | 'o' << 8 | 'k';

	private static final int LANE = 'l' << 8 | 'n';

	private static final int CHECKSUMS = 'c' << 8 | 's';

	private static final int MAX_BODY = 'm' << 8 | 'b';

	private static final int RECEIVED = 'r' << 16 | 'c' << 8 | 'v';

	/** The key of the sender's zone, in CHALLENGE too. */
	static final int ZONE = 'z' << 16 | 'o' << 8 | 'n';

	/** A HELLO that goes on with nothing. */
	Hello(int minVersion, int maxVersion, Set<String> required, Set<String> offered, ConnectionRole role,
			AgentIdentity self, String expectedEngineId, byte[] nonce, long sessionId, byte[] token, int lane,
			boolean checksums, int maxBody) {
		this(minVersion, maxVersion, required, offered, role, self, expectedEngineId, nonce, sessionId, token, lane,
				checksums, maxBody, NEW);
	}

	void write(FramedWriter writer) {
		boolean resumes = this.received != NEW;
		String zone = this.self.zone();
		MsgPackWriter header = writer.begin(FrameType.HELLO, 15 + (resumes ? 1 : 0) + ((zone != null) ? 1 : 0));
		header.key(VMIN).unsigned(this.minVersion);
		header.key(VMAX).unsigned(this.maxVersion);
		header.key(REQUIRED);
		writeFeatures(header, this.required);
		header.key(OFFERED);
		writeFeatures(header, this.offered);
		header.key(ROLE).string(this.role.wireName());
		header.key(AGENT).string(this.self.agentName());
		header.key(ENGINE).string(this.self.engineId());
		header.key(INCARNATION).binary(this.self.incarnation().toBytes());
		header.key(TO).string(this.expectedEngineId);
		header.key(NONCE_KEY).binary(this.nonce);
		header.key(SESSION).unsigned(this.sessionId);
		header.key(TOKEN_KEY).binary(this.token);
		header.key(LANE).unsigned(this.lane);
		header.key(CHECKSUMS).bool(this.checksums);
		header.key(MAX_BODY).unsigned(this.maxBody);
		if (resumes) {
			header.key(RECEIVED).unsigned(this.received);
		}
		if (zone != null) {
			header.key(ZONE).string(zone);
		}
		writer.end(null);
		writer.flush();
	}

	static Hello read(int entries, MsgPackReader header) {
		Fields fields = new Fields();
		for (int i = 0; i < entries; i++) {
			fields.read(header);
		}
		header.expectEnd();
		return fields.hello();
	}

	static void writeFeatures(MsgPackWriter header, Set<String> features) {
		header.array(features.size());
		for (String feature : new TreeSet<>(features)) {
			header.string(feature);
		}
	}

	static Set<String> readFeatures(MsgPackReader header) {
		int count = header.array();
		if (count > MAX_FEATURES) {
			throw WireException.protocol("a handshake names more than " + MAX_FEATURES + " features");
		}
		Set<String> features = new TreeSet<>();
		for (int i = 0; i < count; i++) {
			features.add(header.name(MAX_FEATURE_BYTES));
		}
		return Set.copyOf(features);
	}

	static String readName(MsgPackReader header) {
		String name = header.string(AgentIdentity.MAX_NAME_BYTES);
		if (name.isEmpty() || name.chars().anyMatch(Character::isISOControl)) {
			throw WireException.protocol("a handshake has a name that is empty or not printable");
		}
		return name;
	}

	static byte[] readExactly(MsgPackReader header, int length, String what) {
		byte[] bytes = header.binary(length);
		if (bytes.length != length) {
			throw WireException.protocol("a handshake has a wrong " + what);
		}
		return bytes;
	}

	/** As it was sent, since the proofs cover it; the lesser of both ends' counts. */
	static int readMaxBody(MsgPackReader header) {
		int length = header.unsignedInt(Integer.MAX_VALUE);
		if (length < WireLimits.MAX_HEADER) {
			throw WireException.protocol("a handshake has a longest body that is out of range");
		}
		return length;
	}

	static <T> T present(@Nullable T value, String what) {
		if (value == null) {
			throw WireException.protocol("a handshake lacks its " + what);
		}
		return value;
	}

	@Override
	public String toString() {
		return "Hello[" + this.role + ", " + this.self + "]";
	}

	/** What was read so far. */
	private static final class Fields {

		private int minVersion = -1;

		private int maxVersion = -1;

		private @Nullable Set<String> required;

		private @Nullable Set<String> offered;

		private @Nullable ConnectionRole role;

		private @Nullable String agentName;

		private @Nullable String engineId;

		private @Nullable Incarnation incarnation;

		private @Nullable String expected;

		private byte @Nullable [] nonce;

		private long sessionId;

		private byte[] token = {};

		private int lane;

		private boolean checksums;

		private int maxBody;

		private long received = NEW;

		private @Nullable String zone;

		void read(MsgPackReader header) {
			switch (header.key()) {
				case VMIN -> this.minVersion = header.unsignedInt(MAX_VERSION);
				case VMAX -> this.maxVersion = header.unsignedInt(MAX_VERSION);
				case REQUIRED -> this.required = readFeatures(header);
				case OFFERED -> this.offered = readFeatures(header);
				case ROLE -> this.role = readRole(header);
				case AGENT -> this.agentName = readName(header);
				case ENGINE -> this.engineId = readName(header);
				case INCARNATION -> this.incarnation = Incarnation.of(readExactly(header, 16, "incarnation"));
				case TO -> this.expected = header.string(AgentIdentity.MAX_NAME_BYTES);
				case NONCE_KEY -> this.nonce = readExactly(header, NONCE, "nonce");
				case SESSION -> this.sessionId = header.unsigned();
				case TOKEN_KEY -> this.token = header.binary(TOKEN);
				case LANE -> this.lane = header.unsignedInt(Integer.MAX_VALUE);
				case CHECKSUMS -> this.checksums = header.bool();
				case MAX_BODY -> this.maxBody = readMaxBody(header);
				case RECEIVED -> this.received = header.unsigned(Long.MAX_VALUE);
				case ZONE -> this.zone = readName(header);
				default -> header.skip();
			}
		}

		private static ConnectionRole readRole(MsgPackReader header) {
			String name = header.string(16);
			return Arrays.stream(ConnectionRole.values())
				.filter((role) -> role.wireName().equals(name))
				.findFirst()
				.orElseThrow(() -> WireException.protocol("a handshake has an unknown role"));
		}

		Hello hello() {
			if (this.minVersion < 0 || this.maxVersion < this.minVersion) {
				throw WireException.protocol("a handshake has no range of versions");
			}
			if (this.maxBody == 0) {
				throw WireException.protocol("a handshake lacks its longest body");
			}
			AgentIdentity self = new AgentIdentity(present(this.agentName, "agent name"),
					present(this.engineId, "engine id"), present(this.incarnation, "incarnation"), this.zone);
			return new Hello(this.minVersion, this.maxVersion, present(this.required, "required features"),
					present(this.offered, "offered features"), present(this.role, "role"), self,
					present(this.expected, "expected engine id"), present(this.nonce, "nonce"), this.sessionId,
					this.token, this.lane, this.checksums, this.maxBody, this.received);
		}

	}

}
