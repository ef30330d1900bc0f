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

package io.nixl4j.route.tcp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.nixl4j.wire.MsgPackWriter;
import io.nixl4j.wire.WireKey;
import org.junit.jupiter.api.Test;

class LaneFuzzTests {

	@Test
	void anyChangeOfAHeaderIsPlacedOrRefused() {
		Random random = new Random(1);
		for (byte[] seed : seeds()) {
			for (int i = 0; i < 5000; i++) {
				byte[] changed = Arrays.copyOf(seed, seed.length - random.nextInt(3) / 2);
				for (int change = 0; change <= random.nextInt(4); change++) {
					changed[random.nextInt(changed.length)] = (byte) random.nextInt();
				}
				LaneFuzzTarget.fuzzerTestOneInput(changed);
			}
		}
	}

	private static List<byte[]> seeds() {
		long handle = 1001;
		List<byte[]> seeds = new ArrayList<>();
		for (long[] runs : new long[][] { { handle, 0, 100, 100, 1 }, { handle, 10, 8, 8, 100, 2000, 16, 4, 50 },
				{ handle, 4000, 96, 96, 1, 0, 24, 8, 128 } }) {
			ByteBuf header = Unpooled.buffer();
			MsgPackWriter writer = new MsgPackWriter(header);
			writer.key(WireKey.of("id")).unsigned(5).key(WireKey.of("at")).unsigned(1).key(WireKey.of("tot"));
			writer.unsigned(1000).key(WireKey.of("r")).array(1).array(runs.length);
			for (long number : runs) {
				writer.unsigned(number);
			}
			seeds.add(ByteBufUtil.getBytes(header));
		}
		return seeds;
	}

}
