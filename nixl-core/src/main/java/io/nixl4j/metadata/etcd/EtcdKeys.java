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
package io.nixl4j.metadata.etcd;

import java.nio.charset.StandardCharsets;

import io.etcd.jetcd.ByteSequence;
import io.nixl4j.metadata.NixlMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Keys of one namespace: {@code {namespace}/nixl_metadata/{engine_id}}.
 */
final class EtcdKeys {

	private static final String PART = "/nixl_metadata/";

	private final ByteSequence prefix;

	EtcdKeys(String namespace) {
		this.prefix = bytes(checkNamespace(namespace) + PART);
	}

	static String checkNamespace(String namespace) {
		if (namespace.isEmpty() || namespace.startsWith("/") || namespace.endsWith("/")
				|| namespace.chars().anyMatch(Character::isISOControl)) {
			throw new IllegalArgumentException(
					"A namespace is not empty, has no '/' at its ends and no control characters");
		}
		return namespace;
	}

	/** What all keys begin with, and nothing else. */
	ByteSequence prefix() {
		return this.prefix;
	}

	ByteSequence of(String engineId) {
		return this.prefix.concat(bytes(engineId));
	}

	/**
	 * The engine that a key below the prefix belongs to, or {@code null} if none can.
	 */
	@Nullable String engineId(ByteSequence key) {
		ByteSequence rest = key.substring(this.prefix.size());
		String id = rest.toString(StandardCharsets.UTF_8);
		try {
			// Compared, since bytes that are no UTF-8 decode to something too.
			return bytes(NixlMetadata.checkEngineId(id)).equals(rest) ? id : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private static ByteSequence bytes(String text) {
		return ByteSequence.from(text, StandardCharsets.UTF_8);
	}

}
