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

import java.util.List;

import io.nixl4j.memory.NixlException;

/**
 * What a fuzzer calls with any bytes as a card. What is understood can be written again,
 * and is then read as the same.
 */
public final class CardFuzzTarget {

	private CardFuzzTarget() {
	}

	/**
	 * Runs one input.
	 * @param data a card
	 */
	public static void fuzzerTestOneInput(byte[] data) {
		NixlMetadata card;
		try {
			card = NixlMetadataCodec.decode(data);
		}
		catch (NixlException ex) {
			// what a reader of the store is told
			return;
		}
		if (!NixlMetadataCodec.decode(NixlMetadataCodec.encode(card), card.engineId()).equals(card)) {
			throw new IllegalStateException("a card changes on its way");
		}
	}

	/**
	 * Cards that Python wrote, to begin from.
	 * @return the inputs
	 */
	public static List<byte[]> seeds() {
		return List.copyOf(Fixtures.bytes().values());
	}

}
