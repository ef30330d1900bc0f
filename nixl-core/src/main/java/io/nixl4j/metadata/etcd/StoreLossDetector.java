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

/**
 * Tells a store that lost what it knew from one in which entries are gone: a cluster
 * keeps its id and its revision never goes back.
 */
final class StoreLossDetector {

	private boolean known;

	private long clusterId;

	private long revision;

	/**
	 * Whether a store that says this is not the one that was seen before.
	 */
	boolean isLost(long clusterId, long revision) {
		return this.known && (clusterId != this.clusterId || revision < this.revision);
	}

	/** Notes that the store has reached a revision. */
	void seen(long revision) {
		this.revision = Math.max(this.revision, revision);
	}

	/** Begins anew with this store. */
	void accept(long clusterId, long revision) {
		this.known = true;
		this.clusterId = clusterId;
		this.revision = revision;
	}

}
