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

import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * Keys and trust, as they are at one moment. Two are equal if they have the same
 * factories.
 *
 * @param keyManagers this end's certificate and private key, initialized
 * @param trustManagers whom it trusts, initialized
 * @param protocols versions of TLS that may be spoken, empty for TLS 1.3 alone
 * @param ciphers cipher suites that may be used, empty for the provider's own choice
 */
public record TlsMaterial(KeyManagerFactory keyManagers, TrustManagerFactory trustManagers, List<String> protocols,
		List<String> ciphers) {

	public TlsMaterial {
		protocols = protocols.isEmpty() ? List.of("TLSv1.3") : List.copyOf(protocols);
		ciphers = List.copyOf(ciphers);
	}

	@Override
	public String toString() {
		return "TlsMaterial[hidden]";
	}

}
