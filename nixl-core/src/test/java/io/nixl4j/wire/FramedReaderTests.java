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

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.nixl4j.memory.NixlError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FramedReaderTests {

	private final RecordingHandler handler = new RecordingHandler();

	private final FramedReader reader = new FramedReader(UnpooledByteBufAllocator.DEFAULT, WireLimits.MAX_HEADER,
			WireLimits.MAX_BODY);

	@AfterEach
	void end() {
		this.reader.end();
	}

	@Test
	void aFrameComesWithItsBody() {
		this.reader.resume(this.handler);
		feed(TestFrames.frame(FrameType.NOTIFY, "hello".getBytes(StandardCharsets.UTF_8)));
		assertThat(this.handler.types).containsExactly(FrameType.NOTIFY);
		assertThat(this.handler.bodies).singleElement().isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
		assertThat(this.handler.fates).containsExactly("complete");
	}

	@Test
	void aBodyThatNobodyWantsIsDroppedAndTheNextFrameIsRead() {
		this.reader.resume(this.handler);
		feed(TestFrames.frame(FrameType.GRANT, new byte[100_000]));
		feed(TestFrames.frame(FrameType.NOTIFY, new byte[] { 1 }));
		assertThat(this.handler.types).containsExactly(FrameType.GRANT, FrameType.NOTIFY);
		assertThat(this.handler.bodies).singleElement().isEqualTo(new byte[] { 1 });
	}

	@Test
	void framesWaitWhileTheReaderIsPaused() {
		feed(TestFrames.frame(FrameType.NOTIFY, new byte[] { 1 }));
		assertThat(this.handler.types).isEmpty();
		this.reader.resume(this.handler);
		assertThat(this.handler.bodies).hasSize(1);
	}

	@Test
	void aWrongBodyChecksumIsTheFramesProblemOnly() {
		this.reader.resume(this.handler);
		byte[] frame = TestFrames.frame(FrameType.NOTIFY, new byte[] { 1, 2, 3 });
		frame[frame.length - 1]++;
		feed(frame);
		feed(TestFrames.frame(FrameType.NOTIFY, new byte[] { 4 }));
		assertThat(this.handler.fates).containsExactly("corrupt", "complete");
		assertThat(this.handler.bodies).singleElement().isEqualTo(new byte[] { 4 });
	}

	@Test
	void aBodyChecksumThatIsNotInUseIsNotLookedAt() {
		this.reader.limit(WireLimits.MAX_HEADER, WireLimits.MAX_BODY, false);
		this.reader.resume(this.handler);
		byte[] header = TestFrames.frame(FrameType.NOTIFY, new byte[] { 1, 2, 3 });
		header[23]++;
		feed(header);
		assertThat(this.handler.fates).containsExactly("complete");
	}

	@Test
	void aWrongHeaderOrLengthIsRefusedBeforeTheHandlerSeesIt() {
		byte[] frame = TestFrames.frame(FrameType.NOTIFY, new byte[] { 1, 2, 3 });
		for (int i = 0; i < frame.length - 3; i++) {
			if (i >= 20 && i < 24) {
				continue;
			}
			byte[] wrong = frame.clone();
			wrong[i] ^= 1;
			FramedReader fresh = new FramedReader(UnpooledByteBufAllocator.DEFAULT, 1 << 10, WireLimits.MAX_HEADER);
			fresh.resume(this.handler);
			byte[] padded = Arrays.copyOf(wrong, 2000);
			assertThatExceptionOfType(WireException.class).as("byte %d", i)
				.isThrownBy(() -> feed(fresh, padded, 5))
				.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.PROTOCOL));
			fresh.end();
		}
		assertThat(this.handler.types).isEmpty();
	}

	@Test
	void lengthsOutOfRangeAreRefusedAsSoonAsThePrefixIsThere() {
		long[][] lengths = { { 0, 0 }, { -1, 0 }, { Long.MIN_VALUE, 0 }, { WireLimits.MAX_HEADER + 1L, 0 },
				{ 10, WireLimits.MAX_BODY + 1L }, { 10, -1 }, { 1L << 32, 0 }, { 10, 1L << 32 } };
		for (long[] pair : lengths) {
			FramedReader fresh = new FramedReader(UnpooledByteBufAllocator.DEFAULT, WireLimits.MAX_HEADER,
					WireLimits.MAX_BODY);
			fresh.resume(this.handler);
			assertThatExceptionOfType(WireException.class).as("lengths %d, %d", pair[0], pair[1])
				.isThrownBy(() -> feed(fresh, TestFrames.prefix(pair[0], pair[1]), 24));
			fresh.end();
		}
	}

	@Test
	void headersOfAnyAllowedLengthFit() {
		this.reader.resume(this.handler);
		int overhead = 1 + 2 + 1 + 2 + 5;
		byte[] filler = new byte[WireLimits.MAX_HEADER - overhead];
		byte[] frame = TestFrames.frame(FrameType.GRANT, 1, (header) -> header.key('x').binary(filler), new byte[0],
				true);
		for (int i = 0; i < 3; i++) {
			feed(this.reader, frame, 999);
		}
		feed(TestFrames.frame(FrameType.NOTIFY, new byte[] { 9 }));
		assertThat(this.handler.types).containsExactly(FrameType.GRANT, FrameType.GRANT, FrameType.GRANT,
				FrameType.NOTIFY);
	}

	@Test
	void aBodyIsReceivedWhereItsSinkWantsIt() {
		ByteBuf memory = Unpooled.directBuffer(1 << 20, 1 << 20);
		DirectSink sink = new DirectSink(memory);
		this.reader.resume((type, entries, header, length) -> sink);
		byte[] body = new byte[700_000];
		Arrays.fill(body, (byte) 7);
		byte[] frame = TestFrames.frame(FrameType.WRITE, body);
		int head = frame.length - body.length;
		feed(Arrays.copyOf(frame, head + 10));
		ByteBuf receive = this.reader.receiveBuffer();
		assertThat(receive.writableBytes()).isEqualTo(body.length - 10);
		receive.writeBytes(body, 10, 1000);
		assertThat(memory.getByte(10)).as("lies in the sink's memory before the reader was told").isEqualTo((byte) 7);
		this.reader.received(receive);
		assertThat(sink.placed).isEqualTo(1010);
		feed(this.reader, Arrays.copyOfRange(body, 1010, body.length), 100_000);
		assertThat(sink.fate).isEqualTo("complete");
		memory.release();
	}

	@Test
	void aBodyUnderWayIsAbortedOnceAtTheEnd() {
		this.reader.resume(this.handler);
		byte[] frame = TestFrames.frame(FrameType.NOTIFY, new byte[1000]);
		feed(Arrays.copyOf(frame, frame.length - 1));
		this.reader.end();
		this.reader.end();
		assertThat(this.handler.fates).containsExactly("aborted");
		assertThat(this.handler.bodies).isEmpty();
	}

	@Test
	void aHeaderThatDoesNotBeginWithItsTypeIsRefused() {
		this.reader.resume(this.handler);
		byte[] noType = { (byte) 0x81, (byte) 0xa1, 'x', 1 };
		assertThatExceptionOfType(WireException.class)
			.isThrownBy(() -> feed(TestFrames.frame(noType, new byte[0], true)))
			.withMessageContaining("type");
	}

	private void feed(byte[] bytes) {
		feed(this.reader, bytes, bytes.length);
	}

	/** Hands bytes over as a socket would, in reads of at most so many bytes. */
	static void feed(FramedReader reader, byte[] bytes, int atOnce) {
		int done = 0;
		while (done < bytes.length) {
			ByteBuf buffer = reader.receiveBuffer();
			int count = Math.min(Math.min(atOnce, buffer.writableBytes()), bytes.length - done);
			buffer.writeBytes(bytes, done, count);
			reader.received(buffer);
			done += count;
		}
	}

	/** A sink over direct memory, as a region is. */
	private static final class DirectSink implements BodySink {

		private final ByteBuf memory;

		private int placed;

		private @Nullable String fate;

		DirectSink(ByteBuf memory) {
			this.memory = memory;
		}

		@Override
		public ByteBuf next() {
			return this.memory.retainedSlice(this.placed, this.memory.capacity() - this.placed).writerIndex(0);
		}

		@Override
		public void placed(int bytes) {
			this.placed += bytes;
		}

		@Override
		public void complete(boolean checksumOk) {
			this.fate = checksumOk ? "complete" : "corrupt";
		}

		@Override
		public void aborted() {
			this.fate = "aborted";
		}

	}

}
