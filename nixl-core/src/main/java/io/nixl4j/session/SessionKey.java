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

import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * Names a session at both ends, and proves that a connection belongs to it.
 */
final class SessionKey {

	private final long id;

	private final byte[] token;

	private SessionKey(long id, byte[] token) {
		this.id = id;
		this.token = token;
	}

	static SessionKey random(SecureRandom random) {
		byte[] token = new byte[16];
		random.nextBytes(token);
		return new SessionKey(random.nextLong(), token);
	}

	static SessionKey of(long id, byte[] token) {
		return new SessionKey(id, token.clone());
	}

	/** Compares in a time that does not tell where the first difference is. */
	boolean matches(long shownId, byte[] shownToken) {
		return MessageDigest.isEqual(this.token, shownToken) && this.id == shownId;
	}

	long id() {
		return this.id;
	}

	byte[] token() {
		return this.token.clone();
	}

}
