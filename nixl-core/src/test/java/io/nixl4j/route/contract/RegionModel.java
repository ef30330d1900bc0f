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

package io.nixl4j.route.contract;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.MemoryRegion;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a region must hold, kept beside it. It reads descriptor lists by their runs, not
 * by the cursor that routes use.
 */
final class RegionModel {

	private final MemoryRegion region;

	private final byte[] expected;

	RegionModel(MemoryRegion region) {
		this.region = region;
		this.expected = new byte[Math.toIntExact(region.length())];
	}

	MemoryRegion region() {
		return this.region;
	}

	/** Fills region and model alike. */
	void fill(SplittableRandom random) {
		random.nextBytes(this.expected);
		HostBytes.of(this.region, 0, this.expected.length).put(this.expected);
	}

	/** Every byte of the region is what it must be. */
	void verify() {
		ByteBuffer actual = HostBytes.of(this.region, 0, this.expected.length);
		int mismatch = actual.mismatch(ByteBuffer.wrap(this.expected));
		assertThat(mismatch).as("first wrong byte of region '%s'", this.region.name()).isEqualTo(-1);
	}

	/**
	 * Takes over what the region holds where it may hold either of two: what the model
	 * says, or other bytes.
	 * @param offset the first byte
	 * @param other the other bytes
	 */
	void accept(int offset, byte[] other) {
		ByteBuffer buffer = HostBytes.of(this.region, offset, other.length);
		for (int i = 0; i < other.length; i++) {
			byte actual = buffer.get();
			if (actual == other[i]) {
				this.expected[offset + i] = actual;
			}
		}
	}

	/**
	 * Reads the bytes that a list names.
	 * @param list the list
	 * @param models the models, in the order of the list's regions' names
	 * @return the bytes, in the order of the list
	 */
	static byte[] gather(DescriptorList list, RegionModel... models) {
		byte[] bytes = new byte[Math.toIntExact(list.bytes())];
		walk(list, models, (model, offset, at, length) -> System.arraycopy(model, offset, bytes, at, length));
		return bytes;
	}

	/**
	 * Changes the models as a transfer into a list must change the regions.
	 * @param list the list
	 * @param bytes the bytes, in the order of the list
	 * @param models the models
	 */
	static void scatter(DescriptorList list, byte[] bytes, RegionModel... models) {
		walk(list, models, (model, offset, at, length) -> System.arraycopy(bytes, at, model, offset, length));
	}

	private static void walk(DescriptorList list, RegionModel[] models, Piece piece) {
		int at = 0;
		for (int run = 0; run < list.runs(); run++) {
			String name = list.region(run).name();
			byte[] model = Arrays.stream(models)
				.filter((candidate) -> candidate.region.name().equals(name))
				.findAny()
				.orElseThrow().expected;
			int length = Math.toIntExact(list.length(run));
			for (long i = 0; i < list.count(run); i++) {
				piece.copy(model, Math.toIntExact(list.start(run) + i * list.stride(run)), at, length);
				at += length;
			}
		}
	}

	@FunctionalInterface
	private interface Piece {

		void copy(byte[] model, int offset, int at, int length);

	}

}
