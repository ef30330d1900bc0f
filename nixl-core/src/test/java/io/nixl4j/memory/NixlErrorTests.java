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

import java.util.Arrays;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class NixlErrorTests {

	private static final Map<NixlError, Class<?>> CLASSES = Map.ofEntries(
			entry(NixlError.OUT_OF_RANGE, NixlOutOfRangeException.class),
			entry(NixlError.EMPTY, NixlOutOfRangeException.class),
			entry(NixlError.PERMISSION, NixlPermissionException.class),
			entry(NixlError.STALE, NixlStaleException.class),
			entry(NixlError.REGION_CLOSED, NixlRegionClosedException.class),
			entry(NixlError.UNKNOWN_PEER, NixlPeerLostException.class),
			entry(NixlError.PEER_LOST, NixlPeerLostException.class),
			entry(NixlError.TIMED_OUT, NixlTimeoutException.class),
			entry(NixlError.CANCELLED, NixlCancelledException.class),
			entry(NixlError.INDETERMINATE, NixlIndeterminateException.class),
			entry(NixlError.BUSY, NixlBusyException.class), entry(NixlError.NOT_READY, NixlNotReadyException.class),
			entry(NixlError.REFUSED, NixlRefusedException.class));

	@ParameterizedTest
	@EnumSource
	void errorMakesTheExceptionThatBelongsToIt(NixlError error) {
		Throwable cause = new IllegalStateException("why");
		NixlException exception = error.exception("Do this", "decode-1", "write", cause);
		assertThat(exception).isExactlyInstanceOf(CLASSES.getOrDefault(error, NixlBackendException.class))
			.hasMessage("Do this")
			.hasCause(cause);
		assertThat(exception.error()).isEqualTo(error);
		assertThat(exception.peer()).contains("decode-1");
		assertThat(exception.operation()).contains("write");
		assertThat(error.exception("Do this").peer()).isEmpty();
		assertThat(error.exception("Do this").operation()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void errorIsFoundByItsCode(NixlError error) {
		assertThat(error.code()).matches("[a-z]+(-[a-z]+)*");
		assertThat(NixlError.ofCode(error.code())).isEqualTo(error);
	}

	@Test
	void codesAreTheOnesOnTheWire() {
		assertThat(NixlError.PEER_LOST.code()).isEqualTo("peer-lost");
		assertThat(Arrays.stream(NixlError.values()).map(NixlError::code)).doesNotHaveDuplicates();
	}

	@Test
	void unknownCodeIsABackendError() {
		assertThat(NixlError.ofCode("of-a-later-version")).isEqualTo(NixlError.BACKEND);
	}

	@Test
	void permissionsAreFoundByTheirCode() {
		assertThat(Permissions.ofCode("R")).isEqualTo(Permissions.READ);
		assertThat(Permissions.ofCode("W")).isEqualTo(Permissions.WRITE);
		assertThat(Permissions.ofCode("RW")).isEqualTo(Permissions.READ_WRITE);
		assertThat(Permissions.READ.allowsWrite()).isFalse();
		assertThat(Permissions.WRITE.allowsRead()).isFalse();
		assertThat(Permissions.READ_WRITE.allowsRead() && Permissions.READ_WRITE.allowsWrite()).isTrue();
		assertThatExceptionOfType(NixlException.class).isThrownBy(() -> Permissions.ofCode("rw"))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.PROTOCOL));
	}

	@Test
	void incarnationKeepsItsBits() {
		Incarnation incarnation = Incarnation.random();
		assertThat(Incarnation.of(incarnation.toBytes())).isEqualTo(incarnation);
		assertThat(Incarnation.random()).isNotEqualTo(incarnation);
		assertThat(new Incarnation(0x0123_4567_89ab_cdefL, 1).toBytes()).containsExactly(0x01, 0x23, 0x45, 0x67, 0x89,
				0xab, 0xcd, 0xef, 0, 0, 0, 0, 0, 0, 0, 1);
		assertThat(new Incarnation(0x0123_4567_89ab_cdefL, 1)).hasToString("01234567…");
		assertThatExceptionOfType(NixlException.class).isThrownBy(() -> Incarnation.of(new byte[15]))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.PROTOCOL));
	}

}
