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

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the numbers and strings of a GGUF header one after the other. Nothing is
 * allocated for a length or count before the bytes that it promises are known to be
 * there.
 */
final class GgufCursor {

	private final ByteBuffer bytes;

	GgufCursor(ByteBuffer bytes) {
		this.bytes = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
	}

	int position() {
		return this.bytes.position();
	}

	int u8() throws ModelFormatException {
		need(Byte.BYTES, "a byte");
		return this.bytes.get() & 0xff;
	}

	int u32() throws ModelFormatException {
		need(Integer.BYTES, "a number of 32 bits");
		return this.bytes.getInt();
	}

	float f32() throws ModelFormatException {
		return Float.intBitsToFloat(u32());
	}

	long u64() throws ModelFormatException {
		need(Long.BYTES, "a number of 64 bits");
		return this.bytes.getLong();
	}

	/** A count of things that take at least so many bytes each. */
	int count(String what, int bytesEach) throws ModelFormatException {
		long count = u64();
		if (count < 0 || count > this.bytes.remaining() / bytesEach) {
			throw new ModelFormatException("%s: %s cannot be in the %d bytes that follow".formatted(what,
					Long.toUnsignedString(count), this.bytes.remaining()));
		}
		return (int) count;
	}

	String string(String what) throws ModelFormatException {
		int length = count("length of " + what, 1);
		ByteBuffer text = this.bytes.slice(this.bytes.position(), length);
		skip(length);
		try {
			CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(text);
			return decoded.toString();
		}
		catch (CharacterCodingException ex) {
			throw new ModelFormatException(what + " is not UTF-8");
		}
	}

	/** Passes over bytes that {@link #count} has seen to be there. */
	void skip(int length) {
		this.bytes.position(this.bytes.position() + length);
	}

	private void need(int length, String what) throws ModelFormatException {
		if (this.bytes.remaining() < length) {
			throw new ModelFormatException("the file ends at byte %d, in %s".formatted(this.bytes.limit(), what));
		}
	}

}
