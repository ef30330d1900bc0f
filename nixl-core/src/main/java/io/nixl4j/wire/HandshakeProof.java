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

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import java.util.TreeSet;

import javax.crypto.Mac;

import org.jspecify.annotations.Nullable;

/**
 * What an end shows to prove that it knows the secret: HMAC-SHA256 over everything that
 * both ends said, each part with its length before it, under a label of its own for each
 * end so that no proof can be sent back to who made it.
 */
final class HandshakeProof {

	/** Key of the proof in a PROOF frame. */
	private static final int PROOF = 'm' << 16 | 'a' << 8 | 'c';

	private static final byte[] NONE = {};

	private HandshakeProof() {
	}

	/** The acceptor's proof, empty without a secret. */
	static byte[] ofAcceptor(@Nullable SharedSecret secret, Hello hello, Challenge challenge) {
		return (secret != null) ? compute(secret, "nixl4j server", hello, challenge) : NONE;
	}

	/** The opener's proof, empty without a secret. */
	static byte[] ofOpener(@Nullable SharedSecret secret, Hello hello, Challenge challenge) {
		return (secret != null) ? compute(secret, "nixl4j client", hello, challenge) : NONE;
	}

	/** Compares in a time that does not tell where the first difference is. */
	static boolean matches(byte[] expected, byte[] shown) {
		return MessageDigest.isEqual(expected, shown);
	}

	static void write(FramedWriter writer, byte[] proof) {
		MsgPackWriter header = writer.begin(FrameType.PROOF, 1);
		header.key(PROOF).binary(proof);
		writer.end(null);
		writer.flush();
	}

	static byte[] read(int entries, MsgPackReader header) {
		byte[] proof = NONE;
		for (int i = 0; i < entries; i++) {
			if (header.key() == PROOF) {
				proof = header.binary(Hello.NONCE);
			}
			else {
				header.skip();
			}
		}
		header.expectEnd();
		return proof;
	}

	private static byte[] compute(SharedSecret secret, String label, Hello hello, Challenge challenge) {
		Mac mac = secret.mac();
		text(mac, label);
		text(mac, hello.role().wireName());
		part(mac, hello.nonce());
		part(mac, challenge.nonce());
		identity(mac, hello.self());
		identity(mac, challenge.self());
		text(mac, hello.expectedEngineId());
		number(mac, hello.minVersion());
		number(mac, hello.maxVersion());
		number(mac, challenge.version());
		features(mac, hello.required());
		features(mac, hello.offered());
		features(mac, challenge.features());
		number(mac, hello.sessionId());
		part(mac, hello.token());
		number(mac, hello.lane());
		number(mac, hello.checksums() ? 1 : 0);
		number(mac, hello.maxBody());
		number(mac, challenge.maxBody());
		if (hello.received() != Hello.NEW) {
			number(mac, hello.received());
		}
		String opener = hello.self().zone();
		String acceptor = challenge.self().zone();
		if (opener != null || acceptor != null) {
			text(mac, (opener != null) ? opener : "");
			text(mac, (acceptor != null) ? acceptor : "");
		}
		return mac.doFinal();
	}

	private static void identity(Mac mac, AgentIdentity identity) {
		text(mac, identity.agentName());
		text(mac, identity.engineId());
		part(mac, identity.incarnation().toBytes());
	}

	private static void features(Mac mac, Set<String> features) {
		number(mac, features.size());
		new TreeSet<>(features).forEach((feature) -> text(mac, feature));
	}

	private static void text(Mac mac, String text) {
		part(mac, text.getBytes(StandardCharsets.UTF_8));
	}

	private static void part(Mac mac, byte[] bytes) {
		number(mac, bytes.length);
		mac.update(bytes);
	}

	private static void number(Mac mac, long number) {
		mac.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
	}

}
