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

import io.nixl4j.kv.ElementType;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.kv.KvOrder;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Layouts as texts and back.
 */
class LayoutTextTests {

	private static final KvLayout LAYOUT = new KvLayout(30, 16, 3, 64, ElementType.F32);

	@Test
	void whatIsWrittenIsRead() {
		same(LAYOUT);
		same(LAYOUT.withOrder(KvOrder.LAYER_MAJOR).withHeads(1, 2).withTokensPerBlock(1));
		same(KvLayout.latent(61, 64, 576, ElementType.F16));
	}

	private static void same(KvLayout layout) {
		assertThat(LayoutText.parse(LayoutText.of(layout), "decode-1")).isEqualTo(layout);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "layers", "layers=30 tokens=16", "=", "layers=30 tokens=16 heads=3 numbers=64 element=F32 "
					+ "content=KEYS_AND_VALUES first=0 of=3 order=BLOCK-LAYER-PART-TOKEN" })
	void whatIsNoLayoutIsRefused(String text) {
		refused(text);
	}

	@Test
	void everyFieldIsLookedAt() {
		String text = LayoutText.of(LAYOUT);
		refused(text + " more=1");
		refused(" " + text);
		refused(text.replace("layers=30", "layers=0"));
		refused(text.replace("layers=30", "layers=4294967297"));
		refused(text.replace("layers=", "blocks="));
		refused(text.replace("tokens=16", "tokens=2000000000"));
		refused(text.replace("F32", "F33"));
		refused(text.replace("KEYS_AND_VALUES", "LATENT"));
		refused(text.replace("first=0", "first=1"));
		refused(text.replace("first=0", "first=-1"));
		refused(text.replace("HEAD", "TOKEN"));
	}

	private static void refused(String text) {
		assertThatExceptionOfType(NixlException.class).isThrownBy(() -> LayoutText.parse(text, "decode-1"))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.PROTOCOL));
	}

}
