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

package io.nixl4j.kv;

/**
 * How many blocks of a pool are in which state, at one moment.
 *
 * @param blocks all blocks of the pool, the sum of the next five
 * @param free the blocks that can be given out
 * @param filling the blocks that somebody may be writing to
 * @param ready the blocks that hold their bytes
 * @param leased the blocks that somebody may be reading
 * @param quarantined the blocks that somebody may still be touching although their time
 * is over
 * @param quarantineCap how many quarantined blocks make the pool refuse to give out
 */
public record KvOccupancy(int blocks, int free, int filling, int ready, int leased, int quarantined,
		int quarantineCap) {

	/**
	 * Returns whether the pool refuses to give out blocks because of those that did not
	 * come back.
	 * @return {@code true} at the cap
	 */
	public boolean isAtQuarantineCap() {
		return this.quarantined >= this.quarantineCap;
	}

}
