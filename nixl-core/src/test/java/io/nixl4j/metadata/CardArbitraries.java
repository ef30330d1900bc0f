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

package io.nixl4j.metadata;

import java.util.Map;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * Cards of every kind that the records allow.
 */
final class CardArbitraries {

	private CardArbitraries() {
	}

	static Arbitrary<NixlMetadata> cards() {
		return Combinators.combine(ids(), descriptors(), texts(), additions().injectDuplicates(0.1))
			.as(NixlMetadata::new);
	}

	/** What the seed's own Python classes hold. */
	static Arbitrary<NixlMetadata> plainCards() {
		return Combinators.combine(ids(), descriptors(), texts()).as(NixlMetadata::new);
	}

	static Arbitrary<String> texts() {
		Arbitrary<Integer> anywhere = Arbitraries.integers().between(0x20, Character.MAX_CODE_POINT);
		Arbitrary<Integer> printable = anywhere.filter(CardArbitraries::isPrintable);
		return Arbitraries.oneOf(Arbitraries.of("x".repeat(31), "x".repeat(32), "x".repeat(255), "é".repeat(128)),
				Arbitraries.strings().withCharRange(' ', '~').ofMinLength(1).ofMaxLength(60),
				printable.list()
					.ofMinSize(1)
					.ofMaxSize(20)
					.map((points) -> points.stream()
						.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
						.toString()));
	}

	private static boolean isPrintable(int point) {
		boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
		return !surrogate && !Character.isISOControl(point) && point != 0x2028 && point != 0x2029;
	}

	private static Arbitrary<String> ids() {
		return texts().map((text) -> text.replace('/', '-'));
	}

	private static Arbitrary<Map<String, MemoryDescriptor>> descriptors() {
		return Arbitraries.maps(texts(), descriptor()).ofMaxSize(18);
	}

	private static Arbitrary<MemoryDescriptor> descriptor() {
		// A length that reaches past the address space is cut to what is left of it.
		return Combinators
			.combine(Arbitraries.longs(), Arbitraries.longs(), Arbitraries.of(MemoryType.values()), Arbitraries.longs(),
					Arbitraries.of(Permissions.values()))
			.as((address, length, type, device, permissions) -> new MemoryDescriptor(address,
					(address != 0 && Long.compareUnsigned(length, -address) > 0) ? -address : length, type, device,
					permissions));
	}

	private static Arbitrary<NixlMetadata.Additions> additions() {
		Arbitrary<String> optional = texts().injectNull(0.5);
		Arbitrary<String> endpoint = Combinators
			.combine(Arbitraries.of("localhost", "10.0.0.1", "[fe80::1]", "worker-1.example"),
					Arbitraries.integers().between(1, 65_535))
			.as((host, port) -> host + ":" + port)
			.injectNull(0.5);
		Arbitrary<Incarnation> incarnation = Combinators.combine(Arbitraries.longs(), Arbitraries.longs())
			.as(Incarnation::new)
			.injectNull(0.5);
		return Combinators
			.combine(incarnation, endpoint, texts().list().ofMaxSize(20), texts().list().ofMaxSize(3),
					Arbitraries.maps(texts(), Arbitraries.longs().between(0, Long.MAX_VALUE)).ofMaxSize(20), optional,
					optional)
			.as(NixlMetadata.Additions::new);
	}

}
