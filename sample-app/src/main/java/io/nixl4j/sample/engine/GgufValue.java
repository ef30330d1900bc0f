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

/**
 * The values of a GGUF header. Whole numbers of up to 32 bits become an {@link Integer}
 * or {@code int[]}, 32-bit floats a {@link Float}, strings a {@link String} or
 * {@code String[]}, booleans a {@link Boolean}. Values that no model of this engine needs
 * (numbers of 64 bits, other arrays) are checked and passed over.
 */
final class GgufValue {

	private static final int BOOL = 7;

	private static final int STRING = 8;

	private static final int ARRAY = 9;

	/**
	 * Bytes of each type of number by its number in the file; 0 for what is no number.
	 */
	private static final int[] WIDTHS = { 1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8 };

	/** Stands for a value that was passed over. */
	private static final Object PASSED_OVER = new Object();

	private GgufValue() {
	}

	static Object read(GgufCursor cursor, int type, String key) throws ModelFormatException {
		return switch (type) {
			case 0 -> cursor.u8();
			case 1 -> (int) (byte) cursor.u8();
			case 2 -> cursor.u8() | cursor.u8() << 8;
			case 3 -> (int) (short) (cursor.u8() | cursor.u8() << 8);
			case 4, 5 -> cursor.u32();
			case 6 -> cursor.f32();
			case BOOL -> cursor.u8() != 0;
			case STRING -> cursor.string("value of '" + key + "'");
			case ARRAY -> array(cursor, key);
			case 10, 11, 12 -> {
				cursor.u64();
				yield PASSED_OVER;
			}
			default -> throw unknown(type, key);
		};
	}

	private static Object array(GgufCursor cursor, String key) throws ModelFormatException {
		int type = cursor.u32();
		if (type == STRING) {
			String[] strings = new String[cursor.count("elements of '" + key + "'", Long.BYTES)];
			for (int i = 0; i < strings.length; i++) {
				strings[i] = cursor.string("element " + i + " of '" + key + "'");
			}
			return strings;
		}
		if (type < 0 || type >= WIDTHS.length || type == ARRAY) {
			throw unknown(type, key);
		}
		int count = cursor.count("elements of '" + key + "'", WIDTHS[type]);
		if (type == 4 || type == 5) {
			int[] numbers = new int[count];
			for (int i = 0; i < count; i++) {
				numbers[i] = cursor.u32();
			}
			return numbers;
		}
		cursor.skip(count * WIDTHS[type]);
		return PASSED_OVER;
	}

	private static ModelFormatException unknown(int type, String key) {
		return new ModelFormatException(
				"key '%s' has a value of the unknown type %s".formatted(key, Integer.toUnsignedString(type)));
	}

}
