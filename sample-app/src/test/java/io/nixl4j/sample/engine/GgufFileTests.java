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

package io.nixl4j.sample.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link GgufFile}: what it reads, and that nothing wrong gets through.
 */
class GgufFileTests {

	private static final float[] NUMBERS = { 1, 2, 3, 4, 5, 6 };

	@Test
	void valuesOfAllKindsAreRead() throws Exception {
		GgufFile file = new GgufBytes().value("text", "caf\u00e9")
			.value("number", 42)
			.value("fraction", 0.5f)
			.value("yes", true)
			.raw("byte", 0, new byte[] { (byte) 200 })
			.raw("signed byte", 1, new byte[] { (byte) 200 })
			.raw("short", 2, new byte[] { 1, (byte) 0x80 })
			.raw("signed short", 3, new byte[] { 1, (byte) 0x80 })
			.raw("long", 10, GgufBytes.u64(Long.MIN_VALUE))
			.values("texts", "a", "", "c")
			.value("numbers", new int[] { 1, -2, 3 })
			.array("floats", 6, 2, GgufBytes.floats(1, 2))
			.value("last", 7)
			.file();
		assertThat(file.get("text", String.class)).isEqualTo("caf\u00e9");
		assertThat(file.get("number", Integer.class)).isEqualTo(42);
		assertThat(file.get("fraction", Float.class)).isEqualTo(0.5f);
		assertThat(file.get("yes", Boolean.class)).isTrue();
		assertThat(file.get("byte", Integer.class)).isEqualTo(200);
		assertThat(file.get("signed byte", Integer.class)).isEqualTo(-56);
		assertThat(file.get("short", Integer.class)).isEqualTo(0x8001);
		assertThat(file.get("signed short", Integer.class)).isEqualTo((short) 0x8001);
		assertThat(file.get("texts", String[].class)).containsExactly("a", "", "c");
		assertThat(file.get("numbers", int[].class)).containsExactly(1, -2, 3);
		assertThat(file.get("last", Integer.class)).isEqualTo(7);
		assertThat(file.has("floats")).isTrue();
		assertThat(file.find("none", String.class)).isEmpty();
	}

	@Test
	void valuesThatAreMissingOrOfAnotherTypeAreNamed() throws Exception {
		GgufFile file = new GgufBytes().value("number", 42).raw("long", 10, GgufBytes.u64(1)).file();
		assertThatExceptionOfType(ModelFormatException.class).isThrownBy(() -> file.get("none", String.class))
			.withMessageContaining("'none' is missing");
		assertThatExceptionOfType(ModelFormatException.class).isThrownBy(() -> file.get("number", String.class))
			.withMessageContaining("'number' holds a Integer where a String is needed");
		assertThatExceptionOfType(ModelFormatException.class).isThrownBy(() -> file.get("long", Integer.class));
		assertThatExceptionOfType(ModelFormatException.class).isThrownBy(() -> file.tensor("none"))
			.withMessageContaining("'none' is missing");
	}

	@Test
	void tensorsAreSlicesOfTheFile(@TempDir Path folder) throws Exception {
		byte[] nibbles = new byte[40];
		nibbles[39] = 99;
		Path path = Files.write(folder.resolve("model.gguf"),
				new GgufBytes().value("general.alignment", 32)
					.tensor("a", 0, GgufBytes.floats(NUMBERS), 3, 2)
					.tensor("b", 3, nibbles, 32, 1, 2)
					.bytes());
		GgufFile file = GgufFile.open(path);
		GgufTensor a = file.tensor("a").shaped(2, 3);
		assertThat(a.floats()).containsExactly(NUMBERS);
		GgufTensor b = file.tensor("b");
		assertThat(b.type()).isEqualTo(TensorType.Q4_1);
		assertThat(b.rows()).isEqualTo(2);
		assertThat(b.columns()).isEqualTo(32);
		assertThat(b.bytes().isDirect()).isTrue();
		assertThat(b.bytes().remaining()).isEqualTo(40);
		assertThat(b.bytes().get(39)).isEqualTo((byte) 99);
		assertThatExceptionOfType(ModelFormatException.class).isThrownBy(b::floats).withMessageContaining("Q4_1");
		assertThatExceptionOfType(ModelFormatException.class).isThrownBy(() -> a.shaped(3, 2))
			.withMessageContaining("2 rows of 3, not 3 rows of 2");
	}

	@ParameterizedTest
	@CsvSource({ "1, F16", "2, Q4_0", "12, Q4_K", "30, BF16", "4, number 4", "31, number 31", "-1, number -1" })
	void typesThatAreNotReadAreNamed(int type, String name) {
		assertRefused(new GgufBytes().tensor("w", type, new byte[256], 256), "'w'", name, "F32, Q4_1 and Q8_0");
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1, Long.MIN_VALUE, 1L << 31, 1L << 32 })
	void dimensionsOutOfBoundsAreRefused(long dimension) {
		assertRefused(new GgufBytes().tensor("w", 0, new byte[64], dimension), "'w'");
		assertRefused(new GgufBytes().tensor("w", 0, new byte[64], 4, dimension), "'w'");
	}

	@Test
	void productsOfDimensionsThatOverflowAreRefused() {
		long big = Integer.MAX_VALUE;
		assertRefused(new GgufBytes().tensor("w", 0, new byte[64], big, big, big, big), "'w'");
		assertRefused(new GgufBytes().tensor("w", 0, new byte[64], 1 << 16, 1 << 16), "'w'");
		assertRefused(new GgufBytes().tensor("w", 0, new byte[64], 1, 1 << 16, 1 << 16), "'w'");
		assertRefused(new GgufBytes().tensor("w", 0, new byte[64]), "0 dimensions");
		assertRefused(new GgufBytes().tensor("w", 0, new byte[64], 1, 1, 1, 1, 1), "5 dimensions");
		assertRefused(new GgufBytes().tensor("w", 3, new byte[64], 33), "no whole blocks of Q4_1");
	}

	@ParameterizedTest
	@ValueSource(longs = { 32, 16, 1, -32, Long.MIN_VALUE, Long.MAX_VALUE - 31, 1L << 32 })
	void offsetsOutsideTheFileOrUnalignedAreRefused(long offset) {
		GgufBytes file = new GgufBytes().tensor("a", 0, new byte[32], 8).entry("b", 0, offset, 8);
		assertRefused(file, "'b'", "not in the file");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3, 33, -1, Integer.MIN_VALUE })
	void alignmentsThatAreNoneAreRefused(int alignment) {
		assertRefused(new GgufBytes().value("general.alignment", alignment), "alignment");
	}

	@Test
	void hugeAlignmentLeavesNoRoom() {
		assertRefused(new GgufBytes().value("general.alignment", 1 << 30).tensor("a", 0, new byte[32], 8),
				"not in the file");
	}

	@ParameterizedTest
	@ValueSource(longs = { 100, 1L << 31, 1L << 60, Long.MAX_VALUE, -1, Long.MIN_VALUE })
	void countsThatTheFileCannotHoldAreRefused(long count) {
		assertRefused(new GgufBytes().counts(Long.MAX_VALUE, 0), "number of tensors");
		assertRefused(new GgufBytes().array("a", GgufBytes.STRING, count, new byte[16]), "elements of 'a'");
		assertRefused(new GgufBytes().array("a", GgufBytes.U32, count, new byte[16]), "elements of 'a'");
		assertRefused(new GgufBytes().array("a", 10, count, new byte[16]), "elements of 'a'");
		assertRefused(new GgufBytes().array("a", 0, count, new byte[16]), "elements of 'a'");
		assertRefused(new GgufBytes().raw("a", GgufBytes.STRING, GgufBytes.u64(count)), "value of 'a'");
		if (count > 0) {
			assertRefused(new GgufBytes().value("a", 1).counts(count, 1), "number of tensors");
			assertRefused(new GgufBytes().value("a", 1).counts(0, count), "number of keys");
		}
	}

	@Test
	void whatIsNoGgufIsRefused() {
		assertRefused(new byte[0], "ends at byte 0");
		assertRefused(new byte[64], "does not begin with 'GGUF'");
		byte[] old = new GgufBytes().bytes();
		old[4] = 2;
		assertRefused(old, "version 2");
		assertRefused(new GgufBytes().raw("a", 13, new byte[8]), "unknown type 13");
		assertRefused(new GgufBytes().raw("a", -1, new byte[8]), "unknown type 4294967295");
		assertRefused(new GgufBytes().array("a", 9, 1, new byte[32]), "unknown type 9");
		assertRefused(new GgufBytes().raw("a", GgufBytes.STRING, new byte[] { 1, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff }),
				"not UTF-8");
		byte[] twice = new GgufBytes().value("a", 1).value("b", 1).bytes();
		twice[24 + 8 + 1 + 8 + 8] = 'a';
		assertRefused(twice, "'a' is there twice");
		assertRefused(new GgufBytes().tensor("a", 0, new byte[32], 8).tensor("a", 0, new byte[32], 8),
				"'a' is there twice");
	}

	@Test
	void everyCutFileIsRefused() {
		byte[] whole = new TinyModel(1).file().bytes();
		SplittableRandom random = new SplittableRandom(1);
		for (int i = 0; i < 2000; i++) {
			int length = (i < 500) ? i : random.nextInt(whole.length - 31);
			ByteBuffer cut = ByteBuffer.wrap(whole, 0, length).slice();
			assertThatExceptionOfType(ModelFormatException.class).as("of %d bytes", length)
				.isThrownBy(() -> Model.of(GgufFile.parse(cut)));
		}
	}

	@Test
	void damagedFilesGiveAModelOrAClearError() {
		byte[] whole = new TinyModel(1).file().bytes();
		int header = new String(whole, StandardCharsets.ISO_8859_1).lastIndexOf("output_norm") + 64;
		SplittableRandom random = new SplittableRandom(7);
		int refused = 0;
		for (int i = 0; i < 5_000; i++) {
			byte[] damaged = whole.clone();
			damage(damaged, header, random);
			try {
				Model.of(GgufFile.parse(ByteBuffer.wrap(damaged)));
			}
			catch (ModelFormatException ex) {
				assertThat(ex.getMessage()).isNotBlank();
				refused++;
			}
		}
		assertThat(refused).isGreaterThan(500);
	}

	/** Puts a byte, an extreme number or a copy of other bytes somewhere. */
	private static void damage(byte[] bytes, int length, SplittableRandom random) {
		int at = random.nextInt(length - 8);
		Consumer<Long> put = (value) -> System.arraycopy(GgufBytes.u64(value), 0, bytes, at, Long.BYTES);
		switch (random.nextInt(5)) {
			case 0 -> bytes[at] = (byte) random.nextInt(256);
			case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
			case 2 -> put.accept(random.nextLong());
			case 3 -> put.accept(1L << random.nextInt(64));
			default -> System.arraycopy(bytes, random.nextInt(length - 8), bytes, at, random.nextInt(8));
		}
	}

	private static void assertRefused(GgufBytes file, String... words) {
		assertRefused(file.bytes(), words);
	}

	private static void assertRefused(byte[] bytes, String... words) {
		assertThatExceptionOfType(ModelFormatException.class).isThrownBy(() -> GgufFile.parse(ByteBuffer.wrap(bytes)))
			.satisfies((ex) -> assertThat(ex.getMessage()).contains(words));
	}

}
