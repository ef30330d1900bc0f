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

import java.util.HexFormat;
import java.util.Map;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.Lifespan;
import net.jqwik.api.lifecycle.Store;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Cards go to Python's msgspec and come back, for the classes that a Python worker may
 * have: the seed's dataclasses, the same as structs, and both with our additions.
 */
@Tag("python")
class NixlMetadataPythonProperties {

	private static final String PEER = "msgspec peer";

	private final Store<MsgspecPeer> peer = Store.getOrCreate(PEER, Lifespan.RUN, () -> new MsgspecPeer("echo"));

	@AfterContainer
	static void endPython() {
		Store<MsgspecPeer> peer = Store.get(PEER);
		peer.get().close();
	}

	@Example
	void theFixturesAreWhatMsgspecWritesToday() {
		try (MsgspecPeer fixtures = new MsgspecPeer("fixtures")) {
			assertThat(fixtures.output()).isEqualTo(Fixtures.text());
		}
	}

	@Property(tries = 200)
	void theSeedsDataclassesReadOurCardsAndWriteTheSameBytes(@ForAll("plainCards") NixlMetadata card) {
		assertSameBothWays("dataclass", card);
	}

	@Property(tries = 200)
	void theSeedsClassesAsStructsReadOurCardsAndWriteTheSameBytes(@ForAll("plainCards") NixlMetadata card) {
		assertSameBothWays("struct", card);
	}

	@Property(tries = 200)
	void structsWithTheAdditionsReadOurCardsAndWriteTheSameBytes(@ForAll("cards") NixlMetadata card) {
		assertSameBothWays("additions-struct", card);
	}

	@Property(tries = 200)
	void dataclassesWithTheAdditionsComeBackEqual(@ForAll("cards") NixlMetadata card) {
		Answer answer = echo("additions", NixlMetadataCodec.encode(card));
		assertThat(answer.seen()).isEqualTo(seen(card));
		// What is absent here comes back as nil.
		assertThat(NixlMetadataCodec.decode(answer.card())).isEqualTo(card);
	}

	@Property(tries = 100)
	void theSeedsClassesIgnoreTheAdditions(@ForAll("cards") NixlMetadata card) {
		for (String classes : new String[] { "dataclass", "struct" }) {
			Answer answer = echo(classes, NixlMetadataCodec.encode(card));
			assertThat(answer.seen()).isEqualTo(seen(card));
			assertThat(NixlMetadataCodec.decode(answer.card()))
				.isEqualTo(card.withAdditions(NixlMetadata.Additions.none()));
		}
	}

	@Example
	void pythonReadsEveryFixture() {
		Map<String, NixlMetadata> cards = Fixtures.cards();
		Fixtures.bytes().forEach((name, bytes) -> {
			NixlMetadata card = cards.get(name);
			assertThat(card).isNotNull();
			assertThat(echo("additions", bytes).seen()).isEqualTo(seen(card));
		});
	}

	@Provide
	Arbitrary<NixlMetadata> plainCards() {
		return CardArbitraries.plainCards();
	}

	@Provide
	Arbitrary<NixlMetadata> cards() {
		return CardArbitraries.cards();
	}

	private void assertSameBothWays(String classes, NixlMetadata card) {
		byte[] bytes = NixlMetadataCodec.encode(card);
		Answer answer = echo(classes, bytes);
		assertThat(answer.seen()).isEqualTo(seen(card));
		assertThat(answer.card()).isEqualTo(bytes);
		assertThat(NixlMetadataCodec.decode(answer.card())).isEqualTo(card);
	}

	private Answer echo(String classes, byte[] card) {
		String answer = this.peer.get().ask(classes + " " + HexFormat.of().formatHex(card));
		assertThat(answer).matches("(?s)[0-9a-f]+\t.*");
		int tab = answer.indexOf('\t');
		return new Answer(HexFormat.of().parseHex(answer.substring(0, tab)), answer.substring(tab + 1));
	}

	private static String seen(NixlMetadata card) {
		StringBuilder seen = new StringBuilder(card.engineId()).append('\t').append(card.agentName());
		card.memoryDescriptors()
			.forEach((name, region) -> seen
				.append("\t%s\t%s %s %s\t%s %s".formatted(name, Long.toUnsignedString(region.address()),
						Long.toUnsignedString(region.length()), region.memoryType().wireName(),
						Long.toUnsignedString(region.deviceId()), region.permissions().code())));
		return seen.toString();
	}

	/**
	 * What Python said.
	 *
	 * @param card the card as Python wrote it
	 * @param seen the values as Python read them
	 */
	private record Answer(byte[] card, String seen) {

	}

}
