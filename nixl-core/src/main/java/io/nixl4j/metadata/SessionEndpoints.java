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

package io.nixl4j.metadata;

/**
 * The form of a {@code host:port} in a card. Nothing is resolved: a name need not be
 * known here.
 */
final class SessionEndpoints {

	private static final int MAX_HOST = 255;

	private SessionEndpoints() {
	}

	static String check(String endpoint) {
		CardText.checkNotEmpty("The session endpoint", endpoint);
		int colon = endpoint.lastIndexOf(':');
		if (colon < 0 || !isHost(endpoint.substring(0, colon)) || !isPort(endpoint.substring(colon + 1))) {
			throw new IllegalArgumentException("The session endpoint '" + endpoint
					+ "' is not host:port with a port of 1 to 65535 and an IPv6 host in brackets");
		}
		return endpoint;
	}

	private static boolean isHost(String host) {
		if (host.isEmpty() || host.length() > MAX_HOST || host.chars().anyMatch(Character::isWhitespace)) {
			return false;
		}
		boolean brackets = host.startsWith("[") && host.endsWith("]") && host.length() > 2;
		return brackets || host.chars().noneMatch((c) -> c == ':' || c == '[' || c == ']');
	}

	private static boolean isPort(String port) {
		if (port.isEmpty() || port.length() > 5 || port.chars().anyMatch((c) -> c < '0' || c > '9')) {
			return false;
		}
		int number = Integer.parseInt(port);
		return number >= 1 && number <= 65_535;
	}

}
