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

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nixl4j.memory.NixlError;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class MsgPackTests {

	@Test
	void valuesTakeTheirShortestForm() {
		ByteBuf target = Unpooled.buffer();
		new MsgPackWriter(target).map(2)
			.key(WireKey.TYPE)
			.unsigned(32)
			.key(WireKey.of("id"))
			.unsigned(300)
			.bool(true)
			.nil();
		assertThat(ByteBufUtil.hexDump(target)).isEqualTo("82a17420a26964cd012cc3c0");
	}

	@Test
	void aCountThatCannotBeThereIsRefusedBeforeAnythingIsMade() {
		assertProtocol("dfffffffff", MsgPackReader::map);
		assertProtocol("ddffffffff", MsgPackReader::array);
		assertProtocol("ddffffffff", MsgPackReader::skip);
		assertProtocol("82c0", MsgPackReader::map);
	}

	@Test
	void aLengthThatCannotBeThereIsRefusedBeforeAnythingIsMade() {
		assertProtocol("dbffffffff", (reader) -> reader.string(Integer.MAX_VALUE));
		assertProtocol("db7fffffff", (reader) -> reader.string(Integer.MAX_VALUE));
		assertProtocol("c67fffffff", (reader) -> reader.binary(Integer.MAX_VALUE));
		assertProtocol("c9ffffffff01", MsgPackReader::skip);
		assertProtocol("c97fffffff01", MsgPackReader::skip);
	}

	@Test
	void aLengthBeyondItsBoundIsRefused() {
		assertProtocol("a3616263", (reader) -> reader.string(2));
		assertProtocol("c403616263", (reader) -> reader.binary(2));
		assertProtocol("cd0100", (reader) -> reader.unsigned(255));
		assertProtocol("cfffffffffffffffff", (reader) -> reader.unsigned(Long.MAX_VALUE));
	}

	@Test
	void anotherTypeThanExpectedIsRefused() {
		assertProtocol("c3", MsgPackReader::unsigned);
		assertProtocol("ff", MsgPackReader::unsigned);
		assertProtocol("01", MsgPackReader::bool);
		assertProtocol("01", MsgPackReader::key);
		assertProtocol("c1", MsgPackReader::skip);
	}

	@Test
	void deepNestingIsRefused() {
		assertProtocol("91".repeat(100) + "c0", MsgPackReader::skip);
		MsgPackReader shallow = reader("91".repeat(7) + "c0");
		shallow.skip();
		assertThat(shallow.atEnd()).isTrue();
	}

	@Test
	void bytesThatAreNoTextAreRefused() {
		assertProtocol("a2c328", (reader) -> reader.string(10));
	}

	@Test
	void aKeyOfAnotherLengthIsNoKeyOfOurs() {
		MsgPackReader reader = reader("a461626364a0a16107");
		assertThat(reader.key()).isZero();
		assertThat(reader.key()).isZero();
		assertThat(reader.key()).isEqualTo(WireKey.of("a"));
		assertThat(reader.unsigned()).isEqualTo(7);
	}

	@Test
	void bytesBehindTheEndAreRefused() {
		MsgPackReader reader = reader("c001");
		assertThat(reader.nil()).isTrue();
		assertThat(reader.nil()).isFalse();
		assertThatExceptionOfType(WireException.class).isThrownBy(reader::expectEnd);
	}

	@Test
	void keysAreOneToThreeLetters() {
		assertThatIllegalArgumentException().isThrownBy(() -> WireKey.of(""));
		assertThatIllegalArgumentException().isThrownBy(() -> WireKey.of("four"));
		assertThatIllegalArgumentException().isThrownBy(() -> WireKey.of("ä"));
	}

	private static void assertProtocol(String hex, java.util.function.Consumer<MsgPackReader> reading) {
		assertThatExceptionOfType(WireException.class).isThrownBy(() -> reading.accept(reader(hex)))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.PROTOCOL));
	}

	private static MsgPackReader reader(String hex) {
		return new MsgPackReader(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)));
	}

}
