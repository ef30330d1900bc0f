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

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

import static org.assertj.core.api.Assertions.assertThat;

class NixlMetadataCodecProperties {

	/** Room for a card of 64 KiB as objects, or for an exception with its stack. */
	private static final long MOST_ALLOCATED = 2 << 20;

	private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	@Property(tries = 300)
	void aDecodedCardEqualsTheEncodedOne(@ForAll("cards") NixlMetadata card) {
		byte[] bytes = NixlMetadataCodec.encode(card);
		assertThat(NixlMetadataCodec.decode(bytes, card.engineId())).isEqualTo(card);
	}

	@Property(tries = 300)
	void equalCardsHaveEqualBytesInWhicheverOrderTheyWereMade(@ForAll("cards") NixlMetadata card,
			@ForAll Random random) {
		NixlMetadata shuffled = new NixlMetadata(card.engineId(), shuffled(card.memoryDescriptors(), random),
				card.agentName(), card.additions().withCapacity(shuffled(card.additions().capacity(), random)));
		assertThat(NixlMetadataCodec.encode(shuffled)).isEqualTo(NixlMetadataCodec.encode(card));
	}

	@Property
	void namesAreInTheOrderOfTheirUtf8Bytes(@ForAll("texts") String left, @ForAll("texts") String right) {
		int bytes = Arrays.compareUnsigned(left.getBytes(StandardCharsets.UTF_8),
				right.getBytes(StandardCharsets.UTF_8));
		assertThat(Integer.signum(CardText.ORDER.compare(left, right))).isEqualTo(Integer.signum(bytes));
	}

	@Property
	void anyBytesAreACardOrATypedError(@ForAll @Size(max = 2048) byte[] bytes) {
		decodeWithinBounds(bytes);
	}

	@Property
	void anyBytesInAnUnknownFieldAreACardOrATypedError(@ForAll @Size(max = 64) byte[] value) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.writeBytes(HexFormat.of().parseHex("84a178"));
		bytes.writeBytes(value);
		byte[] card = NixlMetadataCodec.encode(new NixlMetadata("e", Map.of(), "a"));
		bytes.write(card, 1, card.length - 1);
		decodeWithinBounds(bytes.toByteArray());
	}

	@Example
	void theCardsWithTheMostObjectsStayWithinBounds() {
		MemoryDescriptor smallest = new MemoryDescriptor(0, 0, MemoryType.DRAM, 0, Permissions.READ);
		Map<String, MemoryDescriptor> regions = new HashMap<>();
		IntStream.range(0, 1000).forEach((i) -> regions.put(Integer.toString(i, 36), smallest));
		NixlMetadata manyRegions = new NixlMetadata("e", regions, "a");
		assertThat(NixlMetadataCodec.encode(manyRegions)).hasSizeBetween(60_000, NixlMetadataCodec.MAX_CARD_BYTES);
		assertThat(decodeWithinBounds(NixlMetadataCodec.encode(manyRegions))).isTrue();
		List<String> texts = Collections.nCopies(256, "x".repeat(60));
		Map<String, Long> capacity = new HashMap<>();
		IntStream.range(0, 256).forEach((i) -> capacity.put("x".repeat(60) + i, Long.MAX_VALUE));
		NixlMetadata manyAdditions = new NixlMetadata("e", Map.of(), "a",
				NixlMetadata.Additions.none().withFeatures(texts).withRoles(texts).withCapacity(capacity));
		assertThat(decodeWithinBounds(NixlMetadataCodec.encode(manyAdditions))).isTrue();
	}

	@Property(tries = 300)
	void aDamagedCardIsACardOrATypedError(@ForAll("cards") NixlMetadata card, @ForAll Random random) {
		byte[] bytes = NixlMetadataCodec.encode(card);
		for (int i = 0; i < 30; i++) {
			byte[] damaged = bytes;
			for (int wounds = random.nextInt(3); wounds >= 0; wounds--) {
				damaged = damaged(damaged, random);
			}
			decodeWithinBounds(damaged);
		}
	}

	@Property(tries = 300)
	void aCardThatEndsEarlyIsATypedError(@ForAll("cards") NixlMetadata card, @ForAll Random random) {
		byte[] bytes = NixlMetadataCodec.encode(card);
		byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length));
		assertThat(decodeWithinBounds(cut)).isFalse();
	}

	@Provide
	Arbitrary<NixlMetadata> cards() {
		return CardArbitraries.cards();
	}

	@Provide
	Arbitrary<String> texts() {
		// Few characters, so that strings often begin alike; among them both sides of the
		// surrogates.
		return Arbitraries
			.of("a", "b", "\u0100", "\ud7ff", "\ue000", "\uffee", "\ud800\udc00", "\ud83d\ude00", "\udbff\udfff")
			.list()
			.ofMaxSize(5)
			.map((parts) -> String.join("", parts));
	}

	/** Returns whether the bytes were a card. */
	private boolean decodeWithinBounds(byte[] bytes) {
		long before = this.threads.getCurrentThreadAllocatedBytes();
		boolean card = isCard(bytes);
		if (this.threads.getCurrentThreadAllocatedBytes() - before >= MOST_ALLOCATED) {
			// The first time of anything loads classes, the second does not.
			before = this.threads.getCurrentThreadAllocatedBytes();
			isCard(bytes);
			assertThat(this.threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_ALLOCATED);
		}
		return card;
	}

	private static boolean isCard(byte[] bytes) {
		try {
			NixlMetadataCodec.decode(bytes);
			return true;
		}
		catch (NixlException ex) {
			assertThat(ex.error()).isIn(NixlError.CORRUPT, NixlError.UNSUPPORTED);
			return false;
		}
	}

	private static byte[] damaged(byte[] bytes, Random random) {
		int at = random.nextInt(bytes.length);
		byte[] damaged = bytes.clone();
		switch (random.nextInt(4)) {
			case 0 -> damaged[at] = (byte) random.nextInt();
			case 1 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
			// A head that promises more than can be there.
			case 2 -> {
				byte[] heads = { (byte) 0xc6, (byte) 0xc9, (byte) 0xdb, (byte) 0xdd, (byte) 0xdf };
				damaged[at] = heads[random.nextInt(heads.length)];
				for (int i = at + 1; i < Math.min(at + 5, damaged.length); i++) {
					damaged[i] = (byte) (random.nextBoolean() ? 0xff : 0);
				}
			}
			default -> {
				int from = random.nextInt(bytes.length);
				System.arraycopy(bytes, from, damaged, at,
						Math.min(random.nextInt(40), bytes.length - Math.max(at, from)));
			}
		}
		return damaged;
	}

	private static <V> Map<String, V> shuffled(Map<String, V> map, Random random) {
		List<String> keys = new ArrayList<>(map.keySet());
		Collections.shuffle(keys, random);
		Map<String, V> shuffled = new LinkedHashMap<>();
		keys.forEach((key) -> {
			V value = map.get(key);
			if (value != null) {
				shuffled.put(key, value);
			}
		});
		return shuffled;
	}

}
