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

package io.nixl4j.memory;

import java.math.BigInteger;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class RangesPropertyTests {

	private static final long TEBI = 1L << 40;

	@Property(tries = 20_000)
	void anyArgumentsAreJudgedAsExactArithmeticDoes(@ForAll @LongRange(min = 1, max = TEBI) long regionLength,
			@ForAll("numbers") long start, @ForAll("numbers") long stride, @ForAll("numbers") long length,
			@ForAll("numbers") long count) {
		boolean expected = isWithin(regionLength, start, stride, length, count);
		assertThat(Ranges.isWithin(regionLength, start, stride, length, count)).isEqualTo(expected);
		Region region = new TestRegion("r", regionLength);
		assertThat(region.covers(start, stride, length, count)).isEqualTo(expected);
		if (expected) {
			DescriptorList list = region.strided(start, stride, length, count);
			assertThat(BigInteger.valueOf(list.bytes()))
				.isEqualTo(BigInteger.valueOf(length).multiply(BigInteger.valueOf(count)));
			assertThat(list.size()).isEqualTo(count);
		}
		else {
			NixlException thrown = catchThrowableOfType(NixlException.class,
					() -> region.strided(start, stride, length, count));
			assertThat(thrown).isInstanceOf(NixlOutOfRangeException.class);
			assertThat(thrown.error())
				.isEqualTo((length == 0 || count == 0) ? NixlError.EMPTY : NixlError.OUT_OF_RANGE);
		}
	}

	@Property(tries = 20_000)
	void rangesThatJustFitAreAcceptedAndOneByteMoreIsNot(@ForAll @LongRange(min = 0, max = TEBI) long start,
			@ForAll @LongRange(min = 1, max = 1 << 20) long length, @ForAll @LongRange(min = 0, max = 1 << 20) long gap,
			@ForAll @LongRange(min = 1, max = 1 << 19) long count) {
		long end = start + (count - 1) * (length + gap) + length;
		assertThat(Ranges.isWithin(end, start, length + gap, length, count)).isTrue();
		assertThat(Ranges.isWithin(end - 1, start, length + gap, length, count)).isFalse();
		assertThat(Ranges.isWithin(end, start + 1, length + gap, length, count)).isFalse();
		assertThat(Ranges.isWithin(end, start, length + gap, length, count + 1)).isFalse();
	}

	@Property(tries = 5_000)
	void windowHoldsEveryRangeThatStartsInIt(@ForAll @LongRange(min = 0, max = TEBI) long offset,
			@ForAll @LongRange(min = 1, max = LocalRegion.MAX_WINDOW_RANGE) long length) {
		int window = LocalRegion.windowOf(offset);
		long position = offset - ((long) window << 30);
		assertThat(position).isNotNegative();
		assertThat(position + length).isLessThanOrEqualTo(Integer.MAX_VALUE - 8);
	}

	@Provide
	Arbitrary<Long> numbers() {
		return Arbitraries.oneOf(Arbitraries.longs(), Arbitraries.longs().between(-2, 1 << 21),
				Arbitraries.longs().between(0, TEBI), Arbitraries.of(0L, 1L, TEBI, TEBI - 1, TEBI + 1, Long.MAX_VALUE,
						Long.MAX_VALUE - 1, Long.MIN_VALUE, 1L << 62, 1L << 32, 1L << 31, -1L));
	}

	private static boolean isWithin(long regionLength, long start, long stride, long length, long count) {
		if (start < 0 || length <= 0 || count <= 0 || (count > 1 && stride < length)) {
			return false;
		}
		BigInteger end = BigInteger.valueOf(count - 1)
			.multiply(BigInteger.valueOf(stride))
			.add(BigInteger.valueOf(start))
			.add(BigInteger.valueOf(length));
		return end.compareTo(BigInteger.valueOf(regionLength)) <= 0;
	}

}
