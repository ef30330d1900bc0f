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
import io.nixl4j.memory.NixlError;
import io.nixl4j.route.Operation;
import io.nixl4j.route.PeerLink;

/**
 * Runs that a peer named and that were checked, each region held once a group until
 * {@link #leave()}.
 */
final class AdmittedRuns {

	private final PeerLink link;

	private final RunList list;

	private final LocalRegion[] regions;

	private int admitted;

	private AdmittedRuns(PeerLink link, RunList list) {
		this.link = link;
		this.list = list;
		this.regions = new LocalRegion[list.groups()];
	}

	/**
	 * Checks runs against grants, permissions and lengths.
	 * @param link knows the grants
	 * @param list what the peer named; copied
	 * @param operation what it wants to do
	 * @param bytes how many bytes the runs must sum to
	 * @return the runs, their regions held
	 * @throws io.nixl4j.memory.NixlException if anything is not as it must be; nothing is
	 * held then
	 */
	static AdmittedRuns admit(PeerLink link, RunList list, Operation operation, long bytes) {
		AdmittedRuns runs = new AdmittedRuns(link, list.copy());
		boolean good = false;
		try {
			runs.check(operation, bytes);
			good = true;
			return runs;
		}
		finally {
			if (!good) {
				runs.leave();
			}
		}
	}

	private void check(Operation operation, long bytes) {
		long left = bytes;
		for (int group = 0; group < this.regions.length; group++) {
			LocalRegion region = this.link.admit(this.list.handle(group), operation);
			this.regions[this.admitted++] = region;
			for (int run = this.list.firstRun(group); run < this.list.endRun(group); run++) {
				long length = this.list.length(run);
				long count = this.list.count(run);
				if (!region.covers(this.list.start(run), this.list.stride(run), length, count)) {
					throw NixlError.OUT_OF_RANGE.exception("a run does not lie within its region");
				}
				// what a region covers cannot overflow
				left -= length * count;
				if (left < 0) {
					throw wrongSum();
				}
			}
		}
		if (left != 0) {
			throw wrongSum();
		}
	}

	private static RuntimeException wrongSum() {
		return NixlError.PROTOCOL.exception("a frame's runs do not sum to its bytes");
	}

	/** Whether sockets cannot reach some of the memory. */
	boolean isStaged() {
		for (LocalRegion region : this.regions) {
			if (MemoryKind.isStaged(region)) {
				return true;
			}
		}
		return false;
	}

	RunList list() {
		return this.list;
	}

	LocalRegion region(int group) {
		return this.regions[group];
	}

	/** Lets the regions go. */
	void leave() {
		while (this.admitted > 0) {
			this.link.leave(this.regions[--this.admitted]);
		}
	}

}
