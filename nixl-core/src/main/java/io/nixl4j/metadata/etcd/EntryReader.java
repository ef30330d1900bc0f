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

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.nixl4j.memory.NixlException;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataCodec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads cards out of entries. Whoever may write to etcd may write anything there: what is
 * no card is as good as absent, and said once a key. Thread-safe.
 */
final class EntryReader {

	private static final Logger logger = LoggerFactory.getLogger(EntryReader.class);

	/** Keys that were complained about, the latest ones. */
	private static final int MAX_TOLD = 1024;

	private final EtcdKeys keys;

	private final Set<ByteSequence> told = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<ByteSequence, Boolean> eldest) {
			return size() > MAX_TOLD;
		}

	}));

	EntryReader(EtcdKeys keys) {
		this.keys = keys;
	}

	/** The engine that a key belongs to, or {@code null} if it is no key of ours. */
	@Nullable String engineId(ByteSequence key) {
		String engineId = this.keys.engineId(key);
		if (engineId == null) {
			tell(key, "its key names no engine");
		}
		return engineId;
	}

	/** The card of an entry, or {@code null} if it has none. */
	@Nullable NixlMetadata card(KeyValue entry) {
		String engineId = engineId(entry.getKey());
		if (engineId == null) {
			return null;
		}
		int length = entry.getValue().size();
		if (length > NixlMetadataCodec.MAX_CARD_BYTES) {
			tell(entry.getKey(), "it has " + length + " bytes, more than a card may have");
			return null;
		}
		try {
			NixlMetadata card = NixlMetadataCodec.decode(entry.getValue().getBytes(), engineId);
			this.told.remove(entry.getKey());
			return card;
		}
		catch (NixlException ex) {
			tell(entry.getKey(), String.valueOf(ex.getMessage()));
			return null;
		}
	}

	private void tell(ByteSequence key, String why) {
		if (this.told.add(key)) {
			logger.warn("The entry '{}' in etcd is skipped: {}", printable(key), why);
		}
	}

	private static String printable(ByteSequence key) {
		String text = key.toString();
		return text.replaceAll("\\p{Cntrl}", "?").substring(0, Math.min(text.length(), 200));
	}

}
