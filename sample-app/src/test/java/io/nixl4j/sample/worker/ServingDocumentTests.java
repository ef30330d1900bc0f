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

package io.nixl4j.sample.worker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.nixl4j.docs.HexDump;
import io.nixl4j.docs.WireDocument;
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

	private static final Map<String, ServingMessage> MESSAGES = messages();

	private static Map<String, ServingMessage> messages() {
		String id = "request-42";
		Sampling sampling = new Sampling(0.5f, 7);
		Map<String, ServingMessage> messages = new LinkedHashMap<>();
		messages.put("reserve", new ServingMessage.Reserve(id, 1, "prefill-1", 3, 128, sampling));
		messages.put("reserved", new ServingMessage.Reserved(id, 1, List.of(12)));
		messages.put("prefill", new ServingMessage.RemotePrefillRequest(id, 1, "decode-1", List.of(1, 314, 49_151),
				List.of(12), sampling));
		messages.put("prefilled", new ServingMessage.Prefilled(id, 1, 30, 284));
		messages.put("prefill-failed", new ServingMessage.PrefillFailed(id, 1, "the prefill worker gave it up"));
		messages.put("moved", new ServingMessage.Moved(id, 1, new KvReport(368_640, 1, 30, 29, 4_500_000)));
		messages.put("token", new ServingMessage.Token(id, 1, 284, " the"));
		messages.put("finished", new ServingMessage.Finished(id, 1, ""));
		messages.put("failed", new ServingMessage.Failed(id, 1, "the prefill worker is lost"));
		return messages;
	}

	static Stream<String> dumps() {
		return DOCUMENT.dumps(SECTION).stream();
	}

	@Test
	void everyMessageIsInTheDocument() {
		assertThat(MESSAGES.values().stream().map(Object::getClass))
			.containsExactlyInAnyOrder(ServingMessage.class.getPermittedSubclasses());
		assertThat(dumps()).containsExactlyInAnyOrderElementsOf(MESSAGES.keySet());
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

	@ParameterizedTest
	@MethodSource("dumps")
	void theKeysOfAMessageStandInTheOrderOfTheTable(String name) {
		assertThat(DOCUMENT.rows(SECTION)).containsSubsequence(keys(name).toList());
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
