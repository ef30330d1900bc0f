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

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import io.nixl4j.memory.NixlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ServingCodecTests {

	static Stream<ServingMessage> messages() {
		Sampling sampling = new Sampling(0.75f, -3);
		return Stream.of(new ServingMessage.Reserve("r", 1, "prefill-1", 300, 128, sampling),
				new ServingMessage.Reserved("r", 2, List.of(1, 70_000, 3)),
				new ServingMessage.RemotePrefillRequest("r", 1, "decode-1", List.of(1, 49_151), List.of(0), sampling),
				new ServingMessage.Prefilled("r", 1, 30, 42), new ServingMessage.PrefillFailed("r", 1, "no"),
				new ServingMessage.Moved("r", 1, new KvReport(1L << 40, 27, 30, 29, 123_456_789_012L)),
				new ServingMessage.Token("r", 1, 7, "\u4f60\u597d"), new ServingMessage.Finished("r", 1, ""),
				new ServingMessage.Failed("r", 1, "why"));
	}

	@ParameterizedTest
	@MethodSource("messages")
	void aMessageComesBackAsItWas(ServingMessage message) {
		assertThat(ServingCodec.decode(ServingCodec.encode(message))).isEqualTo(message);
	}

	@ParameterizedTest
	@MethodSource("messages")
	void damagedBytesAreRefusedOrAreAnotherMessage(ServingMessage message) {
		Random random = new Random(1);
		byte[] bytes = ServingCodec.encode(message);
		for (int i = 0; i < 2_000; i++) {
			byte[] damaged = bytes.clone();
			damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
			try {
				assertThat(ServingCodec.decode(damaged)).isNotNull();
			}
			catch (NixlException | IllegalArgumentException ex) {
				assertThat(ex.getMessage()).isNotEmpty();
			}
		}
	}

	@Test
	void whatIsNoServingMessageIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> ServingCodec.decode(new byte[] { (byte) 0x80 }));
	}

}
