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
 * What a block of a pool is used for.
 */
public enum KvBlockState {

	/**
	 * Nobody touches it; it can be given out.
	 */
	FREE,

	/**
	 * Somebody may be writing to it.
	 */
	FILLING,

	/**
	 * It holds its bytes and only the owner touches it.
	 */
	READY,

	/**
	 * It holds its bytes and somebody may be reading it.
	 */
	LEASED,

	/**
	 * Its time is over, or a proof failed, and somebody may still be touching it.
	 */
	QUARANTINED

}
