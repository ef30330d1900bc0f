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

package io.nixl4j.spring.boot;

import java.util.Comparator;
import java.util.List;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * The keys that are known below the prefix, whatever features the application has.
 */
final class NixlKeys {

	static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of(NixlProperties.PREFIX);

	/** Keys that have one value. A test holds them against the generated metadata. */
	static final List<String> VALUES = List.of("agent-name", "enabled", "engine-id", "fallback",
			"listener.auto-startup", "listener.concurrency", "listener.queue-capacity", "listener.stop-timeout",
			"metadata.etcd.endpoints", "metadata.etcd.fail-fast", "metadata.etcd.lease-time", "metadata.etcd.password",
			"metadata.etcd.request-timeout", "metadata.etcd.ssl.bundle", "metadata.etcd.username", "metadata.store",
			"namespace", "rdma-interface", "serving.decode.agent", "serving.decode.blocks", "serving.decode.engine",
			"serving.decode.engine-id", "serving.decode.max-requests", "serving.decode.port", "serving.decode.threads",
			"serving.decode.transfer-mode", "serving.layout.element-type", "serving.layout.head-size",
			"serving.layout.heads", "serving.layout.latent-size", "serving.layout.layers",
			"serving.layout.tokens-per-block", "serving.model", "serving.prefill.agent", "serving.prefill.blocks",
			"serving.prefill.engine", "serving.prefill.engine-id", "serving.prefill.max-requests",
			"serving.prefill.port", "serving.prefill.threads", "serving.roles", "serving.router.agent",
			"serving.router.continue-answers", "serving.router.decode-engines", "serving.router.engine-id",
			"serving.router.local-prefill-tokens", "serving.router.max-attempts", "serving.router.max-requests",
			"serving.router.port", "serving.router.prefill-engines", "serving.router.remote-timeout",
			"tcp.advertised-host", "tcp.bind-address", "tcp.checksum", "tcp.connections-per-peer", "tcp.limits.answers",
			"tcp.limits.connections", "tcp.limits.frame-rate", "tcp.limits.frame-time", "tcp.limits.handshakes",
			"tcp.limits.handshakes-per-address", "tcp.limits.lanes", "tcp.limits.requests", "tcp.max-frame-size",
			"tcp.port", "tcp.receive-buffer", "tcp.secret", "tcp.send-buffer", "tcp.ssl.bundle", "tcp.ssl.client-auth",
			"tcp.ssl.peer-identity", "tcp.ssl.provider", "tcp.staging-memory", "timeouts.connect", "timeouts.drain",
			"timeouts.handshake", "timeouts.peer", "timeouts.region-close", "timeouts.transfer", "transport",
			"tuning.completion-mode", "tuning.mtu", "tuning.queue-depth", "zone");

	/** Keys below which users choose the names. */
	static final List<String> MAPS = List.of("peers");

	private NixlKeys() {
	}

	/**
	 * Says whether a key has a meaning.
	 * @param name the name without the prefix, in any spelling
	 * @return {@code true} if it is bound to something
	 */
	static boolean isKnown(ConfigurationPropertyName name) {
		return VALUES.stream().map(ConfigurationPropertyName::of).anyMatch(name::equals)
				|| MAPS.stream().map(ConfigurationPropertyName::of).anyMatch((map) -> map.isAncestorOf(name));
	}

	/**
	 * Finds what was meant by a key that is not known.
	 * @param key the key without the prefix
	 * @return the known key that is spelled most alike, as a whole or in its last part;
	 * as a whole among those whose last parts are equal
	 */
	static String nearest(String key) {
		Comparator<String> order = Comparator
			.comparingInt((known) -> Math.min(distance(key, known), distance(lastPart(key), lastPart(known)) + 1));
		return VALUES.stream().min(order.thenComparingInt((known) -> distance(key, known))).orElseThrow();
	}

	private static String lastPart(String key) {
		return key.substring(key.lastIndexOf('.') + 1);
	}

	/** How many characters must be put in, taken out or changed. */
	private static int distance(String left, String right) {
		int[] row = new int[right.length() + 1];
		for (int j = 0; j < row.length; j++) {
			row[j] = j;
		}
		for (int i = 1; i <= left.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j < row.length; j++) {
				int change = diagonal + ((left.charAt(i - 1) == right.charAt(j - 1)) ? 0 : 1);
				diagonal = row[j];
				row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
			}
		}
		return row[right.length()];
	}

}
