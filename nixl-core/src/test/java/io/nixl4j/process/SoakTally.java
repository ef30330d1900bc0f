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

package io.nixl4j.process;

import java.util.BitSet;

/**
 * What a thread of a soak has done.
 */
final class SoakTally {

	/** Transfers whose notification must come. */
	final BitSet told = new BitSet();

	/** Transfers that failed; their notification may have been sent before that. */
	final BitSet maybeTold = new BitSet();

	long done;

	long timedOut;

	long cancelled;

	long bytes;

	long sweeps;

	@Override
	public String toString() {
		return "%d done, %d timed out, %d cancelled, %d MiB, %d sweeps, %d notifications".formatted(this.done,
				this.timedOut, this.cancelled, this.bytes >> 20, this.sweeps, this.told.cardinality());
	}

}
