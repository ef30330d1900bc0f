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

import java.util.Arrays;
import java.util.Objects;

import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.route.Operation;
import io.nixl4j.route.PeerLink;
import org.jspecify.annotations.Nullable;

/**
 * Runs that a peer named and that were checked, each region held once a group until
 * {@link #leave()}. Used again for other runs after that.
 */
final class AdmittedRuns {

	private final PeerLink link;

	private final RunList list;

	private @Nullable LocalRegion[] regions = new LocalRegion[4];

	private int admitted;

	/**
	 * Creates it without runs.
	 * @param link knows the grants
	 * @param list the runs, filled in before each {@link #admit}
	 */
	AdmittedRuns(PeerLink link, RunList list) {
		this.link = link;
		this.list = list;
	}

	/**
	 * Checks the runs against grants, permissions and lengths.
	 * @param operation what the peer wants to do
	 * @param bytes how many bytes the runs must sum to
	 * @return this, the regions held
	 * @throws io.nixl4j.memory.NixlException if anything is not as it must be; nothing is
	 * held then
	 */
	AdmittedRuns admit(Operation operation, long bytes) {
		boolean good = false;
		try {
			check(operation, bytes);
			good = true;
			return this;
		}
		finally {
			if (!good) {
				leave();
			}
		}
	}

	private void check(Operation operation, long bytes) {
		long left = bytes;
		for (int group = 0; group < this.list.groups(); group++) {
			LocalRegion region = this.link.admit(this.list.handle(group), operation);
			if (this.admitted == this.regions.length) {
				this.regions = Arrays.copyOf(this.regions, 2 * this.admitted);
			}
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
		for (int group = 0; group < this.admitted; group++) {
			if (MemoryKind.isStaged(region(group))) {
				return true;
			}
		}
		return false;
	}

	/** Takes over the runs of others and what they hold; they hold nothing then. */
	void takeFrom(AdmittedRuns others) {
		this.list.copyFrom(others.list);
		if (this.regions.length < others.admitted) {
			this.regions = new LocalRegion[others.regions.length];
		}
		System.arraycopy(others.regions, 0, this.regions, 0, others.admitted);
		this.admitted = others.admitted;
		while (others.admitted > 0) {
			others.regions[--others.admitted] = null;
		}
	}

	/** The same runs in an object that lives on, which holds the regions instead. */
	AdmittedRuns moved() {
		AdmittedRuns other = new AdmittedRuns(this.link, new RunList());
		other.takeFrom(this);
		return other;
	}

	RunList list() {
		return this.list;
	}

	LocalRegion region(int group) {
		return Objects.requireNonNull(this.regions[group]);
	}

	/** Lets the regions go. */
	void leave() {
		while (this.admitted > 0) {
			LocalRegion region = region(--this.admitted);
			this.regions[this.admitted] = null;
			this.link.leave(region);
		}
	}

}
