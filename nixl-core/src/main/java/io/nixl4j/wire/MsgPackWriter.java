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

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;

/**
 * Writes the part of MessagePack that frame headers need, each value in its shortest
 * form, into a buffer that the caller owns. Not thread-safe.
 */
public final class MsgPackWriter {

	private ByteBuf target;

	/**
	 * Creates a writer.
	 * @param target where the bytes go, at its writer index; not owned
	 */
	public MsgPackWriter(ByteBuf target) {
		this.target = target;
	}

	/**
	 * Writes on into another buffer.
	 * @param other where the bytes go from now on; not owned
	 */
	void reset(ByteBuf other) {
		this.target = other;
	}

	/**
	 * Begins a map.
	 * @param entries how many pairs of key and value follow
	 * @return this
	 */
	public MsgPackWriter map(int entries) {
		return head(entries, 0x80, 0xde);
	}

	/**
	 * Begins an array.
	 * @param elements how many follow
	 * @return this
	 */
	public MsgPackWriter array(int elements) {
		return head(elements, 0x90, 0xdc);
	}

	private MsgPackWriter head(int count, int fix, int code16) {
		if (count < 0) {
			throw new IllegalArgumentException("count must not be negative");
		}
		if (count < 16) {
			this.target.writeByte(fix | count);
		}
		else if (count < 1 << 16) {
			this.target.writeByte(code16).writeShort(count);
		}
		else {
			this.target.writeByte(code16 + 1).writeInt(count);
		}
		return this;
	}

	/**
	 * Writes a key made by {@link WireKey}.
	 * @param key one to three letters
	 * @return this
	 */
	public MsgPackWriter key(int key) {
		if (key < 1 << 8) {
			this.target.writeByte(0xa1).writeByte(key);
		}
		else if (key < 1 << 16) {
			this.target.writeByte(0xa2).writeShort(key);
		}
		else {
			this.target.writeByte(0xa3).writeMedium(key);
		}
		return this;
	}

	/**
	 * Writes an unsigned integer.
	 * @param value 64 bits, taken as unsigned
	 * @return this
	 */
	public MsgPackWriter unsigned(long value) {
		if (value < 0) {
			this.target.writeByte(0xcf).writeLong(value);
		}
		else if (value < 1 << 7) {
			this.target.writeByte((int) value);
		}
		else if (value < 1 << 8) {
			this.target.writeByte(0xcc).writeByte((int) value);
		}
		else if (value < 1 << 16) {
			this.target.writeByte(0xcd).writeShort((int) value);
		}
		else if (value < 1L << 32) {
			this.target.writeByte(0xce).writeInt((int) value);
		}
		else {
			this.target.writeByte(0xcf).writeLong(value);
		}
		return this;
	}

	/**
	 * Writes a boolean.
	 * @param value the value
	 * @return this
	 */
	public MsgPackWriter bool(boolean value) {
		this.target.writeByte(value ? 0xc3 : 0xc2);
		return this;
	}

	/**
	 * Writes nil.
	 * @return this
	 */
	public MsgPackWriter nil() {
		this.target.writeByte(0xc0);
		return this;
	}

	/**
	 * Writes a string.
	 * @param value the text
	 * @return this
	 */
	public MsgPackWriter string(String value) {
		byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
		if (bytes.length < 32) {
			this.target.writeByte(0xa0 | bytes.length);
		}
		else if (bytes.length < 1 << 8) {
			this.target.writeByte(0xd9).writeByte(bytes.length);
		}
		else if (bytes.length < 1 << 16) {
			this.target.writeByte(0xda).writeShort(bytes.length);
		}
		else {
			this.target.writeByte(0xdb).writeInt(bytes.length);
		}
		this.target.writeBytes(bytes);
		return this;
	}

	/**
	 * Writes bytes.
	 * @param value the bytes
	 * @return this
	 */
	public MsgPackWriter binary(byte[] value) {
		if (value.length < 1 << 8) {
			this.target.writeByte(0xc4).writeByte(value.length);
		}
		else if (value.length < 1 << 16) {
			this.target.writeByte(0xc5).writeShort(value.length);
		}
		else {
			this.target.writeByte(0xc6).writeInt(value.length);
		}
		this.target.writeBytes(value);
		return this;
	}

}
