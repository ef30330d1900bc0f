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

package io.nixl4j.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Reads the part of MessagePack that frame headers need. Every length is checked against
 * the bytes that are there before anything is allocated; whatever is off is a
 * {@link WireException} of kind {@code PROTOCOL}. Any of the format's encodings of a
 * value is accepted. Not thread-safe.
 */
public final class MsgPackReader {

	/** What ends a line, or does more to a terminal than to show. */
	private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\u2028\\u2029]");

	/** How deep {@link #skip()} follows nested values. */
	private static final int MAX_DEPTH = 8;

	private ByteBuf source = Unpooled.EMPTY_BUFFER;

	private int index;

	private int end;

	/**
	 * Creates a reader of nothing.
	 */
	MsgPackReader() {
	}

	/**
	 * Creates a reader.
	 * @param source its readable bytes are read; neither owned nor changed
	 */
	public MsgPackReader(ByteBuf source) {
		reset(source, source.readerIndex(), source.readableBytes());
	}

	/**
	 * Reads other bytes from now on.
	 * @param source where they are; neither owned nor changed
	 * @param start index of the first
	 * @param length how many
	 */
	void reset(ByteBuf source, int start, int length) {
		this.source = source;
		this.index = start;
		this.end = start + length;
	}

	/**
	 * Returns whether all bytes were read.
	 * @return {@code true} at the end
	 */
	public boolean atEnd() {
		return this.index == this.end;
	}

	/**
	 * Fails unless all bytes were read.
	 */
	public void expectEnd() {
		if (!atEnd()) {
			throw WireException.protocol("bytes behind the end of a header");
		}
	}

	/**
	 * Reads the head of a map.
	 * @return how many entries follow; bounded by the bytes that are left
	 */
	public int map() {
		int code = code();
		if ((code & 0xf0) == 0x80) {
			return count(code & 0x0f, 2);
		}
		return switch (code) {
			case 0xde -> count(number(2), 2);
			case 0xdf -> count(number(4), 2);
			default -> throw unexpected("a map", code);
		};
	}

	/**
	 * Reads the head of an array.
	 * @return how many elements follow; bounded by the bytes that are left
	 */
	public int array() {
		int code = code();
		if ((code & 0xf0) == 0x90) {
			return count(code & 0x0f, 1);
		}
		return switch (code) {
			case 0xdc -> count(number(2), 1);
			case 0xdd -> count(number(4), 1);
			default -> throw unexpected("an array", code);
		};
	}

	/**
	 * Reads a key.
	 * @return the key packed as by {@link WireKey#of(String)}, or 0 for a string of
	 * another length, which is no key of ours
	 */
	public int key() {
		int length = stringLength(code());
		int start = take(length);
		return switch (length) {
			case 1 -> this.source.getByte(start) & 0xff;
			case 2 -> this.source.getUnsignedShort(start);
			case 3 -> this.source.getUnsignedMedium(start);
			default -> 0;
		};
	}

	/**
	 * Reads an unsigned integer of 64 bits.
	 * @return its bits, so that values from 2^63 on are negative
	 */
	public long unsigned() {
		int code = code();
		if (code < 0x80) {
			return code;
		}
		return switch (code) {
			case 0xcc -> number(1);
			case 0xcd -> number(2);
			case 0xce -> number(4);
			case 0xcf -> number(8);
			default -> throw unexpected("an unsigned integer", code);
		};
	}

	/**
	 * Reads an unsigned integer that is bounded.
	 * @param max the largest allowed value
	 * @return the value, 0 to {@code max}
	 */
	public long unsigned(long max) {
		long value = unsigned();
		if (value < 0 || value > max) {
			throw WireException.protocol("a number is out of range: " + Long.toUnsignedString(value) + " > " + max);
		}
		return value;
	}

	/**
	 * Reads an unsigned integer that is bounded.
	 * @param max the largest allowed value
	 * @return the value, 0 to {@code max}
	 */
	public int unsignedInt(int max) {
		return (int) unsigned((long) max);
	}

	/**
	 * Reads a boolean.
	 * @return the value
	 */
	public boolean bool() {
		int code = code();
		return switch (code) {
			case 0xc2 -> false;
			case 0xc3 -> true;
			default -> throw unexpected("a boolean", code);
		};
	}

	/**
	 * Reads nil, if it is next.
	 * @return {@code true} if it was
	 */
	public boolean nil() {
		if (this.index < this.end && (this.source.getByte(this.index) & 0xff) == 0xc0) {
			this.index++;
			return true;
		}
		return false;
	}

	/**
	 * Reads a string.
	 * @param maxBytes its longest allowed form in UTF-8
	 * @return the text
	 */
	public String string(int maxBytes) {
		byte[] bytes = bytes(bounded(stringLength(code()), maxBytes));
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			throw WireException.protocol("a string is not UTF-8");
		}
	}

	/**
	 * Reads a name, which logs and messages may show as it is.
	 * @param maxBytes its longest allowed form in UTF-8
	 * @return the name, possibly empty, without control characters
	 */
	public String name(int maxBytes) {
		String name = string(maxBytes);
		if (CONTROL.matcher(name).find()) {
			throw WireException.protocol("a name has control characters");
		}
		return name;
	}

	/**
	 * Reads what a peer says to people.
	 * @param maxBytes its longest allowed form in UTF-8
	 * @return the text on one line: a peer must not write lines of its own into our logs
	 */
	public String text(int maxBytes) {
		return CONTROL.matcher(string(maxBytes)).replaceAll(" ");
	}

	/**
	 * Reads bytes.
	 * @param maxBytes how many are allowed
	 * @return the bytes
	 */
	public byte[] binary(int maxBytes) {
		return bytes(bounded(binaryLength(code()), maxBytes));
	}

	private byte[] bytes(int length) {
		int start = take(length);
		byte[] bytes = new byte[length];
		this.source.getBytes(start, bytes);
		return bytes;
	}

	/**
	 * Skips one value of any kind.
	 */
	public void skip() {
		skip(MAX_DEPTH);
	}

	private void skip(int depth) {
		if (depth == 0) {
			throw WireException.protocol("values are nested too deeply");
		}
		int code = code();
		int children = 0;
		if (code < 0x80 || code >= 0xe0) {
			return;
		}
		if (code < 0x90) {
			children = count(code & 0x0f, 2) * 2;
		}
		else if (code < 0xa0) {
			children = count(code & 0x0f, 1);
		}
		else if (code < 0xc0) {
			take(code & 0x1f);
		}
		else {
			children = skipCoded(code);
		}
		for (int i = 0; i < children; i++) {
			skip(depth - 1);
		}
	}

	private int skipCoded(int code) {
		switch (code) {
			case 0xc0, 0xc2, 0xc3 -> {
			}
			case 0xc4, 0xc5, 0xc6 -> take(binaryLength(code));
			case 0xc7 -> take(Math.addExact((int) number(1), 1));
			case 0xc8 -> take(Math.addExact((int) number(2), 1));
			case 0xc9 -> take(bounded(number(4), Integer.MAX_VALUE - 1) + 1);
			case 0xcc, 0xd0 -> take(1);
			case 0xcd, 0xd1 -> take(2);
			case 0xca, 0xce, 0xd2 -> take(4);
			case 0xcb, 0xcf, 0xd3 -> take(8);
			case 0xd4 -> take(2);
			case 0xd5 -> take(3);
			case 0xd6 -> take(5);
			case 0xd7 -> take(9);
			case 0xd8 -> take(17);
			case 0xd9, 0xda, 0xdb -> take(stringLength(code));
			case 0xdc -> {
				return count(number(2), 1);
			}
			case 0xdd -> {
				return count(number(4), 1);
			}
			case 0xde -> {
				return count(number(2), 2) * 2;
			}
			case 0xdf -> {
				return count(number(4), 2) * 2;
			}
			default -> throw unexpected("a value", code);
		}
		return 0;
	}

	private int stringLength(int code) {
		if ((code & 0xe0) == 0xa0) {
			return code & 0x1f;
		}
		return switch (code) {
			case 0xd9 -> (int) number(1);
			case 0xda -> (int) number(2);
			case 0xdb -> bounded(number(4), Integer.MAX_VALUE);
			default -> throw unexpected("a string", code);
		};
	}

	private int binaryLength(int code) {
		return switch (code) {
			case 0xc4 -> (int) number(1);
			case 0xc5 -> (int) number(2);
			case 0xc6 -> bounded(number(4), Integer.MAX_VALUE);
			default -> throw unexpected("bytes", code);
		};
	}

	private int code() {
		return this.source.getByte(take(1)) & 0xff;
	}

	private long number(int bytes) {
		int start = take(bytes);
		return switch (bytes) {
			case 1 -> this.source.getUnsignedByte(start);
			case 2 -> this.source.getUnsignedShort(start);
			case 4 -> this.source.getUnsignedInt(start);
			default -> this.source.getLong(start);
		};
	}

	private int take(int bytes) {
		int start = this.index;
		if (bytes > this.end - start) {
			throw WireException.protocol("a header ends in mid-value");
		}
		this.index = start + bytes;
		return start;
	}

	/** Each child takes a byte at least, so more than are left cannot be there. */
	private int count(long count, int bytesEach) {
		if (count * bytesEach > this.end - this.index) {
			throw WireException.protocol("a header claims more values than it has bytes");
		}
		return (int) count;
	}

	private static int bounded(long length, int max) {
		if (length > max) {
			throw WireException.protocol("a value is longer than allowed: " + length + " > " + max + " bytes");
		}
		return (int) length;
	}

	private static WireException unexpected(String expected, int code) {
		return WireException.protocol("expected " + expected + ", found code 0x" + Integer.toHexString(code));
	}

}
