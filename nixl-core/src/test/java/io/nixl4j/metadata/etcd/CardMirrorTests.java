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

package io.nixl4j.metadata.etcd;

import java.time.Duration;
import java.util.Map;

import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.etcd.CardMirror.Entry;
import io.nixl4j.metadata.etcd.StoreFixtures.Recorder;
import org.junit.jupiter.api.Test;

import static io.nixl4j.metadata.etcd.StoreFixtures.FIRST;
import static io.nixl4j.metadata.etcd.StoreFixtures.SECOND;
import static io.nixl4j.metadata.etcd.StoreFixtures.card;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class CardMirrorTests {

	private static final Duration LONG = Duration.ofHours(1);

	private static final Duration SHORT = Duration.ofMillis(1);

	private final CardMirror mirror = new CardMirror();

	private final Recorder recorder = new Recorder();

	CardMirrorTests() {
		this.mirror.watch(Runnable::run, this.recorder);
	}

	@Test
	void olderNewsChangesNothing() {
		this.mirror.put(card("e", SECOND), 8);
		this.mirror.put(card("e", FIRST), 7);
		this.mirror.put(card("e", FIRST), 8);
		this.mirror.delete("e", 7);
		assertThat(this.mirror.find("e")).isEqualTo(card("e", SECOND));
		this.mirror.delete("e", 9);
		assertThat(this.mirror.find("e")).isNull();
		heard("deleted e");
	}

	@Test
	void aRemovalOfOurOwnIsNotUndoneByTheWatchThatIsBehind() {
		this.mirror.put(card("e"), 5);
		this.mirror.deletedByUs("e", 9);
		this.mirror.put(card("e"), 7);
		assertThat(this.mirror.find("e")).isNull();
		this.mirror.watchedUpTo(9);
		this.mirror.put(card("e"), 10);
		assertThat(this.mirror.find("e")).isNotNull();
	}

	@Test
	void aListingReplacesWhatIsOlderThanIt() {
		this.mirror.put(card("gone"), 5);
		this.mirror.put(card("changed", FIRST), 6);
		this.mirror.put(card("newer"), 21);
		this.mirror.reconcile(
				Map.of("changed", Entry.there(card("changed", SECOND), 15), "new", Entry.there(card("new"), 16)), 20);
		assertThat(this.mirror.list()).extracting(NixlMetadata::engineId).containsExactly("changed", "new", "newer");
		assertThat(this.mirror.find("changed")).isEqualTo(card("changed", SECOND));
	}

	@Test
	void whatIsMissingAfterALongOutageIsKeptForAWhile() {
		this.mirror.put(card("a"), 5);
		this.mirror.put(card("b"), 6);
		this.mirror.deliver();
		this.mirror.settle(LONG);
		this.mirror.reconcile(Map.of(), 20);
		assertThat(this.mirror.list()).hasSize(2);
		assertThat(this.mirror.keepsMissing()).isTrue();
		this.mirror.put(card("a"), 21);
		assertThat(this.mirror.dropMissing()).as("not yet").isZero();
		heard("put a", "put b", "put a");
		this.mirror.deletedByUs("b", 22);
		assertThat(this.mirror.find("b")).as("somebody said so").isNull();
	}

	@Test
	void whatNobodyPutAgainIsDroppedInTheEnd() {
		this.mirror.put(card("a"), 500);
		this.mirror.put(card("b"), 600);
		this.mirror.deliver();
		this.mirror.lost(SHORT);
		int epoch = this.mirror.epoch();
		assertThat(epoch).isEqualTo(1);
		this.mirror.reconcile(Map.of("a", Entry.there(card("a"), 3)), 4);
		this.mirror.deliver();
		await().until(() -> this.mirror.dropMissing() == 1 || this.mirror.find("b") == null);
		assertThat(this.mirror.list()).containsExactly(card("a"));
		heard("put a", "put b", "put a", "deleted b");
	}

	@Test
	void comparisonsLookAtWhatIsNotNewerThanThem() {
		this.mirror.put(card("a"), 5);
		this.mirror.put(card("newer"), 30);
		this.mirror.comparing(true);
		this.mirror.put(card("left"), 6);
		this.mirror.delete("left", 25);
		this.mirror.watchedUpTo(25);
		assertThat(this.mirror.equalsListing(Map.of("a", 5L, "left", 6L), 20)).isTrue();
		assertThat(this.mirror.equalsListing(Map.of("a", 4L), 20)).isFalse();
		assertThat(this.mirror.equalsListing(Map.of(), 20)).isFalse();
		assertThat(this.mirror.equalsListing(Map.of("a", 5L, "unknown", 6L), 20)).isFalse();
	}

	private void heard(String... expected) {
		this.mirror.deliver();
		assertThat(this.recorder.heard()).containsExactly(expected);
	}

}
