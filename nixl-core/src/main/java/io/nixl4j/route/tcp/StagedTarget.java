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

/**
 * The target's part of a lane where memory of devices is concerned. Used by the lane's
 * event loop.
 */
final class StagedTarget {

	private final StagedAccess access;

	private final StagedWrites writes;

	private final StagedReads reads;

	StagedTarget(Lane lane, StagingPeer staging) {
		this.access = new StagedAccess(lane, staging);
		this.writes = new StagedWrites(lane, this.access);
		this.reads = new StagedReads(lane, this.access);
	}

	StagedWrites writes() {
		return this.writes;
	}

	StagedReads reads() {
		return this.reads;
	}

	/** Begins nothing more for an attempt, and answers when nothing copies for it. */
	void stop(long id, int attempt) {
		this.writes.drop(id, attempt);
		this.reads.drop(id, attempt);
		this.access.stop(id, attempt);
	}

	/** The lane is closed. */
	void close() {
		this.writes.close();
		this.reads.close();
		this.access.close();
	}

}
