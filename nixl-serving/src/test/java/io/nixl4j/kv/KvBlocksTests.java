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
import java.util.stream.IntStream;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlOutOfRangeException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Lists of the cases that serving lives on.
 */
class KvBlocksTests {

	private static final KvLayout LAYOUT = new KvLayout(30, 16, 3, 64, ElementType.F32);

	private final KvBlocks blocks = new KvBlocks(LAYOUT, new TestRegion("kv", LAYOUT.bytes(200_000)));

	@Test
	void neighboursMoveAsOnePiece() {
		DescriptorList list = this.blocks.whole(new int[] { 7, 8, 9, 10 });
		assertThat(list.runs()).isOne();
		assertThat(list.size()).isEqualTo(4);
		assertThat(list.cursor().contiguous()).isEqualTo(4 * LAYOUT.blockBytes());
	}

	@Test
	void oneLayerOfNeighboursIsOneStridedRun() {
		DescriptorList list = this.blocks.layer(3, new int[] { 7, 8, 9, 10 });
		assertThat(list.runs()).isOne();
		assertThat(list.start(0)).isEqualTo(LAYOUT.offset(7, 3, KvPart.KEYS));
		assertThat(list.stride(0)).isEqualTo(LAYOUT.blockBytes());
		assertThat(list.length(0)).isEqualTo(LAYOUT.layerBytes());
		assertThat(list.count(0)).isEqualTo(4);
	}

	@Test
	void onePartOfAllLayersOfNeighboursIsOneStridedRun() {
		DescriptorList list = this.blocks.parts(0, 30, KvPart.VALUES, new int[] { 4, 5 });
		assertThat(list.runs()).isOne();
		assertThat(list.start(0)).isEqualTo(LAYOUT.offset(4, 0, KvPart.VALUES));
		assertThat(list.stride(0)).isEqualTo(LAYOUT.layerBytes());
		assertThat(list.length(0)).isEqualTo(LAYOUT.pieceBytes());
		assertThat(list.count(0)).isEqualTo(60);
	}

	@Test
	void fragmentedListsHaveNoMoreRunsThanBlocks() {
		// Differences that never repeat
		int[] fragmented = IntStream.range(0, 600).map((i) -> i * (i + 1) / 2).toArray();
		DescriptorList list = this.blocks.layers(1, 28, fragmented);
		assertThat(list.size()).isEqualTo(600);
		assertThat(list.runs()).isEqualTo(300);
		assertThat(list.bytes()).isEqualTo(600 * 28 * LAYOUT.layerBytes());
	}

	@Test
	void aRegionHoldsItsWholeBlocks() {
		assertThat(this.blocks.count()).isEqualTo(200_000);
		assertThat(new KvBlocks(LAYOUT, new TestRegion("kv", 2 * LAYOUT.blockBytes() - 1)).count()).isOne();
		assertThatExceptionOfType(NixlOutOfRangeException.class)
			.isThrownBy(() -> new KvBlocks(LAYOUT, new TestRegion("small", LAYOUT.blockBytes() - 1)))
			.withMessageContaining("small");
	}

	@Test
	void whereTheNumberOfBlocksMattersItIsSaid() {
		KvLayout layers = LAYOUT.withOrder(KvOrder.LAYER_MAJOR);
		TestRegion region = new TestRegion("kv", layers.bytes(3) + 1);
		refused(NixlError.OUT_OF_RANGE, () -> new KvBlocks(layers, region));
		refused(NixlError.OUT_OF_RANGE, () -> new KvBlocks(layers, region, 4));
		refused(NixlError.OUT_OF_RANGE, () -> new KvBlocks(layers, region, 0));
		assertThat(new KvBlocks(layers, region, 2).offset(1, 1, KvPart.KEYS, 0, 0))
			.isEqualTo((2 * 2 + 1) * LAYOUT.pieceBytes());
		assertThat(new KvBlocks(layers, new TestRegion("kv", layers.bytes(3))).count()).isEqualTo(3);
	}

	@Test
	void headsOutsideAreRefused() {
		assertThat(this.blocks.offset(1, 0, KvPart.KEYS, 2, 1)).isEqualTo(LAYOUT.blockBytes() + 7 * 64 * 4);
		refused(NixlError.OUT_OF_RANGE, () -> this.blocks.offset(-1, 0, KvPart.KEYS, 0, 0));
		refused(NixlError.OUT_OF_RANGE, () -> this.blocks.offset(0, 30, KvPart.KEYS, 0, 0));
		refused(NixlError.OUT_OF_RANGE, () -> this.blocks.offset(0, 0, KvPart.LATENT, 0, 0));
		refused(NixlError.OUT_OF_RANGE, () -> this.blocks.offset(0, 0, KvPart.KEYS, 16, 0));
		refused(NixlError.OUT_OF_RANGE, () -> this.blocks.offset(0, 0, KvPart.KEYS, 0, 3));
	}

	@Test
	void whatDoesNotExistIsRefused() {
		for (int wrong : new int[] { -1, 200_000, Integer.MAX_VALUE, Integer.MIN_VALUE }) {
			int[] ids = { 0, wrong };
			refused(NixlError.OUT_OF_RANGE, () -> this.blocks.whole(ids));
			refused(NixlError.OUT_OF_RANGE, () -> this.blocks.layer(0, ids));
			refused(NixlError.OUT_OF_RANGE, () -> this.blocks.part(0, KvPart.KEYS, ids));
		}
		int[] one = { 0 };
		refused(NixlError.OUT_OF_RANGE, () -> this.blocks.layer(30, one));
		refused(NixlError.OUT_OF_RANGE, () -> this.blocks.layer(-1, one));
		refused(NixlError.OUT_OF_RANGE, () -> this.blocks.layers(29, 2, one));
		refused(NixlError.OUT_OF_RANGE, () -> this.blocks.layers(1, Integer.MAX_VALUE, one));
		refused(NixlError.OUT_OF_RANGE, () -> this.blocks.layers(1, Integer.MIN_VALUE, one));
		refused(NixlError.EMPTY, () -> this.blocks.layers(1, 0, one));
		refused(NixlError.EMPTY, () -> this.blocks.whole(new int[0]));
		refused(NixlError.EMPTY, () -> this.blocks.part(0, KvPart.KEYS, new int[0]));
	}

	@Test
	void morePiecesThanAListCanHaveAreRefused() {
		KvLayout deep = new KvLayout(1 << 20, 1, 1, 1, ElementType.I8);
		KvBlocks many = new KvBlocks(deep, new TestRegion("kv", 1L << 40));
		refused(NixlError.OUT_OF_RANGE, () -> many.part(0, KvPart.KEYS, new int[] { 0 }));
		refused(NixlError.OUT_OF_RANGE, () -> many.parts(0, 1 << 20, KvPart.KEYS, new int[1 << 11]));
		assertThat(many.layer(5, new int[] { (1 << 19) - 1 }).start(0)).isEqualTo((1L << 40) - (1L << 21) + 10);
	}

	@Test
	void handlesNameTheirIndices() {
		assertThat(KvBlock.indices(List.of(new KvBlock(1, 5, 1), new KvBlock(1, 2, 9)))).containsExactly(5, 2);
		refused(NixlError.OUT_OF_RANGE, () -> new KvBlock(1, -1, 1));
		refused(NixlError.OUT_OF_RANGE, () -> new KvBlock(1, 0, 0));
	}

	private static void refused(NixlError error, Runnable call) {
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(call::run)
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(error));
	}

}
