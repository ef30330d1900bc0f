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

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.netty.buffer.Unpooled;
import io.nixl4j.docs.HexDump;
import io.nixl4j.docs.WireDocument;
import io.nixl4j.memory.NixlError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds docs/wire.md to the code as a whole. The dumps of each of its sections are
 * replayed by the tests of the package that speaks them.
 */
class WireDocumentTests {

	private static final WireDocument DOCUMENT = WireDocument.read();

	private static final List<String> FRAME_SECTIONS = List.of("Handshake", "Session", "Lane");

	static Stream<String> frameDumps() {
		return FRAME_SECTIONS.stream().flatMap((section) -> DOCUMENT.dumps(section).stream());
	}

	@Test
	void everyFrameTypeIsDescribedAndNothingElse() throws IllegalAccessException {
		Map<String, Integer> types = new LinkedHashMap<>();
		for (Field field : FrameType.class.getFields()) {
			types.put(field.getName(), field.getInt(null));
		}
		assertThat(DOCUMENT.frames()).containsExactlyInAnyOrderEntriesOf(types);
		assertThat(DOCUMENT.rows("All frames")).containsExactlyElementsOf(DOCUMENT.frames().keySet());
	}

	@Test
	void everyFrameTypeHasADump() {
		assertThat(frameDumps().map((name) -> name.split(" ")[0]).distinct())
			.containsExactlyInAnyOrderElementsOf(DOCUMENT.frames().keySet());
	}

	@Test
	void everyErrorIsListedAndNothingElse() {
		assertThat(DOCUMENT.rows("Errors"))
			.containsExactlyElementsOf(Arrays.stream(NixlError.values()).map(NixlError::code).toList());
	}

	@ParameterizedTest
	@MethodSource("frameDumps")
	void aDumpIsOneFrameOfTheTypeThatItIsNamedAfter(String name) {
		List<Integer> types = new ArrayList<>();
		FramedReader reader = new FramedReader(Unpooled.EMPTY_BUFFER.alloc(), WireLimits.MAX_HEADER,
				WireLimits.MAX_BODY);
		reader.resume((type, entries, header, bodyLength) -> {
			types.add(type);
			return null;
		});
		reader.received(reader.receiveBuffer().writeBytes(DOCUMENT.bytes(name)));
		assertThat(types).containsExactly(DOCUMENT.frames().get(name.split(" ")[0]));
		assertThat(reader.inBody()).isFalse();
		reader.end();
	}

	@ParameterizedTest
	@MethodSource("frameDumps")
	void theKeysOfADumpAreThoseOfItsFramesTable(String name) {
		List<String> keys = HexDump.ofFrame(DOCUMENT.bytes(name))
			.lines()
			.filter((line) -> line.matches("a[1-3] .* {2}[a-z]{1,3}: .*"))
			.map((line) -> line.replaceFirst(".* {2}([a-z]{1,3}): .*", "$1"))
			.toList();
		assertThat(keys).startsWith("t");
		assertThat(DOCUMENT.rows(name.split(" ")[0])).containsSubsequence(keys.subList(1, keys.size()));
	}

}
