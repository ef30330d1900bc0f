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

package io.nixl4j.wire;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.netty.buffer.UnpooledByteBufAllocator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * However a stream of frames is cut into reads, the same frames come out of it.
 */
class FramedReaderProperties {

	@Property(tries = 300)
	void framesComeOutWhateverTheReads(@ForAll @Size(min = 1, max = 20) List<@IntRange(max = 40_000) Integer> lengths,
			@ForAll @IntRange(min = 1, max = 30_000) int atOnce, @ForAll long seed) {
		Random random = new Random(seed);
		ByteArrayOutputStream stream = new ByteArrayOutputStream();
		List<byte[]> sent = new ArrayList<>();
		for (int length : lengths) {
			byte[] body = new byte[length];
			random.nextBytes(body);
			boolean wanted = random.nextInt(4) > 0;
			if (wanted) {
				sent.add(body);
			}
			stream.writeBytes(TestFrames.frame(wanted ? FrameType.NOTIFY : FrameType.GRANT, body));
		}
		RecordingHandler handler = new RecordingHandler();
		FramedReader reader = reader();
		reader.resume(handler);
		FramedReaderTests.feed(reader, stream.toByteArray(), atOnce);
		reader.end();
		assertThat(handler.types).hasSameSizeAs(lengths);
		assertThat(handler.bodies).containsExactlyElementsOf(sent);
		assertThat(handler.fates).hasSameSizeAs(sent).allMatch("complete"::equals);
	}

	@Property(tries = 3000)
	void anyBytesGiveATypedErrorAtWorst(@ForAll @Size(max = 300) byte[] bytes,
			@ForAll @IntRange(min = 1, max = 40) int headerLength, @ForAll @IntRange(max = 3) int skew) {
		byte[] header = bytes.length > headerLength ? java.util.Arrays.copyOf(bytes, headerLength) : bytes;
		byte[] frame = (header.length > 0) ? TestFrames.frame(header, bytes, skew > 0) : bytes;
		RecordingHandler handler = new RecordingHandler();
		FramedReader reader = reader();
		reader.resume(handler);
		try {
			FramedReaderTests.feed(reader, frame, 7);
			FramedReaderTests.feed(reader, bytes, 7);
		}
		catch (WireException ex) {
			assertThat(ex.error().code()).isEqualTo("protocol");
		}
		reader.end();
		assertThat(handler.fates).doesNotContain("second fate");
	}

	private static FramedReader reader() {
		return new FramedReader(UnpooledByteBufAllocator.DEFAULT, WireLimits.MAX_HEADER, WireLimits.MAX_BODY);
	}

}
