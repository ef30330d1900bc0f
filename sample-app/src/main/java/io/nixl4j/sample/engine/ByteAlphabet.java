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

package io.nixl4j.sample.engine;

import java.util.Arrays;

/**
 * The letters that GPT-2's vocabularies write bytes with: each byte has a visible
 * character, itself where that can be, so that tokens are readable text even where they
 * are no UTF-8.
 */
final class ByteAlphabet {

	private static final int BYTES = 256;

	/** Where the characters begin that stand for bytes which are none themselves. */
	private static final int SUBSTITUTES = 0x100;

	private final char[] characters = new char[BYTES];

	private final short[] bytes = new short[2 * BYTES];

	ByteAlphabet() {
		Arrays.fill(this.bytes, (short) -1);
		int substitute = SUBSTITUTES;
		for (int b = 0; b < BYTES; b++) {
			boolean visible = b >= '!' && b <= '~' || b >= 0xa1 && b <= 0xac || b >= 0xae;
			this.characters[b] = (char) (visible ? b : substitute++);
			this.bytes[this.characters[b]] = (short) b;
		}
	}

	/** The character of a byte, given from 0 to 255. */
	char character(int b) {
		return this.characters[b];
	}

	/** The bytes of a token's characters, or an empty array if it has others. */
	byte[] bytes(String token) {
		byte[] result = new byte[token.length()];
		for (int i = 0; i < result.length; i++) {
			char c = token.charAt(i);
			if (c >= this.bytes.length || this.bytes[c] < 0) {
				return new byte[0];
			}
			result[i] = (byte) this.bytes[c];
		}
		return result;
	}

}
