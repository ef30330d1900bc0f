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

import java.nio.BufferOverflowException;

import io.nixl4j.memory.NixlError;
import io.nixl4j.msgpack.PackReader;
import io.nixl4j.msgpack.PackWriter;

/**
 * Turns cards into MessagePack and back: a map with the field names that Python's msgspec
 * uses for the same classes, so that a card without additions is the same bytes from
 * both.
 * <p>
 * Equal cards give equal bytes: {@code engine_id}, {@code memory_descriptors} in the
 * order of the names' UTF-8 bytes (each {@code address}, {@code length},
 * {@code memory_type}, {@code device_id}, {@code permissions}), {@code agent_name}, then
 * those additions that are there: {@code incarnation}, {@code session_endpoint},
 * {@code features}, {@code roles}, {@code capacity}, {@code model}, {@code zone}. Lengths
 * and integers take their shortest form. Decoding accepts any order and any form, ignores
 * fields that it does not know, and refuses a field that comes twice.
 */
public final class NixlMetadataCodec {

	/** The most bytes of a card. */
	public static final int MAX_CARD_BYTES = 64 * 1024;

	private NixlMetadataCodec() {
	}

	/**
	 * Encodes a card.
	 * @param metadata the card
	 * @return its bytes, at most {@link #MAX_CARD_BYTES}
	 * @throws io.nixl4j.memory.NixlException with {@link NixlError#REFUSED} if they would
	 * be more
	 */
	public static byte[] encode(NixlMetadata metadata) {
		PackWriter writer = new PackWriter(MAX_CARD_BYTES);
		try {
			CardEncoder.write(metadata, writer);
		}
		catch (BufferOverflowException ex) {
			throw NixlError.REFUSED.exception(
					"The card of engine '%s' with %d regions has more than %d bytes: list fewer regions or shorten their names"
						.formatted(metadata.engineId(), metadata.memoryDescriptors().size(), MAX_CARD_BYTES),
					null, "encode metadata", ex);
		}
		return writer.toByteArray();
	}

	/**
	 * Decodes a card. Whatever the bytes are, memory for a small multiple of their number
	 * is taken, and nothing but the exceptions below comes of them.
	 * @param card bytes from anywhere
	 * @return the card
	 * @throws io.nixl4j.memory.NixlException with {@link NixlError#CORRUPT} if these are
	 * no card, and with {@link NixlError#UNSUPPORTED} if a memory type or permission in
	 * it is not known here
	 */
	public static NixlMetadata decode(byte[] card) {
		if (card.length > MAX_CARD_BYTES) {
			throw CardText.corrupt(card.length + " bytes, more than the " + MAX_CARD_BYTES + " of a card", null);
		}
		PackReader reader = new PackReader(card);
		try {
			NixlMetadata metadata = CardDecoder.read(reader);
			reader.end();
			return metadata;
		}
		catch (IllegalArgumentException ex) {
			throw CardText.corrupt(String.valueOf(ex.getMessage()), ex);
		}
	}

	/**
	 * Decodes the card that was kept under an engine's id.
	 * @param card bytes from anywhere
	 * @param engineId whose card it has to be
	 * @return the card
	 * @throws io.nixl4j.memory.NixlException as {@link #decode(byte[])} does, and with
	 * {@link NixlError#CORRUPT} if the card is another engine's
	 */
	public static NixlMetadata decode(byte[] card, String engineId) {
		NixlMetadata metadata = decode(card);
		if (!metadata.engineId().equals(engineId)) {
			throw CardText.corrupt(
					"the card kept for engine '%s' is that of engine '%s'".formatted(engineId, metadata.engineId()),
					null);
		}
		return metadata;
	}

}
