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

import java.util.Set;

import io.nixl4j.memory.Incarnation;
import org.jspecify.annotations.Nullable;

/**
 * The acceptor's answer to a {@link Hello}.
 *
 * @param version the version that will be spoken
 * @param features the features that both ends know
 * @param self who the acceptor is
 * @param nonce 32 random bytes
 * @param authenticated whether it has a secret and wants a proof
 * @param maxBody the longest body that it takes
 * @param proof its own proof, empty without a secret
 */
record Challenge(int version, Set<String> features, AgentIdentity self, byte[] nonce, boolean authenticated,
		int maxBody, byte[] proof) {

	private static final int VERSION = 'v';

	private static final int FEATURES = 'f' << 16 | 'e' << 8 | 'a';

	private static final int AGENT = 'a' << 8 | 'n';

	private static final int ENGINE = 'e' << 8 | 'i';

	private static final int INCARNATION = 'i' << 16 | 'n' << 8 | 'c';

	private static final int NONCE = 'n';

	private static final int AUTHENTICATED = 'a' << 16 | 'u' << 8 | 't';

	private static final int MAX_BODY = 'm' << 8 | 'b';

	private static final int PROOF = 'm' << 16 | 'a' << 8 | 'c';

	void write(FramedWriter writer) {
		String zone = this.self.zone();
		MsgPackWriter header = writer.begin(FrameType.CHALLENGE, (zone != null) ? 10 : 9);
		header.key(VERSION).unsigned(this.version);
		header.key(FEATURES);
		Hello.writeFeatures(header, this.features);
		header.key(AGENT).string(this.self.agentName());
		header.key(ENGINE).string(this.self.engineId());
		header.key(INCARNATION).binary(this.self.incarnation().toBytes());
		header.key(NONCE).binary(this.nonce);
		header.key(AUTHENTICATED).bool(this.authenticated);
		header.key(MAX_BODY).unsigned(this.maxBody);
		header.key(PROOF).binary(this.proof);
		if (zone != null) {
			header.key(Hello.ZONE).string(zone);
		}
		writer.end(null);
		writer.flush();
	}

	static Challenge read(int entries, MsgPackReader header) {
		int version = -1;
		Set<String> features = null;
		String agentName = null;
		String engineId = null;
		Incarnation incarnation = null;
		byte[] nonce = null;
		Boolean authenticated = null;
		Integer maxBody = null;
		byte[] proof = {};
		String zone = null;
		for (int i = 0; i < entries; i++) {
			switch (header.key()) {
				case VERSION -> version = header.unsignedInt(0xffff);
				case FEATURES -> features = Hello.readFeatures(header);
				case AGENT -> agentName = Hello.readName(header);
				case ENGINE -> engineId = Hello.readName(header);
				case INCARNATION -> incarnation = Incarnation.of(Hello.readExactly(header, 16, "incarnation"));
				case NONCE -> nonce = Hello.readExactly(header, Hello.NONCE, "nonce");
				case AUTHENTICATED -> authenticated = header.bool();
				case MAX_BODY -> maxBody = Hello.readMaxBody(header);
				case PROOF -> proof = header.binary(Hello.NONCE);
				case Hello.ZONE -> zone = Hello.readName(header);
				default -> header.skip();
			}
		}
		header.expectEnd();
		AgentIdentity self = new AgentIdentity(Hello.present(agentName, "agent name"),
				Hello.present(engineId, "engine id"), Hello.present(incarnation, "incarnation"), zone);
		return of(version, features, self, nonce, authenticated, maxBody, proof);
	}

	private static Challenge of(int version, @Nullable Set<String> features, AgentIdentity self,
			byte @Nullable [] nonce, @Nullable Boolean authenticated, @Nullable Integer maxBody, byte[] proof) {
		return new Challenge(version, Hello.present(features, "features"), self, Hello.present(nonce, "nonce"),
				Hello.present(authenticated, "authentication"), Hello.present(maxBody, "longest body"), proof);
	}

	@Override
	public String toString() {
		return "Challenge[" + this.version + ", " + this.self + "]";
	}

}
