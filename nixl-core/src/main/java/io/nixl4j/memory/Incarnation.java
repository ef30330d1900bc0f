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

package io.nixl4j.memory;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * One life of an agent, from one start to the next: 128 random bits that are compared for
 * equality only and say nothing about which is newer.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record Incarnation(long high, long low) {

	/**
	 * The length of the binary form in bytes.
	 */
	public static final int LENGTH = 16;

	/**
	 * Draws a new incarnation.
	 * @return one that no agent had before
	 */
	public static Incarnation random() {
		byte[] bytes = new byte[LENGTH];
		new SecureRandom().nextBytes(bytes);
		return of(bytes);
	}

	/**
	 * Reads an incarnation.
	 * @param bytes the binary form, big-endian
	 * @return the incarnation
	 * @throws NixlException {@link NixlError#PROTOCOL} unless there are 16 bytes
	 */
	public static Incarnation of(byte[] bytes) {
		if (bytes.length != LENGTH) {
			throw NixlError.PROTOCOL.exception("An incarnation has " + LENGTH + " bytes, there are " + bytes.length);
		}
		ByteBuffer buffer = ByteBuffer.wrap(bytes);
		return new Incarnation(buffer.getLong(), buffer.getLong());
	}

	/**
	 * Writes the incarnation.
	 * @return the binary form, big-endian, 16 bytes
	 */
	public byte[] toBytes() {
		return ByteBuffer.allocate(LENGTH).putLong(this.high).putLong(this.low).array();
	}

	/**
	 * Returns a short form for logs.
	 * @return the first 8 hexadecimal digits and an ellipsis
	 */
	@Override
	public String toString() {
		return HexFormat.of().toHexDigits((int) (this.high >>> 32)) + "…";
	}

}
