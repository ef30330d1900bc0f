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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.nixl4j.docs.HexDump;
import io.nixl4j.docs.WireDocument;
import io.nixl4j.kv.ElementType;
import io.nixl4j.kv.KvLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the serving messages of docs/wire.md to the codec.
 */
class ServingDocumentTests {

	private static final String SECTION = "Serving messages";

	private static final WireDocument DOCUMENT = WireDocument.read();

	private static final Map<String, ServingMessage> MESSAGES = messages().stream()
		.collect(Collectors.toMap(ServingMessage::type, (message) -> message, (one, two) -> one, LinkedHashMap::new));

	private static List<ServingMessage> messages() {
		String id = "request-42";
		AttemptId attempt = new AttemptId("router-1", id, 1, 77);
		List<Integer> prompt = List.of(1, 314, 49_151);
		return List.of(new ServingMessage.Prompt(id, 1, prompt),
				new ServingMessage.Reserve(id, 1, "prefill-1", prompt, 3, 0, 128, "{}", 30_000, 64),
				new ServingMessage.Reserved(id, 1, List.of(12), 0, 77, 4_096),
				new ServingMessage.RemotePrefillRequest(id, 1, "decode-1", prompt, 3, 0, List.of(12), 0, 77, 128, "{}",
						29_998),
				new ServingMessage.Begin(attempt),
				new ServingMessage.Admit(attempt, "kv", LayoutText.of(new KvLayout(30, 16, 3, 64, ElementType.F32))),
				new ServingMessage.Hold(attempt, LayoutText.of(new KvLayout(30, 16, 3, 64, ElementType.F32))),
				new ServingMessage.Source(attempt, "kv", LayoutText.of(new KvLayout(30, 16, 3, 64, ElementType.F32)),
						List.of(7)),
				new ServingMessage.LayerDone(attempt, 29), new ServingMessage.Prefilled(attempt, 284),
				new ServingMessage.Read(attempt, new KvMove(368_640, 1, 30, 29, 4_500_000)),
				new ServingMessage.Kept(attempt), new ServingMessage.Stop(attempt), new ServingMessage.Stopped(attempt),
				new ServingMessage.Moved(id, 1, new KvMove(368_640, 1, 30, 29, 4_500_000), 0),
				new ServingMessage.Token(id, 1, 284, " the"), new ServingMessage.Finished(id, 1, 128, "", 128, 4_240),
				new ServingMessage.Failed(id, 1, "busy", "decode-1", "too many requests", 0),
				new ServingMessage.Cancel(id, 1));
	}

	static Stream<String> dumps() {
		return DOCUMENT.dumps(SECTION).stream();
	}

	@Test
	void everyMessageIsInTheDocument() {
		List<String> types = new ArrayList<>();
		for (Class<?> type : ServingMessage.class.getPermittedSubclasses()) {
			if (type.isRecord()) {
				types.add(type.getName());
			}
			else {
				Stream.of(type.getPermittedSubclasses()).map(Class::getName).forEach(types::add);
			}
		}
		assertThat(MESSAGES.values()).extracting((message) -> message.getClass().getName())
			.containsExactlyInAnyOrderElementsOf(types);
		assertThat(dumps()).containsExactlyElementsOf(MESSAGES.keySet());
	}

	@ParameterizedTest
	@MethodSource("dumps")
	void aMessageIsEncodedAsTheDocumentShowsIt(String name) {
		assertThat(HexDump.ofValue(ServingCodec.encode(message(name)))).as(name).isEqualTo(DOCUMENT.text(name));
	}

	@ParameterizedTest
	@MethodSource("dumps")
	void aMessageIsDecodedAsTheDocumentShowsIt(String name) {
		assertThat(ServingCodec.decode(DOCUMENT.bytes(name))).isEqualTo(message(name));
	}

	@Test
	void everyKeyIsInTheTable() {
		assertThat(dumps().flatMap(ServingDocumentTests::keys).distinct())
			.containsExactlyInAnyOrderElementsOf(DOCUMENT.rows(SECTION));
	}

	private static Stream<String> keys(String name) {
		return HexDump.ofValue(DOCUMENT.bytes(name))
			.lines()
			.filter((line) -> line.matches(".* {2}[a-z]+:.*"))
			.map((line) -> line.replaceFirst(".* {2}([a-z]+):.*", "$1"))
			.skip(1);
	}

	private static ServingMessage message(String name) {
		return Objects.requireNonNull(MESSAGES.get(name), name);
	}

}
