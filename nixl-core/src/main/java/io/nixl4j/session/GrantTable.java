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

package io.nixl4j.session;

import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.util.collection.LongObjectHashMap;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.Permissions;
import io.nixl4j.route.Operation;
import org.jspecify.annotations.Nullable;

/**
 * What one session's peer may do with our regions. A handle is 64 random bits, made for
 * this region, peer, permission and session, and never given out twice: so it is the
 * access key and the epoch at once, and an old one can only be refused.
 */
final class GrantTable {

	private static final int ENDED = Integer.MIN_VALUE;

	private final String peer;

	private final SecureRandom random;

	/** Guarded by itself; looked into for each frame, which makes no object. */
	private final LongObjectHashMap<Entry> byHandle = new LongObjectHashMap<>();

	private final Map<Long, Entry> byRegion = new ConcurrentHashMap<>();

	/** Accesses under way in the lower 31 bits; the sign bit is set by the end. */
	private final AtomicInteger accesses = new AtomicInteger();

	private final CompletableFuture<Void> quiet = new CompletableFuture<>();

	GrantTable(String peer, SecureRandom random) {
		this.peer = peer;
		this.random = random;
	}

	/**
	 * Grants a region.
	 * @param region the region
	 * @return what to tell the peer, or {@code null} if the region was granted before or
	 * is closing, or the peer takes no more
	 */
	SessionMessage.@Nullable Grant grant(LocalRegion region) {
		if (!region.isOpen() || isFull()) {
			return null;
		}
		Entry entry = new Entry(this.random.nextLong(), region, region.permissions());
		if (this.byRegion.putIfAbsent(region.id(), entry) != null) {
			return null;
		}
		synchronized (this.byHandle) {
			this.byHandle.put(entry.handle, entry);
		}
		return new SessionMessage.Grant(entry.handle, region.name(), region.address(), region.length(), region.type(),
				region.deviceId(), entry.permissions);
	}

	/** Whether the peer has as many regions of ours as it takes. */
	boolean isFull() {
		return this.byRegion.size() >= ReceivedGrants.MAX_GRANTS;
	}

	/**
	 * Checks what the peer wants to do, and holds the region.
	 * @param handle what the peer named
	 * @param operation what it wants to do
	 * @return the region, held once
	 */
	LocalRegion admit(long handle, Operation operation) {
		// Counted first, so that whoever sees the end either is counted or is refused.
		this.accesses.incrementAndGet();
		boolean admitted = false;
		try {
			LocalRegion region = check(handle, operation);
			admitted = true;
			return region;
		}
		finally {
			if (!admitted) {
				left();
			}
		}
	}

	private @Nullable Entry find(long handle) {
		synchronized (this.byHandle) {
			return this.byHandle.get(handle);
		}
	}

	private LocalRegion check(long handle, Operation operation) {
		Entry entry = find(handle);
		if (this.accesses.get() < 0) {
			throw NixlError.PEER_LOST.exception("The session has ended; connect again", this.peer, operation.tag(),
					null);
		}
		if (entry == null || entry.withdrawn) {
			throw NixlError.STALE.exception(
					"The region named is not granted, or no longer; look it up again by peer.region(name)", this.peer,
					operation.tag(), null);
		}
		if (!((operation == Operation.READ) ? entry.permissions.allowsRead() : entry.permissions.allowsWrite())) {
			throw NixlError.PERMISSION.exception("Region '" + entry.region.name() + "' does not permit a "
					+ operation.tag() + "; register it with that permission", this.peer, operation.tag(), null);
		}
		if (!entry.region.hold()) {
			throw NixlError.REGION_CLOSED.exception("Region '" + entry.region.name() + "' is closed", this.peer,
					operation.tag(), null);
		}
		return entry.region;
	}

	/**
	 * Ends an access.
	 * @param region what it was to
	 */
	void leave(LocalRegion region) {
		region.unhold();
		left();
	}

	private void left() {
		if (this.accesses.decrementAndGet() == ENDED) {
			this.quiet.complete(null);
		}
	}

	/**
	 * Refuses a region from now on.
	 * @param region the region
	 * @return the grant that ended, or {@code null} if there was none
	 */
	@Nullable Entry withdraw(LocalRegion region) {
		Entry entry = this.byRegion.get(region.id());
		if (entry != null) {
			entry.withdrawn = true;
		}
		return entry;
	}

	boolean has(LocalRegion region) {
		return this.byRegion.containsKey(region.id());
	}

	/**
	 * The peer answered a withdrawal.
	 * @param handle the grant
	 */
	void answered(long handle) {
		Entry entry = find(handle);
		// An answer that was never asked for proves nothing.
		if (entry != null && entry.withdrawn) {
			synchronized (this.byHandle) {
				this.byHandle.remove(handle);
			}
			this.byRegion.remove(entry.region.id());
			entry.answered.complete(null);
		}
	}

	/**
	 * Refuses everything from now on: the session has ended.
	 * @return completes when no access is under way any more
	 */
	CompletableFuture<Void> refuseAll() {
		if (this.accesses.getAndUpdate((count) -> count | ENDED) == 0) {
			this.quiet.complete(null);
		}
		return this.quiet;
	}

	/**
	 * All grants are proved to be out of use: the session has ended and its routes are
	 * drained.
	 */
	void drained() {
		List<Entry> entries;
		synchronized (this.byHandle) {
			entries = List.copyOf(this.byHandle.values());
			this.byHandle.clear();
		}
		entries.forEach((entry) -> entry.answered.complete(null));
		this.byRegion.clear();
	}

	/**
	 * One region granted to the peer.
	 */
	static final class Entry {

		private final long handle;

		private final LocalRegion region;

		private final Permissions permissions;

		private final CompletableFuture<Void> answered = new CompletableFuture<>();

		private volatile boolean withdrawn;

		Entry(long handle, LocalRegion region, Permissions permissions) {
			this.handle = handle;
			this.region = region;
			this.permissions = permissions;
		}

		long handle() {
			return this.handle;
		}

		CompletableFuture<Void> answered() {
			return this.answered;
		}

	}

}
