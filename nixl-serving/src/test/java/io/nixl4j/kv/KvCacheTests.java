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

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlBackendException;
import io.nixl4j.memory.NixlOutOfRangeException;
import io.nixl4j.memory.NixlRegionClosedException;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RegionTable;
import io.nixl4j.memory.RunCursor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A cache in real memory.
 */
class KvCacheTests {

	private static final KvLayout LAYOUT = new KvLayout(3, 2, 2, 4, ElementType.F32);

	private static final int BLOCKS = 5;

	private final RegionTable regions = new RegionTable(Duration.ofSeconds(1));

	private final MemoryRegion region = this.regions.allocate(LAYOUT.bytes(BLOCKS), RegionOptions.of("kv"));

	private final KvCache cache = new KvCache(LAYOUT, this.region);

	@AfterEach
	void close() {
		this.regions.close();
	}

	@Test
	void piecesCoverTheRegionOnce() {
		Set<Float> written = new HashSet<>();
		for (int block = 0; block < BLOCKS; block++) {
			for (int layer = 0; layer < LAYOUT.layers(); layer++) {
				for (KvPart part : LAYOUT.parts()) {
					ByteBuffer piece = this.cache.piece(block, layer, part);
					assertThat(piece.remaining()).isEqualTo(LAYOUT.pieceBytes());
					while (piece.hasRemaining()) {
						float number = written.size() + 1;
						piece.putFloat(number);
						written.add(number);
					}
				}
			}
		}
		ByteBuffer all = this.region.buffer(0, (int) this.region.length()).order(ByteOrder.LITTLE_ENDIAN);
		for (int i = 1; i <= written.size(); i++) {
			assertThat(all.getFloat()).isEqualTo(i);
		}
		assertThat(all.hasRemaining()).isFalse();
	}

	@Test
	void aListNamesTheBytesOfItsPieces() {
		int[] ids = { 4, 0, 2 };
		fill(this.cache.piece(4, 1, KvPart.KEYS), 41);
		fill(this.cache.piece(4, 1, KvPart.VALUES), 42);
		fill(this.cache.piece(0, 1, KvPart.KEYS), 1);
		fill(this.cache.piece(0, 1, KvPart.VALUES), 2);
		fill(this.cache.piece(2, 1, KvPart.KEYS), 21);
		fill(this.cache.piece(2, 1, KvPart.VALUES), 22);
		ByteBuffer expected = ByteBuffer.allocate(6 * LAYOUT.pieceBytes());
		for (int stamp : new int[] { 41, 42, 1, 2, 21, 22 }) {
			fill(expected.slice(expected.position(), LAYOUT.pieceBytes()), stamp);
			expected.position(expected.position() + LAYOUT.pieceBytes());
		}
		assertThat(read(this.cache.blocks().layer(1, ids))).isEqualTo(expected.flip());
	}

	@Test
	void whatIsNotThereIsRefused() {
		assertThatExceptionOfType(NixlOutOfRangeException.class)
			.isThrownBy(() -> this.cache.piece(BLOCKS, 0, KvPart.KEYS));
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> this.cache.piece(-1, 0, KvPart.KEYS));
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> this.cache.piece(0, 3, KvPart.KEYS));
		this.region.close();
		assertThatExceptionOfType(NixlRegionClosedException.class)
			.isThrownBy(() -> this.cache.piece(0, 0, KvPart.KEYS));
	}

	@Test
	void piecesThatAreNotOneRangeAreRefused() {
		KvOrder keysBesideValues = KvOrder.of(KvAxis.BLOCK, KvAxis.LAYER, KvAxis.TOKEN, KvAxis.HEAD, KvAxis.PART);
		KvCache scattered = new KvCache(LAYOUT.withOrder(keysBesideValues), this.region);
		assertThatExceptionOfType(NixlBackendException.class).isThrownBy(() -> scattered.piece(0, 0, KvPart.KEYS))
			.withMessageContaining("PART");
		KvCache layers = new KvCache(LAYOUT.withOrder(KvOrder.LAYER_MAJOR), this.region);
		fill(layers.piece(1, 2, KvPart.VALUES), 7);
		assertThat(this.region.buffer(26L * LAYOUT.pieceBytes(), LAYOUT.pieceBytes()).get(0)).isEqualTo((byte) 7);
	}

	private static void fill(ByteBuffer piece, int stamp) {
		while (piece.hasRemaining()) {
			piece.put((byte) stamp);
		}
	}

	private ByteBuffer read(DescriptorList list) {
		ByteBuffer bytes = ByteBuffer.allocate((int) list.bytes());
		RunCursor cursor = list.cursor();
		while (cursor.hasRemaining()) {
			bytes.put(this.region.buffer(cursor.offset(), (int) cursor.contiguous()));
			cursor.advance(cursor.contiguous());
		}
		return bytes.flip();
	}

}
