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

package io.nixl4j.kv;

import java.util.List;

import io.nixl4j.memory.NixlBackendException;
import io.nixl4j.memory.NixlError;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which orders there are.
 */
class KvOrderTests {

	@Test
	void eachAxisIsNamedOnce() {
		refused(() -> KvOrder.of());
		refused(() -> KvOrder.of(KvAxis.BLOCK, KvAxis.LAYER, KvAxis.PART, KvAxis.TOKEN));
		refused(() -> KvOrder.of(KvAxis.BLOCK, KvAxis.LAYER, KvAxis.PART, KvAxis.TOKEN, KvAxis.TOKEN));
		refused(() -> KvOrder.of(KvAxis.BLOCK, KvAxis.LAYER, KvAxis.PART, KvAxis.TOKEN, KvAxis.HEAD, KvAxis.HEAD));
	}

	@Test
	void tokensLieWithinBlocks() {
		refused(() -> KvOrder.of(KvAxis.LAYER, KvAxis.TOKEN, KvAxis.PART, KvAxis.BLOCK, KvAxis.HEAD));
		refused(() -> KvOrder.of(KvAxis.LAYER, KvAxis.HEAD, KvAxis.PART, KvAxis.BLOCK, KvAxis.TOKEN)
			.headsAndTokensSwapped());
	}

	@Test
	void headsAndTokensChangePlaces() {
		assertThat(KvOrder.BLOCK_MAJOR.headsAndTokensSwapped().axes()).containsExactly(KvAxis.BLOCK, KvAxis.LAYER,
				KvAxis.PART, KvAxis.HEAD, KvAxis.TOKEN);
		assertThat(KvOrder.LAYER_MAJOR.headsAndTokensSwapped().headsAndTokensSwapped()).isEqualTo(KvOrder.LAYER_MAJOR);
	}

	@Test
	void ordersSayWhatIsARangeOfBytes() {
		assertThat(KvOrder.BLOCK_MAJOR.isBlockFirst()).isTrue();
		assertThat(KvOrder.LAYER_MAJOR.isBlockFirst()).isFalse();
		KvOrder headsOfKeysAndValues = KvOrder.of(KvAxis.BLOCK, KvAxis.LAYER, KvAxis.TOKEN, KvAxis.HEAD, KvAxis.PART);
		assertThat(List.of(KvOrder.BLOCK_MAJOR, KvOrder.LAYER_MAJOR.headsAndTokensSwapped()))
			.allMatch(KvOrder::hasWholePieces);
		assertThat(headsOfKeysAndValues.hasWholePieces()).isFalse();
		KvLayout layout = new KvLayout(2, 4, 2, 8, ElementType.F32);
		refused(() -> layout.withOrder(headsOfKeysAndValues).offset(0, 0, KvPart.KEYS));
		refused(() -> layout.withOrder(KvOrder.LAYER_MAJOR).offset(0, 0, KvPart.KEYS));
		KvOrder valuesLast = KvOrder.of(KvAxis.BLOCK, KvAxis.PART, KvAxis.LAYER, KvAxis.TOKEN, KvAxis.HEAD);
		assertThat(layout.withOrder(valuesLast).offset(1, 1, KvPart.VALUES)).isEqualTo(7L * layout.pieceBytes());
	}

	private static void refused(Runnable call) {
		assertThatExceptionOfType(NixlBackendException.class).isThrownBy(call::run)
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.UNSUPPORTED));
	}

}
