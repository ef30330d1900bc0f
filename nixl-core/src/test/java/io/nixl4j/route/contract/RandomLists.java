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

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.Region;
import org.jspecify.annotations.Nullable;

/**
 * Random descriptor lists whose descriptors do not overlap: ranges, strided runs and
 * shuffled blocks over several regions, with gaps of any size between them.
 */
final class RandomLists {

	private static final int LONGEST = 1 << 14;

	private static final int MOST_TRIES = 1_000_000;

	private final SplittableRandom random;

	private final List<? extends Region> regions;

	/** Up to where each region is used. */
	private final long[] used;

	private long left;

	private RandomLists(SplittableRandom random, List<? extends Region> regions, long bytes) {
		this.random = random;
		this.regions = regions;
		this.used = new long[regions.size()];
		this.left = bytes;
	}

	/**
	 * Makes a list.
	 * @param random decides everything
	 * @param regions what it may name; together several times as long as the list
	 * @param bytes how many bytes it names
	 * @return the list
	 */
	static DescriptorList of(SplittableRandom random, List<? extends Region> regions, long bytes) {
		return new RandomLists(random, regions, bytes).build();
	}

	private DescriptorList build() {
		DescriptorList list = null;
		for (int tries = 0; this.left > 0; tries++) {
			if (tries == MOST_TRIES) {
				throw new IllegalArgumentException("The regions are too small for " + this.left + " bytes more");
			}
			DescriptorList piece = piece();
			if (piece != null) {
				this.left -= piece.bytes();
				list = (list != null) ? list.plus(piece) : piece;
			}
		}
		if (list == null) {
			throw new IllegalArgumentException("No bytes are asked for");
		}
		return list;
	}

	private @Nullable DescriptorList piece() {
		int index = this.random.nextInt(this.regions.size());
		Region region = this.regions.get(index);
		long start = this.used[index] + (this.random.nextBoolean() ? 0 : this.random.nextInt(512));
		long room = Math.min(this.left, region.length() - start);
		if (room <= 0) {
			return null;
		}
		// Lengths of every magnitude
		long length = 1 + this.random.nextLong(Math.min(room, 1L << this.random.nextInt(15)));
		long most = Math.min(Math.min(64, LONGEST / length + 1), this.left / length);
		int count = (int) (1 + this.random.nextLong(most));
		DescriptorList piece = switch (this.random.nextInt(3)) {
			case 0 -> region.range(start, length);
			case 1 -> strided(region, start, length, count);
			default -> blocks(region, start, length, count);
		};
		if (piece != null) {
			this.used[index] = end(piece);
		}
		return piece;
	}

	private @Nullable DescriptorList strided(Region region, long start, long length, int count) {
		long stride = length + this.random.nextInt(64);
		boolean fits = start + stride * count <= region.length();
		return fits ? region.strided(start, stride, length, count) : null;
	}

	/** Some of twice as many blocks, in any order. */
	private @Nullable DescriptorList blocks(Region region, long start, long length, int count) {
		int first = Math.toIntExact((start + length - 1) / length);
		if ((first + 2L * count) * length > region.length()) {
			return null;
		}
		int[] ids = new int[2 * count];
		for (int i = 0; i < ids.length; i++) {
			int other = this.random.nextInt(i + 1);
			ids[i] = ids[other];
			ids[other] = first + i;
		}
		return region.blocks(length, Arrays.copyOf(ids, count));
	}

	private static long end(DescriptorList list) {
		long end = 0;
		for (int run = 0; run < list.runs(); run++) {
			end = Math.max(end, list.start(run) + (list.count(run) - 1) * list.stride(run) + list.length(run));
		}
		return end;
	}

}
