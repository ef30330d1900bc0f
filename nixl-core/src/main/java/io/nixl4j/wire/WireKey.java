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

/**
 * Keys of header maps: one to three ASCII letters, packed into an int, big-endian, so
 * that reading one makes no object. Constants of the same form can be written as
 * {@code 'i' << 8 | 'd'} where a {@code switch} needs them.
 */
public final class WireKey {

	/** Key of the frame's type, first in every header. */
	public static final int TYPE = 't';

	private WireKey() {
	}

	/**
	 * Packs a key.
	 * @param key one to three ASCII characters
	 * @return the packed key
	 */
	public static int of(String key) {
		if (key.isEmpty() || key.length() > 3) {
			throw new IllegalArgumentException("a key has one to three characters");
		}
		int packed = 0;
		for (int i = 0; i < key.length(); i++) {
			char c = key.charAt(i);
			if (c == 0 || c > 0x7f) {
				throw new IllegalArgumentException("a key is ASCII");
			}
			packed = packed << 8 | c;
		}
		return packed;
	}

	/**
	 * Unpacks a key for texts.
	 * @param packed the packed key
	 * @return the characters
	 */
	public static String text(int packed) {
		StringBuilder text = new StringBuilder(3);
		for (int shift = 16; shift >= 0; shift -= 8) {
			int c = packed >>> shift & 0xff;
			if (c != 0) {
				text.append((char) c);
			}
		}
		return text.toString();
	}

}
