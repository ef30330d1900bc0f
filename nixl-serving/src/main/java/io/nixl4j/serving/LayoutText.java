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

package io.nixl4j.serving;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.nixl4j.kv.ElementType;
import io.nixl4j.kv.KvAxis;
import io.nixl4j.kv.KvContent;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.kv.KvOrder;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;

/**
 * A KV layout as a text, by which a decode worker says how its blocks lie.
 */
final class LayoutText {

	private static final List<String> KEYS = List.of("layers", "tokens", "heads", "numbers", "element", "content",
			"first", "of", "order");

	private LayoutText() {
	}

	static String of(KvLayout layout) {
		List<Object> values = List.of(layout.layers(), layout.tokensPerBlock(), layout.heads(), layout.headSize(),
				layout.elementType(), layout.content(), layout.firstHead(), layout.modelHeads(),
				layout.order().axes().stream().map(Enum::name).collect(Collectors.joining("-")));
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < KEYS.size(); i++) {
			text.append((i > 0) ? " " : "").append(KEYS.get(i)).append('=').append(values.get(i));
		}
		return text.toString();
	}

	/**
	 * Reads a text of another worker.
	 * @param text all keys, in their order
	 * @param engine the engine id of that worker
	 * @return the layout
	 * @throws NixlException {@link NixlError#PROTOCOL} if the text is no layout
	 */
	static KvLayout parse(String text, String engine) {
		String[] fields = text.split(" ", KEYS.size() + 1);
		try {
			if (fields.length != KEYS.size()) {
				throw new IllegalArgumentException(fields.length + " fields");
			}
			for (int i = 0; i < fields.length; i++) {
				String key = KEYS.get(i) + '=';
				if (!fields[i].startsWith(key)) {
					throw new IllegalArgumentException("no " + key);
				}
				fields[i] = fields[i].substring(key.length());
			}
			return new KvLayout(Integer.parseInt(fields[0]), Integer.parseInt(fields[1]), Integer.parseInt(fields[2]),
					Integer.parseInt(fields[3]), ElementType.valueOf(fields[4]), KvContent.valueOf(fields[5]),
					Integer.parseInt(fields[6]), Integer.parseInt(fields[7]),
					new KvOrder(Stream.of(fields[8].split("-", -1)).map(KvAxis::valueOf).toList()));
		}
		catch (IllegalArgumentException | NixlException ex) {
			throw NixlError.PROTOCOL.exception("The decode worker's layout '" + text + "' cannot be read", engine,
					"prefill", ex);
		}
	}

}
