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

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * How far the local copy of a store can be believed.
 *
 * @param kind what is known of the copy
 * @param since when this kind began; the epoch if it never was another
 * @param age time since the copy was last known to equal the store, zero for a store that
 * has no copy
 */
public record StoreState(Kind kind, Instant since, Duration age) {

	private static final StoreState ALWAYS_CURRENT = new StoreState(Kind.CURRENT, Instant.EPOCH, Duration.ZERO);

	/**
	 * Checks that all parts are there.
	 */
	public StoreState {
		Objects.requireNonNull(kind, "kind");
		Objects.requireNonNull(since, "since");
		Objects.requireNonNull(age, "age");
	}

	/**
	 * The state of a store whose readers see the store itself.
	 * @return a state that is current and has always been
	 */
	public static StoreState current() {
		return ALWAYS_CURRENT;
	}

	/**
	 * What is known of a copy.
	 */
	public enum Kind {

		/** It equals the store, as far as can be known. */
		CURRENT,

		/**
		 * The store cannot be reached, or its cards have not been read yet: the cards of
		 * the copy may be old. That they are there says nothing, and that none is there
		 * says nothing either.
		 */
		BEHIND,

		/**
		 * The store has lost what it knew, or is another one: the cards of before are
		 * kept as long as their owners may need to put them again. No engine is gone for
		 * that.
		 */
		LOST

	}

}
