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

package io.nixl4j.route.tcp;

import io.nixl4j.memory.LocalRegion;

/**
 * Receives the body of a WRITE frame into the runs that its header named and the target
 * has checked. Every region is held until the body has ended.
 */
final class RunPlacer extends Placer {

	private final AdmittedRuns runs;

	private final Ending ending;

	private int group;

	private int run;

	private long index;

	/** Bytes of the range at hand that are placed. */
	private long within;

	/**
	 * Creates a placer.
	 * @param runs where bodies go, as they are when each begins
	 * @param buffers memory of regions
	 * @param bounce memory for small pieces
	 * @param ending told of the end of each body
	 */
	RunPlacer(AdmittedRuns runs, RegionBuffers buffers, BounceBuffer bounce, Ending ending) {
		super(buffers, bounce);
		this.runs = runs;
		this.ending = ending;
	}

	/** Begins to receive a body of so many bytes into the runs. */
	RunPlacer of(int length) {
		this.group = 0;
		this.run = 0;
		this.index = 0;
		this.within = 0;
		begin(length);
		return this;
	}

	@Override
	LocalRegion region() {
		return this.runs.region(this.group);
	}

	@Override
	long offset() {
		RunList list = this.runs.list();
		return list.start(this.run) + this.index * list.stride(this.run) + this.within;
	}

	@Override
	long contiguous() {
		RunList list = this.runs.list();
		long length = list.length(this.run);
		if (list.stride(this.run) == length) {
			return (list.count(this.run) - this.index) * length - this.within;
		}
		return length - this.within;
	}

	@Override
	void advance(int bytes) {
		RunList list = this.runs.list();
		this.within += bytes;
		long length = list.length(this.run);
		this.index += this.within / length;
		this.within %= length;
		if (this.index == list.count(this.run)) {
			this.run++;
			this.index = 0;
			if (this.run == list.endRun(this.group) && this.group + 1 < list.groups()) {
				this.group++;
			}
		}
	}

	@Override
	void ended(boolean complete, boolean checksumOk) {
		this.runs.leave();
		this.ending.ended(complete, checksumOk);
	}

	/** Told once when the body has ended, after the regions were let go. */
	@FunctionalInterface
	interface Ending {

		void ended(boolean complete, boolean checksumOk);

	}

}
