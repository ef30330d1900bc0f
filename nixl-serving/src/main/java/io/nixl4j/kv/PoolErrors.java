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

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;

/**
 * Why a pool gives out no blocks.
 */
final class PoolErrors {

	private static final String RESERVE = "reserve";

	private PoolErrors() {
	}

	static void checkCount(int count, int blocks) {
		if (count == 0) {
			throw NixlError.EMPTY.exception("No block was asked for", null, RESERVE, null);
		}
		if (count < 0 || count > blocks) {
			throw NixlError.OUT_OF_RANGE.exception(
					"A pool of " + blocks + " blocks never has " + count + "; make it larger", null, RESERVE, null);
		}
	}

	static NixlException tooFew(int count, int waiting, KvOccupancy occupancy) {
		return NixlError.BUSY.exception(count + " blocks were asked for and " + waiting + " wait before: " + occupancy
				+ ". Wait until some are freed", null, RESERVE, null);
	}

	static NixlException lineIsFull(int count, int waiting, KvOccupancy occupancy) {
		return NixlError.BUSY.exception(count + " blocks were asked for and " + waiting + " wait already: " + occupancy
				+ ". Ask for less, or elsewhere", null, RESERVE, null);
	}

	static NixlException notInTime(int count, KvOccupancy occupancy) {
		return NixlError.TIMED_OUT.exception(count + " blocks did not become free in time: " + occupancy, null, RESERVE,
				null);
	}

	static NixlException quarantineFull(KvOccupancy occupancy, SortedMap<String, Integer> engines) {
		String worst = Collections.max(engines.entrySet(), Map.Entry.comparingByValue()).getKey();
		return NixlError.BUSY.exception(
				occupancy.quarantined() + " of " + occupancy.blocks() + " blocks are quarantined, by engine " + engines
						+ ": nobody has proved that these have stopped. Restart what hangs, or wait for the proof",
				worst, RESERVE, null);
	}

}
