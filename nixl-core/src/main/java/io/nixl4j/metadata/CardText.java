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

package io.nixl4j.metadata;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * Rules for the texts of a card. All of them can be encoded, printed on one line of a
 * log, and compared with what a peer in another language sorted.
 */
final class CardText {

	/** The most bytes that one text of a card has in UTF-8. */
	static final int MAX_BYTES = 1024;

	/** The most entries of a list or a map of our own additions. */
	static final int MAX_ENTRIES = 256;

	/**
	 * Order of the UTF-8 bytes, which is the order of code points and not that of Java's
	 * chars.
	 */
	static final Comparator<String> ORDER = CardText::compare;

	private CardText() {
	}

	static String check(String what, String text) {
		if (text.length() > MAX_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
			throw new IllegalArgumentException(what + " has more than " + MAX_BYTES + " bytes");
		}
		int unprintable = firstUnprintable(text);
		if (unprintable >= 0) {
			throw new IllegalArgumentException("%s has a character that no line of text can hold, U+%04X at index %d"
				.formatted(what, (int) text.charAt(unprintable), unprintable));
		}
		return text;
	}

	static String checkNotEmpty(String what, String text) {
		if (text.isEmpty()) {
			throw new IllegalArgumentException(what + " is empty");
		}
		return check(what, text);
	}

	static String checkId(String what, String id) {
		checkNotEmpty(what, id);
		if (id.indexOf('/') >= 0) {
			throw new IllegalArgumentException(
					what + " '" + id + "' has a '/': the keys of a store use it between their parts");
		}
		return id;
	}

	static List<String> checkAll(String what, List<String> texts) {
		if (texts.size() > MAX_ENTRIES) {
			throw new IllegalArgumentException(what + " has more than " + MAX_ENTRIES + " entries");
		}
		List<String> checked = new ArrayList<>(texts.size());
		texts.forEach((text) -> checked.add(checkNotEmpty(what, text)));
		return Collections.unmodifiableList(checked);
	}

	/** An unmodifiable copy in {@link #ORDER}, its keys checked. */
	static <V> Map<String, V> checkKeys(String what, Map<String, V> map) {
		Map<String, V> sorted = new TreeMap<>(ORDER);
		map.forEach((key, value) -> sorted.put(checkNotEmpty(what, key), value));
		return Collections.unmodifiableMap(sorted);
	}

	static NixlException corrupt(String message, @Nullable Throwable cause) {
		return NixlError.CORRUPT.exception("These bytes are no NIXL metadata: " + message, null, "decode metadata",
				cause);
	}

	private static int firstUnprintable(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
				i++;
			}
			else if (Character.isSurrogate(c) || Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
				return i;
			}
		}
		return -1;
	}

	private static int compare(String left, String right) {
		int common = Math.min(left.length(), right.length());
		for (int i = 0; i < common; i++) {
			char l = left.charAt(i);
			char r = right.charAt(i);
			if (l != r) {
				// Surrogates stand for code points above all other chars.
				boolean differ = Character.isSurrogate(l) != Character.isSurrogate(r);
				return differ ? (Character.isSurrogate(l) ? 1 : -1) : Character.compare(l, r);
			}
		}
		return Integer.compare(left.length(), right.length());
	}

}
