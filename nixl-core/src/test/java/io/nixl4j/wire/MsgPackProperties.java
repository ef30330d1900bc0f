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

import java.io.IOException;
import java.util.Arrays;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What is written can be read, by the reference implementation too, and nothing but a
 * typed error comes of any bytes.
 */
class MsgPackProperties {

	@Property
	void unsignedIntegersAreReadBackAndByTheReference(@ForAll long bits) throws IOException {
		byte[] bytes = written(new Writing().unsigned(bits));
		assertThat(reader(bytes).unsigned()).isEqualTo(bits);
		try (MessageUnpacker reference = MessagePack.newDefaultUnpacker(bytes)) {
			assertThat(reference.unpackBigInteger()).hasToString(Long.toUnsignedString(bits));
		}
	}

	@Property
	void anyWidthOfAnIntegerIsRead(@ForAll @IntRange(min = 0) int value) throws IOException {
		for (int code : new int[] { 0xce, 0xcf }) {
			ByteBuf bytes = Unpooled.buffer().writeByte(code);
			if (code == 0xce) {
				bytes.writeInt(value);
			}
			else {
				bytes.writeLong(value);
			}
			assertThat(new MsgPackReader(bytes).unsigned()).isEqualTo(value);
		}
	}

	@Property
	void stringsAreReadBackAndByTheReference(@ForAll @StringLength(max = 70_000) String text) throws IOException {
		String valid = text.replaceAll("\\p{Cs}", "?");
		byte[] bytes = written(new Writing().string(valid));
		assertThat(reader(bytes).string(1 << 20)).isEqualTo(valid);
		try (MessageUnpacker reference = MessagePack.newDefaultUnpacker(bytes)) {
			assertThat(reference.unpackString()).isEqualTo(valid);
		}
	}

	@Property(tries = 200)
	void binariesAreReadBackAndByTheReference(@ForAll @IntRange(max = 70_000) int length) throws IOException {
		byte[] binary = new byte[length];
		Arrays.fill(binary, (byte) length);
		byte[] bytes = written(new Writing().binary(binary));
		assertThat(reader(bytes).binary(length)).isEqualTo(binary);
		try (MessageUnpacker reference = MessagePack.newDefaultUnpacker(bytes)) {
			assertThat(reference.readPayload(reference.unpackBinaryHeader())).isEqualTo(binary);
		}
	}

	@Property(tries = 200)
	void headsOfContainersAreReadBackAndByTheReference(@ForAll @IntRange(max = 70_000) int count) throws IOException {
		byte[] map = Arrays.copyOf(written(new Writing().map(count)), 5 + 2 * count);
		byte[] array = Arrays.copyOf(written(new Writing().array(count)), 5 + count);
		assertThat(reader(map).map()).isEqualTo(count);
		assertThat(reader(array).array()).isEqualTo(count);
		try (MessageUnpacker reference = MessagePack.newDefaultUnpacker(map)) {
			assertThat(reference.unpackMapHeader()).isEqualTo(count);
		}
		try (MessageUnpacker reference = MessagePack.newDefaultUnpacker(array)) {
			assertThat(reference.unpackArrayHeader()).isEqualTo(count);
		}
	}

	@Property
	void whatTheReferenceWritesIsSkippedWhole(@ForAll @Size(max = 20) long[] numbers, @ForAll String text,
			@ForAll double real, @ForAll byte[] binary, @ForAll @IntRange(min = -128, max = 127) int extension)
			throws IOException {
		try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
			packer.packArrayHeader(7);
			packer.packArrayHeader(numbers.length);
			for (long number : numbers) {
				packer.packLong(number);
			}
			packer.packString(text).packDouble(real).packFloat((float) real).packNil();
			packer.packBinaryHeader(binary.length).writePayload(binary);
			packer.packExtensionTypeHeader((byte) extension, binary.length).writePayload(binary);
			MsgPackReader reader = reader(packer.toByteArray());
			reader.skip();
			assertThat(reader.atEnd()).isTrue();
		}
	}

	@Property
	void keysAreReadBack(@ForAll @IntRange(min = 1, max = 127) int first, @ForAll @IntRange(max = 127) int second,
			@ForAll @IntRange(max = 127) int third) {
		int key = first;
		if (second > 0) {
			key = key << 8 | second;
			if (third > 0) {
				key = key << 8 | third;
			}
		}
		assertThat(reader(written(new Writing().key(key))).key()).isEqualTo(key)
			.isEqualTo(WireKey.of(WireKey.text(key)));
	}

	@Property(tries = 5000)
	void randomBytesGiveATypedErrorAtWorst(@ForAll @Size(max = 200) byte[] bytes) {
		for (Reading reading : Reading.values()) {
			MsgPackReader reader = reader(bytes);
			try {
				while (!reader.atEnd()) {
					reading.from(reader);
				}
			}
			catch (WireException ex) {
				assertThat(ex.error().code()).isEqualTo("protocol");
			}
		}
	}

	@Property
	void truncatedValuesGiveATypedError(@ForAll @StringLength(min = 1, max = 300) String text,
			@ForAll @IntRange(min = 1) int cut) {
		byte[] bytes = written(new Writing().string(text.replaceAll("\\p{Cs}", "?")));
		byte[] shorter = Arrays.copyOf(bytes, bytes.length - 1 - cut % bytes.length);
		assertThatThrownBy(() -> reader(shorter).string(1 << 20)).isInstanceOf(WireException.class);
		assertThatThrownBy(() -> reader(shorter).skip()).isInstanceOf(WireException.class);
	}

	private static MsgPackReader reader(byte[] bytes) {
		return new MsgPackReader(Unpooled.wrappedBuffer(bytes));
	}

	private static byte[] written(Writing writing) {
		return ByteBufUtil.getBytes(writing.target);
	}

	/** All ways to read a value. */
	private enum Reading {

		MAP, ARRAY, KEY, UNSIGNED, BOUNDED, BOOL, STRING, BINARY, SKIP;

		void from(MsgPackReader reader) {
			switch (this) {
				case MAP -> reader.map();
				case ARRAY -> reader.array();
				case KEY -> reader.key();
				case UNSIGNED -> reader.unsigned();
				case BOUNDED -> reader.unsigned(1000);
				case BOOL -> reader.bool();
				case STRING -> reader.string(50);
				case BINARY -> reader.binary(50);
				case SKIP -> reader.skip();
			}
		}

	}

	/** A writer with its buffer. */
	private static final class Writing {

		private final ByteBuf target = Unpooled.buffer();

		private final MsgPackWriter writer = new MsgPackWriter(this.target);

		Writing unsigned(long bits) {
			this.writer.unsigned(bits);
			return this;
		}

		Writing string(String text) {
			this.writer.string(text);
			return this;
		}

		Writing binary(byte[] bytes) {
			this.writer.binary(bytes);
			return this;
		}

		Writing map(int entries) {
			this.writer.map(entries);
			return this;
		}

		Writing array(int elements) {
			this.writer.array(elements);
			return this;
		}

		Writing key(int key) {
			this.writer.key(key);
			return this;
		}

	}

}
