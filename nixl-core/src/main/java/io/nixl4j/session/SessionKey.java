package io.nixl4j.session;

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

	long id() {
		return this.id;
	}

	byte[] token() {
		return this.token.clone();
	}

}
