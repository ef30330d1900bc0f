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

package io.nixl4j.process;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import io.nixl4j.memory.MemoryRegion;

/**
 * SHA-256 of ranges of regions.
 */
final class Sha256 {

	private static final int PIECE = 64 << 20;

	private Sha256() {
	}

	/**
	 * Hashes a range.
	 * @param region the region
	 * @param offset where the range begins
	 * @param length its length in bytes
	 * @return the hash in hexadecimal digits
	 */
	static String of(MemoryRegion region, long offset, long length) {
		return of(length, (at, bytes) -> region.buffer(offset + at, bytes));
	}

	/**
	 * Hashes bytes that come in pieces.
	 * @param length how many bytes
	 * @param pieces gives them
	 * @return the hash in hexadecimal digits
	 */
	static String of(long length, Pieces pieces) {
		MessageDigest digest = digest();
		for (long at = 0; at < length; at += PIECE) {
			digest.update(pieces.get(at, (int) Math.min(PIECE, length - at)));
		}
		return HexFormat.of().formatHex(digest.digest());
	}

	private static MessageDigest digest() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Gives bytes.
	 */
	interface Pieces {

		/**
		 * Returns some of them.
		 * @param at how many came before
		 * @param length how many
		 * @return a buffer with just these remaining
		 */
		ByteBuffer get(long at, int length);

	}

}
