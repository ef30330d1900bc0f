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

package io.nixl4j.route;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RemoteRegion;

/**
 * A peer's region as granted to us over a session, with the handle that names it on
 * routes. Transfers hold a grant while they may touch it; a withdrawal is answered when
 * nobody holds it any more.
 */
public final class RemoteGrant implements RemoteRegion {

	private static final int WITHDRAWN = Integer.MIN_VALUE;

	private final String engineId;

	private final long handle;

	private final String name;

	private final long address;

	private final long length;

	private final MemoryType type;

	private final long deviceId;

	private final Permissions permissions;

	/** Holders in the lower 31 bits; the sign bit is set by the withdrawal. */
	private final AtomicInteger holders = new AtomicInteger();

	private final CompletableFuture<Void> idle = new CompletableFuture<>();

	/**
	 * Creates a grant from what the peer said of it.
	 * @param engineId the peer's engine
	 * @param handle names the region on routes; secret enough to stay out of texts
	 * @param name the region's name, empty if it has none
	 * @param address where the region starts in the peer's address space
	 * @param length the region's length in bytes
	 * @param type the region's memory type
	 * @param deviceId the device that the memory is on
	 * @param permissions what we may do
	 */
	public RemoteGrant(String engineId, long handle, String name, long address, long length, MemoryType type,
			long deviceId, Permissions permissions) {
		this.engineId = engineId;
		this.handle = handle;
		this.name = name;
		this.address = address;
		this.length = length;
		this.type = type;
		this.deviceId = deviceId;
		this.permissions = permissions;
	}

	@Override
	public String engineId() {
		return this.engineId;
	}

	/**
	 * Returns what names the region on routes.
	 * @return the handle
	 */
	public long handle() {
		return this.handle;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public long address() {
		return this.address;
	}

	@Override
	public long length() {
		return this.length;
	}

	@Override
	public MemoryType type() {
		return this.type;
	}

	@Override
	public long deviceId() {
		return this.deviceId;
	}

	@Override
	public Permissions permissions() {
		return this.permissions;
	}

	@Override
	public boolean isOpen() {
		return this.holders.get() >= 0;
	}

	/**
	 * Takes a hold for a transfer.
	 * @return {@code false} if the grant was withdrawn
	 */
	public boolean hold() {
		while (true) {
			int current = this.holders.get();
			if (current < 0) {
				return false;
			}
			if (this.holders.compareAndSet(current, current + 1)) {
				return true;
			}
		}
	}

	/**
	 * Gives a hold back.
	 */
	public void unhold() {
		if (this.holders.decrementAndGet() == WITHDRAWN) {
			this.idle.complete(null);
		}
	}

	/**
	 * Ends the grant: nobody can hold it from now on.
	 * @return completes when nobody holds it any more
	 */
	public CompletableFuture<Void> withdraw() {
		while (true) {
			int current = this.holders.get();
			if (current < 0) {
				return this.idle;
			}
			if (this.holders.compareAndSet(current, current | WITHDRAWN)) {
				if (current == 0) {
					this.idle.complete(null);
				}
				return this.idle;
			}
		}
	}

	@Override
	public String toString() {
		return "RemoteRegion[" + this.engineId + "/" + (this.name.isEmpty() ? "unnamed" : this.name) + ", "
				+ this.length + " bytes, " + this.type + ", " + this.permissions + "]";
	}

}
