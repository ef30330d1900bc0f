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

package io.nixl4j.msgpack;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the few MessagePack forms that cards and messages need, each in its shortest
 * encoding, as Python's msgspec does. msgpack-core is not used here: its buffers reach
 * for Unsafe when loaded, which newer JDKs warn about, or deny with a printed stack
 * trace. Not thread-safe.
 */
public final class PackWriter {

	private final ByteBuffer bytes;

	/**
	 * Creates a writer.
	 * @param limit the most bytes; beyond them a write throws
	 * {@link java.nio.BufferOverflowException}
	 */
	public PackWriter(int limit) {
		this.bytes = ByteBuffer.allocate(limit);
	}

	/**
	 * Begins a map.
	 * @param entries how many pairs of key and value follow
	 */
	public void mapHeader(int entries) {
		header(entries, 0x80, 0xde);
	}

	/**
	 * Begins an array.
	 * @param entries how many elements follow
	 */
	public void arrayHeader(int entries) {
		header(entries, 0x90, 0xdc);
	}

	/**
	 * Writes a text.
	 * @param text the text, less than 64 KiB in UTF-8
	 */
	public void text(String text) {
		byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
		if (utf8.length < 32) {
			this.bytes.put((byte) (0xa0 | utf8.length));
		}
		else if (utf8.length < 0x100) {
			this.bytes.put((byte) 0xd9).put((byte) utf8.length);
		}
		else {
			// Callers bound their texts below what 16 bits can say.
			this.bytes.put((byte) 0xda).putShort((short) utf8.length);
		}
		this.bytes.put(utf8);
	}

	/**
	 * Writes an integer.
	 * @param value 64 bits, taken as unsigned
	 */
	public void unsigned(long value) {
		if (value >= 0 && value < 0x80) {
			this.bytes.put((byte) value);
		}
		else if (value >>> 8 == 0) {
			this.bytes.put((byte) 0xcc).put((byte) value);
		}
		else if (value >>> 16 == 0) {
			this.bytes.put((byte) 0xcd).putShort((short) value);
		}
		else if (value >>> 32 == 0) {
			this.bytes.put((byte) 0xce).putInt((int) value);
		}
		else {
			this.bytes.put((byte) 0xcf).putLong(value);
		}
	}

	/**
	 * Writes binary.
	 * @param value the bytes, at most 255
	 */
	public void binary(byte[] value) {
		this.bytes.put((byte) 0xc4).put((byte) value.length).put(value);
	}

	/**
	 * Returns what was written.
	 * @return a copy of the bytes
	 */
	public byte[] toByteArray() {
		return Arrays.copyOf(this.bytes.array(), this.bytes.position());
	}

	private void header(int entries, int fix, int sixteenBits) {
		if (entries < 16) {
			this.bytes.put((byte) (fix | entries));
		}
		else if (entries < 0x10000) {
			this.bytes.put((byte) sixteenBits).putShort((short) entries);
		}
		else {
			this.bytes.put((byte) (sixteenBits + 1)).putInt(entries);
		}
	}

}
