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

package io.nixl4j.docs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.StringJoiner;

/**
 * Bytes as a document shows them: up to 16 a line, and behind the first of each value
 * what it is. Knows MessagePack by itself, not by the code under test.
 */
public final class HexDump {

	private static final int WIDTH = 16;

	private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

	private final ByteBuffer bytes;

	private final StringBuilder text = new StringBuilder();

	/** Where the value at hand begins. */
	private int start;

	private HexDump(byte[] bytes) {
		this.bytes = ByteBuffer.wrap(bytes);
	}

	/**
	 * Shows a frame: its prefix, its header and its body.
	 * @param frame the whole frame
	 * @return lines, each ended
	 */
	public static String ofFrame(byte[] frame) {
		HexDump dump = new HexDump(frame);
		dump.show("length of the header: " + dump.bytes.getLong());
		long body = dump.bytes.getLong();
		dump.show("length of the body: " + body);
		dump.bytes.getInt();
		dump.show("CRC32C of the lengths and the header");
		dump.bytes.getInt();
		dump.show("CRC32C of the body");
		dump.value("header", "");
		if (body > 0) {
			String content = StandardCharsets.US_ASCII.decode(dump.bytes).toString();
			dump.show("body: " + content);
		}
		return dump.text.toString();
	}

	/**
	 * Shows one MessagePack value.
	 * @param value the value
	 * @return lines, each ended
	 */
	public static String ofValue(byte[] value) {
		HexDump dump = new HexDump(value);
		dump.value("message", "");
		return dump.text.toString();
	}

	/**
	 * Reads bytes back.
	 * @param dump lines as this class writes them; what follows two spaces is a remark
	 * @return the bytes
	 */
	static byte[] bytes(String dump) {
		StringBuilder digits = new StringBuilder();
		dump.lines().forEach((line) -> digits.append(line.split(" {2}", 2)[0].replace(" ", "")));
		return HexFormat.of().parseHex(digits);
	}

	/** Shows the bytes from where the last ones ended, with a remark. */
	private void show(String remark) {
		for (int from = this.start; from < this.bytes.position(); from += WIDTH) {
			int to = Math.min(from + WIDTH, this.bytes.position());
			String digits = HEX.formatHex(this.bytes.array(), from, to);
			this.text.append((from == this.start) ? "%-47s  %s".formatted(digits, remark).stripTrailing() : digits)
				.append('\n');
		}
		this.start = this.bytes.position();
	}

	/** Shows a value, with a name before it; each entry of a map has lines of its own. */
	private void value(String name, String indent) {
		int code = peek();
		if (code >>> 4 != 0x8 && code != 0xde) {
			show(indent + name + ": " + scalar());
			return;
		}
		this.bytes.get();
		int entries = (code == 0xde) ? unsigned16() : code & 0x0f;
		show(indent + name + ": map of " + entries);
		for (int i = 0; i < entries; i++) {
			value(scalar(), name.equals("header") || name.equals("message") ? "" : indent + "  ");
		}
	}

	private String scalar() {
		int code = this.bytes.get() & 0xff;
		if (code < 0x80) {
			return String.valueOf(code);
		}
		if (code >>> 5 == 0x5) {
			return string(code & 0x1f);
		}
		if (code >>> 4 == 0x9) {
			return array(code & 0x0f);
		}
		return switch (code) {
			case 0xc2 -> "false";
			case 0xc3 -> "true";
			case 0xc4 -> binary(unsigned8());
			case 0xcc -> String.valueOf(unsigned8());
			case 0xcd -> String.valueOf(unsigned16());
			case 0xce -> Integer.toUnsignedString(this.bytes.getInt());
			case 0xcf -> "0x%016x".formatted(this.bytes.getLong());
			case 0xd9 -> string(unsigned8());
			case 0xdc -> array(unsigned16());
			default -> throw new IllegalArgumentException("code 0x" + Integer.toHexString(code) + " is not shown");
		};
	}

	private String string(int length) {
		byte[] utf8 = new byte[length];
		this.bytes.get(utf8);
		return new String(utf8, StandardCharsets.UTF_8);
	}

	private String binary(int length) {
		this.bytes.position(this.bytes.position() + length);
		return length + " bytes";
	}

	private String array(int elements) {
		StringJoiner joiner = new StringJoiner(", ", "[", "]");
		for (int i = 0; i < elements; i++) {
			joiner.add(scalar());
		}
		return joiner.toString();
	}

	private int peek() {
		return this.bytes.get(this.bytes.position()) & 0xff;
	}

	private int unsigned8() {
		return this.bytes.get() & 0xff;
	}

	private int unsigned16() {
		return this.bytes.getShort() & 0xffff;
	}

}
