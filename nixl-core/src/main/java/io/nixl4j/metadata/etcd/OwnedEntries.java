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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.metadata.NixlMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What this process wants etcd to hold, and which names it has lost to others. On the
 * loop.
 */
final class OwnedEntries {

	/** Incarnations that lost their engine id and are remembered for it. */
	private static final int MAX_LOST = 1024;

	private final Map<String, Owned> entries = new HashMap<>();

	private final Set<Name> lost = new LinkedHashSet<>();

	@Nullable Owned get(String engineId) {
		return this.entries.get(engineId);
	}

	/** The entry of exactly this incarnation. */
	@Nullable Owned get(NixlMetadata card) {
		Owned owned = this.entries.get(card.engineId());
		return (owned != null && owned.isOf(card.additions().incarnation())) ? owned : null;
	}

	List<Owned> all() {
		return new ArrayList<>(this.entries.values());
	}

	Owned add(NixlMetadata card, byte[] value, long revision) {
		Owned earlier = this.entries.get(card.engineId());
		if (earlier != null && !earlier.isOf(card.additions().incarnation())) {
			remember(earlier.card());
		}
		Owned owned = new Owned(card, value, revision);
		this.entries.put(card.engineId(), owned);
		return owned;
	}

	void remove(String engineId) {
		this.entries.remove(engineId);
	}

	void clear() {
		this.entries.clear();
	}

	/** Another incarnation has the name. */
	void lose(NixlMetadata card) {
		this.entries.remove(card.engineId());
		remember(card);
	}

	void checkNotLost(NixlMetadata card) {
		Incarnation incarnation = card.additions().incarnation();
		if (incarnation != null && this.lost.contains(new Name(card.engineId(), incarnation))) {
			throw lostException(card.engineId());
		}
	}

	static NixlException lostException(String engineId) {
		return NixlError.STALE.exception(
				"Engine '%s' was taken over by another incarnation: this agent publishes nothing more; give each agent an engine id of its own"
					.formatted(engineId),
				engineId, "put metadata", null);
	}

	private void remember(NixlMetadata card) {
		Incarnation incarnation = card.additions().incarnation();
		if (incarnation != null) {
			this.lost.add(new Name(card.engineId(), incarnation));
			if (this.lost.size() > MAX_LOST) {
				this.lost.remove(this.lost.iterator().next());
			}
		}
	}

	/**
	 * An entry that etcd has to hold until it is deleted here or lost to another.
	 */
	static final class Owned {

		private NixlMetadata card;

		private byte[] value;

		private long revision;

		private boolean due;

		private long missingSince;

		private Owned(NixlMetadata card, byte[] value, long revision) {
			this.card = card;
			this.value = value;
			this.revision = revision;
		}

		boolean isOf(@Nullable Incarnation incarnation) {
			return Objects.equals(this.card.additions().incarnation(), incarnation);
		}

		NixlMetadata card() {
			return this.card;
		}

		byte[] value() {
			return this.value;
		}

		/** When it was put last, as far as is known; 0 if it is not there. */
		long revision() {
			return this.revision;
		}

		void revision(long revision) {
			this.revision = revision;
		}

		/** Whether etcd does not hold it as it should. */
		boolean isDue() {
			return this.due;
		}

		/** Wants another card to be there. */
		void want(NixlMetadata card, byte[] value) {
			this.card = card;
			this.value = value;
			this.due = true;
		}

		/** It is not there, or not known to be. */
		void gone() {
			this.revision = 0;
			this.due = true;
			this.missingSince = 0;
		}

		/** It is there. */
		void done(long revision) {
			this.revision = revision;
			this.due = false;
			this.missingSince = 0;
		}

		/** It was seen to be missing; who removed it is not known yet. */
		void missing(long since) {
			if (this.missingSince == 0) {
				this.missingSince = since;
			}
		}

		boolean isMissingBefore(long time) {
			return this.missingSince != 0 && this.missingSince - time < 0;
		}

	}

	/**
	 * A name that an incarnation had.
	 *
	 * @param engineId the engine id
	 * @param incarnation who had it
	 */
	private record Name(String engineId, Incarnation incarnation) {

	}

}
