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

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.nixl4j.memory.NixlError;
import io.nixl4j.route.RemoteGrant;
import org.jspecify.annotations.Nullable;

/**
 * What the peer of one session has granted to us.
 */
final class ReceivedGrants {

	/** Above this a peer is at fault: a grant costs memory here. Ours grants no more. */
	static final int MAX_GRANTS = 131_072;

	private final String peer;

	private final Map<Long, RemoteGrant> byHandle = new ConcurrentHashMap<>();

	private final Map<String, RemoteGrant> byName = new ConcurrentHashMap<>();

	ReceivedGrants(String peer) {
		this.peer = peer;
	}

	void add(SessionMessage.Grant grant) {
		if (this.byHandle.size() >= MAX_GRANTS) {
			throw NixlError.PROTOCOL.exception("The peer granted more than " + MAX_GRANTS + " regions", this.peer,
					"grant", null);
		}
		RemoteGrant remote = new RemoteGrant(this.peer, grant.handle(), grant.name(), grant.address(), grant.length(),
				grant.type(), grant.deviceId(), grant.permissions());
		if (this.byHandle.containsKey(grant.handle())) {
			throw NixlError.PROTOCOL.exception("The peer granted one handle twice", this.peer, "grant", null);
		}
		// By name first: what is listed can be looked up
		if (!grant.name().isEmpty()) {
			this.byName.put(grant.name(), remote);
		}
		this.byHandle.put(grant.handle(), remote);
	}

	/**
	 * Ends a grant.
	 * @param handle the grant's handle
	 * @return completes when nothing here uses the grant any more
	 */
	CompletableFuture<Void> withdraw(long handle) {
		RemoteGrant remote = this.byHandle.remove(handle);
		if (remote == null) {
			return CompletableFuture.completedFuture(null);
		}
		if (!remote.name().isEmpty()) {
			this.byName.remove(remote.name(), remote);
		}
		return remote.withdraw();
	}

	@Nullable RemoteGrant find(String name) {
		return this.byName.get(name);
	}

	Collection<RemoteGrant> all() {
		return List.copyOf(this.byHandle.values());
	}

	void withdrawAll() {
		all().forEach((remote) -> withdraw(remote.handle()));
	}

}
