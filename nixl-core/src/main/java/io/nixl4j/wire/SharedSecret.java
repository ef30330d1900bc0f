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

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that all agents of a deployment share. Never shows itself in a text.
 */
public final class SharedSecret {

	private static final String ALGORITHM = "HmacSHA256";

	private final SecretKeySpec key;

	private SharedSecret(byte[] secret) {
		if (secret.length == 0) {
			throw new IllegalArgumentException("the secret must not be empty");
		}
		this.key = new SecretKeySpec(secret, ALGORITHM);
	}

	/**
	 * Makes a secret of a text.
	 * @param secret the text, not empty
	 * @return the secret
	 */
	public static SharedSecret of(String secret) {
		return new SharedSecret(secret.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Returns a new HMAC-SHA256 over this secret.
	 * @return the function, to be used by one thread
	 */
	Mac mac() {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(this.key);
			return mac;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("this JVM has no " + ALGORITHM, ex);
		}
	}

	@Override
	public String toString() {
		return "SharedSecret[hidden]";
	}

}
