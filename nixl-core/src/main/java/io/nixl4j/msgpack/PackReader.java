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
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * Reads MessagePack from bytes that nobody vouches for: no length or count is believed
 * before it was held against the bytes that are left, and whatever is off ends as
 * {@link io.nixl4j.memory.NixlError#CORRUPT}. Not thread-safe.
 */
public final class PackReader {

	private static final int NIL = 0xc0;

	private final ByteBuffer bytes;

	/**
	 * Creates a reader.
	 * @param bytes what is read; not changed
	 */
	public PackReader(byte[] bytes) {
		this.bytes = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
	}

	/**
	 * Reads the head of a map.
	 * @return how many entries follow; not more than the bytes that are left can hold
	 */
	public int mapHeader() {
		int type = type();
		long entries = switch (type) {
			case 0xde -> unsigned(2);
			case 0xdf -> unsigned(4);
			default -> {
				if ((type & 0xf0) != 0x80) {
					throw unexpected("a map", type);
				}
				yield type & 0x0f;
			}
		};
		return checked(entries, entries * 2);
	}

	/**
	 * Reads the head of an array.
	 * @return how many elements follow; not more than the bytes that are left can hold
	 */
	public int arrayHeader() {
		int type = type();
		long entries = switch (type) {
			case 0xdc -> unsigned(2);
			case 0xdd -> unsigned(4);
			default -> {
				if ((type & 0xf0) != 0x90) {
					throw unexpected("an array", type);
				}
				yield type & 0x0f;
			}
		};
		return checked(entries, entries);
	}

	/**
	 * Reads a text.
	 * @param maxBytes the most bytes that it may have in UTF-8
	 * @return the text
	 */
	public String text(int maxBytes) {
		ByteBuffer utf8 = slice(textLength());
		if (utf8.remaining() > maxBytes) {
			throw corrupt("a text has " + utf8.remaining() + " bytes, more than " + maxBytes, null);
		}
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
		}
		catch (CharacterCodingException ex) {
			throw corrupt("a text is not UTF-8", ex);
		}
	}

	/**
	 * Reads a field's name. Names that no field of ours can have come back as some other
	 * text that is none either.
	 * @param longest the length of the longest name that is known
	 * @return the name
	 */
	public String fieldName(int longest) {
		ByteBuffer name = slice(textLength());
		byte[] ascii = new byte[Math.min(name.remaining(), longest + 1)];
		name.get(ascii);
		return new String(ascii, StandardCharsets.ISO_8859_1);
	}

	/**
	 * Reads an integer from 0 to 2^64 - 1, in whichever width it was written.
	 * @return its bits, so that values from 2^63 on are negative
	 */
	public long unsigned() {
		int type = type();
		return switch (type) {
			case 0xcc -> unsigned(1);
			case 0xcd -> unsigned(2);
			case 0xce -> unsigned(4);
			case 0xcf -> unsigned(8);
			case 0xd0 -> notNegative(1);
			case 0xd1 -> notNegative(2);
			case 0xd2 -> notNegative(4);
			case 0xd3 -> notNegative(8);
			default -> {
				if (type >= 0x80) {
					throw unexpected("an integer that is not negative", type);
				}
				yield type;
			}
		};
	}

	/**
	 * Reads binary.
	 * @param length how many bytes it must have
	 * @return the bytes
	 */
	public byte[] binary(int length) {
		int type = type();
		long found = switch (type) {
			case 0xc4 -> unsigned(1);
			case 0xc5 -> unsigned(2);
			case 0xc6 -> unsigned(4);
			default -> throw unexpected("binary", type);
		};
		if (found != length) {
			throw corrupt("binary of " + found + " bytes where " + length + " are due", null);
		}
		byte[] value = new byte[length];
		slice(found).get(value);
		return value;
	}

	/**
	 * Reads a nil if one comes next.
	 * @return whether one came
	 */
	public boolean nil() {
		if (!this.bytes.hasRemaining() || (this.bytes.get(this.bytes.position()) & 0xff) != NIL) {
			return false;
		}
		this.bytes.get();
		return true;
	}

	/**
	 * Passes over one value with all that it holds, without recursion: nesting is bounded
	 * by the bytes alone.
	 */
	public void skip() {
		long due = 1;
		while (due > 0) {
			due += skipOne() - 1;
			if (due > this.bytes.remaining()) {
				throw cut();
			}
		}
	}

	/**
	 * Fails unless all bytes were read.
	 */
	public void end() {
		if (this.bytes.hasRemaining()) {
			throw corrupt(this.bytes.remaining() + " bytes follow the end", null);
		}
	}

	/** Passes over one value's own bytes and returns how many values it holds. */
	private long skipOne() {
		int type = type();
		if (type < 0x80 || type >= 0xe0) {
			return 0;
		}
		if (type < 0x90) {
			return 2L * (type & 0x0f);
		}
		if (type < 0xa0) {
			return type & 0x0f;
		}
		if (type < 0xc0) {
			slice(type & 0x1f);
			return 0;
		}
		switch (type) {
			case NIL, 0xc2, 0xc3 -> {
			}
			case 0xc4, 0xd9 -> slice(unsigned(1));
			case 0xc5, 0xda -> slice(unsigned(2));
			case 0xc6, 0xdb -> slice(unsigned(4));
			case 0xc7 -> slice(unsigned(1) + 1);
			case 0xc8 -> slice(unsigned(2) + 1);
			case 0xc9 -> slice(unsigned(4) + 1);
			case 0xcc, 0xd0 -> slice(1);
			case 0xcd, 0xd1 -> slice(2);
			case 0xca, 0xce, 0xd2 -> slice(4);
			case 0xcb, 0xcf, 0xd3 -> slice(8);
			case 0xd4, 0xd5, 0xd6, 0xd7, 0xd8 -> slice((1L << (type - 0xd4)) + 1);
			case 0xdc -> {
				return unsigned(2);
			}
			case 0xdd -> {
				return unsigned(4);
			}
			case 0xde -> {
				return 2 * unsigned(2);
			}
			case 0xdf -> {
				return 2 * unsigned(4);
			}
			default -> throw unexpected("a value", type);
		}
		return 0;
	}

	private long textLength() {
		int type = type();
		return switch (type) {
			case 0xd9 -> unsigned(1);
			case 0xda -> unsigned(2);
			case 0xdb -> unsigned(4);
			default -> {
				if ((type & 0xe0) != 0xa0) {
					throw unexpected("a text", type);
				}
				yield type & 0x1f;
			}
		};
	}

	private int type() {
		return (int) unsigned(1);
	}

	private long unsigned(int width) {
		if (this.bytes.remaining() < width) {
			throw cut();
		}
		return switch (width) {
			case 1 -> this.bytes.get() & 0xff;
			case 2 -> this.bytes.getShort() & 0xffff;
			case 4 -> this.bytes.getInt() & 0xffff_ffffL;
			default -> this.bytes.getLong();
		};
	}

	private long notNegative(int width) {
		long value = unsigned(width);
		if (value >>> (width * 8 - 1) != 0) {
			throw corrupt("an integer is negative", null);
		}
		return value;
	}

	private ByteBuffer slice(long length) {
		if (length > this.bytes.remaining()) {
			throw cut();
		}
		ByteBuffer slice = this.bytes.slice(this.bytes.position(), (int) length);
		this.bytes.position(this.bytes.position() + (int) length);
		return slice;
	}

	private int checked(long entries, long leastBytes) {
		if (leastBytes > this.bytes.remaining()) {
			throw cut();
		}
		return (int) entries;
	}

	private RuntimeException cut() {
		return corrupt("they end before a value does, or a length or count in them is too large", null);
	}

	private RuntimeException unexpected(String what, int type) {
		return corrupt("%s is due and type 0x%02x comes, at byte %d".formatted(what, type, this.bytes.position() - 1),
				null);
	}

	private static NixlException corrupt(String what, @Nullable Throwable cause) {
		return NixlError.CORRUPT.exception("The bytes are not the MessagePack that is due: " + what, null, "decode",
				cause);
	}

}
