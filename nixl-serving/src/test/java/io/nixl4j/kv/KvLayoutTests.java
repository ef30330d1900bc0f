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

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlOutOfRangeException;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Sizes and offsets of layouts.
 */
class KvLayoutTests {

	private static final KvLayout SMOLLM = new KvLayout(30, 16, 3, 64, ElementType.F32);

	@Example
	void sizesAreThoseOfTheModel() {
		assertThat(SMOLLM.pieceBytes()).isEqualTo(16 * 3 * 64 * 4);
		assertThat(SMOLLM.layerBytes()).isEqualTo(2 * 16 * 3 * 64 * 4);
		assertThat(SMOLLM.blockBytes()).isEqualTo(30 * 2 * 16 * 3 * 64 * 4);
		assertThat(SMOLLM.bytes(27)).isEqualTo(27L * 30 * 2 * 16 * 3 * 64 * 4);
		assertThat(SMOLLM.bytes(0)).isZero();
	}

	@Example
	void elementsHaveTheirSizes() {
		assertThat(ElementType.values()).extracting(ElementType::bytes).containsExactly(4, 2, 2, 1, 1);
	}

	@Example
	void tokensNeedWholeBlocks() {
		assertThat(SMOLLM.blocksFor(0)).isZero();
		assertThat(SMOLLM.blocksFor(1)).isOne();
		assertThat(SMOLLM.blocksFor(16)).isOne();
		assertThat(SMOLLM.blocksFor(17)).isEqualTo(2);
		assertThat(SMOLLM.blocksFor(Integer.MAX_VALUE)).isEqualTo(1 << 27);
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> SMOLLM.blocksFor(-1));
	}

	@Example
	void keysComeBeforeValuesAndLayersOneByOne() {
		assertThat(SMOLLM.offset(0, 0, KvPart.KEYS)).isZero();
		assertThat(SMOLLM.offset(0, 0, KvPart.VALUES)).isEqualTo(SMOLLM.pieceBytes());
		assertThat(SMOLLM.offset(0, 1, KvPart.KEYS)).isEqualTo(2L * SMOLLM.pieceBytes());
		assertThat(SMOLLM.offset(1, 0, KvPart.KEYS)).isEqualTo(SMOLLM.blockBytes());
	}

	@Property
	void offsetsAreExactBeyond32Bits(@ForAll @IntRange(max = Integer.MAX_VALUE - 1) int block,
			@ForAll @IntRange(max = 29) int layer) {
		long piece = 16 * 3 * 64 * 4;
		assertThat(SMOLLM.offset(block, layer, KvPart.VALUES)).isEqualTo((block * 60L + layer * 2L + 1) * piece);
	}

	@Example
	void whatCannotBeComputedCannotBeMade() {
		int max = Integer.MAX_VALUE;
		refused(() -> new KvLayout(1, max, max, max, ElementType.F32));
		refused(() -> new KvLayout(1, 1 << 16, 1 << 10, 5, ElementType.F32));
		refused(() -> new KvLayout(1, 1 << 16, 1 << 16, 1, ElementType.I8));
		KvLayout largest = new KvLayout(max, 1 << 15, 1 << 15, 1, ElementType.I8);
		assertThat(largest.pieceBytes()).isEqualTo(1 << 30);
		assertThat(largest.blockBytes()).isEqualTo((1L << 31) * max);
		refused(() -> largest.bytes(3));
		refused(() -> largest.offset(max, 0, KvPart.KEYS));
	}

	@Example
	void nothingIsSmallerThanOne() {
		for (int wrong : new int[] { 0, -1, Integer.MIN_VALUE }) {
			refused(() -> new KvLayout(wrong, 1, 1, 1, ElementType.I8));
			refused(() -> new KvLayout(1, wrong, 1, 1, ElementType.I8));
			refused(() -> new KvLayout(1, 1, wrong, 1, ElementType.I8));
			refused(() -> new KvLayout(1, 1, 1, wrong, ElementType.I8));
		}
	}

	@Example
	void piecesOutsideAreRefused() {
		refused(() -> SMOLLM.offset(-1, 0, KvPart.KEYS));
		refused(() -> SMOLLM.offset(0, -1, KvPart.KEYS));
		refused(() -> SMOLLM.offset(0, 30, KvPart.KEYS));
		refused(() -> SMOLLM.bytes(-1));
	}

	@Example
	void latentsAreOnePartOfOneHead() {
		KvLayout latent = KvLayout.latent(61, 64, 576, ElementType.BF16);
		assertThat(latent.parts()).containsExactly(KvPart.LATENT);
		assertThat(latent.pieceBytes()).isEqualTo(64 * 576 * 2);
		assertThat(latent.layerBytes()).isEqualTo(latent.pieceBytes());
		assertThat(latent.offset(2, 1, KvPart.LATENT)).isEqualTo((2L * 61 + 1) * latent.pieceBytes());
		refused(() -> latent.offset(0, 0, KvPart.KEYS));
		refused(() -> SMOLLM.offset(0, 0, KvPart.LATENT));
		refused(() -> new KvLayout(1, 1, 1, 1, ElementType.I8, KvContent.LATENT, 0, 2, KvOrder.BLOCK_MAJOR));
	}

	@Example
	void sharesAreEqualOrHeldBySeveral() {
		KvLayout model = new KvLayout(1, 1, 4, 1, ElementType.I8);
		assertThat(model.withShare(1, 2)).isEqualTo(model.withHeads(2, 2));
		assertThat(model.withShare(1, 2).withShare(3, 4)).isEqualTo(model.withHeads(3, 1));
		assertThat(model.withShare(5, 8)).isEqualTo(model.withHeads(2, 1));
		refused(() -> model.withShare(0, 3));
		refused(() -> model.withShare(0, 0));
		refused(() -> model.withShare(2, 2));
		refused(() -> model.withShare(-1, 2));
	}

	@Example
	void headsAreThoseOfTheModel() {
		KvLayout model = new KvLayout(1, 1, 4, 1, ElementType.I8);
		int max = Integer.MAX_VALUE;
		refused(() -> model.withHeads(4, 1));
		refused(() -> model.withHeads(-1, 1));
		refused(() -> model.withHeads(max, max));
		refused(() -> new KvLayout(1, 1, 1, 1, ElementType.I8, KvContent.KEYS_AND_VALUES, max, Integer.MIN_VALUE,
				KvOrder.BLOCK_MAJOR));
	}

	private static void refused(Runnable call) {
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(call::run)
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.OUT_OF_RANGE));
	}

}
