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

import java.time.Duration;
import java.util.List;

import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.NixlOutOfRangeException;
import io.nixl4j.msgpack.PackWriter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What {@link ServingCodec} does with bytes from outside; docs/wire.md has the rest.
 */
class ServingCodecTests {

	private static final int MAX_LIST = 16 * 1_024;

	@Test
	void unknownKeysAreSkipped() {
		PackWriter out = new PackWriter(100);
		out.mapHeader(4);
		out.text("attempt");
		out.unsigned(3);
		out.text("color");
		out.arrayHeader(1);
		out.text("red");
		out.text("id");
		out.text("request-1");
		out.text("type");
		out.text("cancel");
		assertThat(ServingCodec.decode(out.toByteArray())).isEqualTo(new ServingMessage.Cancel("request-1", 3));
	}

	@Test
	void whatIsNoServingMessageIsRefused() {
		refused(new byte[0]);
		refused(new byte[] { (byte) 0x80 });
		refused(message("id", ""));
		refused(message("attempt", 0));
		refused(message("type", "hello"));
		refused(message("id", "x".repeat(ServingRequest.MAX_ID + 1)));
		refused(message("engine", "x".repeat(256)));
		refused(message("parameters", "x".repeat(ServingRequest.MAX_PARAMETERS + 1)));
		refused(message("text", "x".repeat(16 * 1_024 + 1)));
		refused(message("attempt", 1L << 31));
		refused(message("millis", -1));
		refused(list(MAX_LIST + 1));
	}

	@Test
	void whatIsAddedIsAllThatIsWrong() {
		assertThat(ServingCodec.decode(message("text", "x".repeat(16 * 1_024))))
			.isEqualTo(new ServingMessage.Cancel("request-1", 1));
	}

	@Test
	void aListHasABound() {
		assertThat(ServingCodec.decode(list(MAX_LIST))).isInstanceOfSatisfying(ServingMessage.Reserved.class,
				(reserved) -> assertThat(reserved.blocks()).hasSize(MAX_LIST));
	}

	@Test
	void longTextsAreCutBetweenCharacters() {
		assertThat(ServingCodec.cut("short")).isEqualTo("short");
		String smiles = "x" + "\ud83d\ude00".repeat(ServingCodec.SENT_TEXT);
		assertThat(ServingCodec.cut(smiles)).hasSize(ServingCodec.SENT_TEXT - 1).endsWith("\ud83d\ude00");
		byte[] longest = ServingCodec.encode(new ServingMessage.Token("r", 1, 1, ServingCodec.cut(smiles)));
		assertThat(ServingCodec.decode(longest)).isInstanceOf(ServingMessage.Token.class);
	}

	@Test
	void requestsAreChecked() {
		Duration second = Duration.ofSeconds(1);
		badRequest("", List.of(1), 1, second);
		badRequest("x".repeat(65), List.of(1), 1, second);
		badRequest("r", List.of(), 1, second);
		badRequest("r", List.of(-1), 1, second);
		badRequest("r", List.of(1), 0, second);
		badRequest("r", List.of(1), Integer.MAX_VALUE, second);
		badRequest("r", List.of(1), 1, Duration.ZERO);
	}

	private static void badRequest(String id, List<Integer> tokens, int max, Duration timeout) {
		assertThatExceptionOfType(NixlOutOfRangeException.class)
			.isThrownBy(() -> new ServingRequest(id, tokens, max, "", timeout));
	}

	/** A message that is right, to which something is added; what comes last counts. */
	private static PackWriter begin(int more) {
		PackWriter out = new PackWriter(64 * 1_024);
		out.mapHeader(3 + more);
		out.text("type");
		out.text("cancel");
		out.text("id");
		out.text("request-1");
		out.text("attempt");
		out.unsigned(1);
		return out;
	}

	private static byte[] message(String key, Object value) {
		PackWriter out = begin(1);
		out.text(key);
		if (value instanceof Number number) {
			out.unsigned(number.longValue());
		}
		else {
			out.text((String) value);
		}
		return out.toByteArray();
	}

	private static byte[] list(int size) {
		PackWriter out = begin(2);
		out.text("type");
		out.text("reserved");
		out.text("blocks");
		out.arrayHeader(size);
		for (int i = 0; i < size; i++) {
			out.unsigned(7);
		}
		return out.toByteArray();
	}

	private static void refused(byte[] payload) {
		assertThatExceptionOfType(NixlException.class).isThrownBy(() -> ServingCodec.decode(payload));
	}

}
