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

package io.nixl4j;

import java.util.List;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Region;
import io.nixl4j.memory.RegionTable;
import io.nixl4j.route.Operation;
import io.nixl4j.route.RemoteGrant;
import io.nixl4j.route.Route;
import io.nixl4j.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * What a transfer does, checked, and with everything that its posts need at hand.
 */
final class TransferPlan {

	private final AgentContext agent;

	private final Session session;

	private final Route route;

	private final Operation operation;

	private final DescriptorList local;

	private final DescriptorList remote;

	private final byte @Nullable [] notification;

	private final long timeoutNanos;

	private final LocalRegion[] localRegions;

	private final RemoteGrant[] grants;

	TransferPlan(AgentContext agent, Session session, Operation operation, DescriptorList local, DescriptorList remote,
			byte @Nullable [] notification, long timeoutNanos) {
		this.agent = agent;
		this.session = session;
		this.operation = operation;
		this.local = local;
		this.remote = remote;
		this.notification = notification;
		this.timeoutNanos = timeoutNanos;
		this.localRegions = localRegions(local);
		this.grants = grants(remote);
		this.route = RouteChoice.choose(session, operation, local, remote);
	}

	/**
	 * Checks what can be known before anything is posted.
	 * @param regions this agent's memory
	 * @param session the session with the peer
	 * @param operation what is to be done
	 * @param local the lists of this agent's regions
	 * @param remote the lists of the peer's
	 */
	static void check(RegionTable regions, Session session, Operation operation, DescriptorList local,
			DescriptorList remote) {
		String peer = session.engineId();
		session.cause().ifPresent((cause) -> {
			throw ended(cause, peer, operation.tag());
		});
		if (local.bytes() != remote.bytes()) {
			throw NixlError.OUT_OF_RANGE.exception("The lists differ: " + local.bytes() + " local bytes, "
					+ remote.bytes() + " remote bytes; they are paired byte by byte", peer, operation.tag(), null);
		}
		if (local.bytes() == 0) {
			throw NixlError.EMPTY.exception("There is nothing to transfer: the lists are empty", peer, operation.tag(),
					null);
		}
		for (Region region : local.distinctRegions()) {
			if (!(region instanceof LocalRegion localRegion)) {
				throw NixlError.OUT_OF_RANGE.exception(
						"The local list names a region that is not this agent's; are the lists exchanged?", peer,
						operation.tag(), null);
			}
			if (!localRegion.isOpen()) {
				throw closed(localRegion, peer, operation);
			}
			if (regions.byId(localRegion.id()).orElse(null) != localRegion) {
				throw NixlError.OUT_OF_RANGE.exception(
						"Local region '" + localRegion.name() + "' is another agent's; register the memory here too",
						peer, operation.tag(), null);
			}
		}
		for (Region region : remote.distinctRegions()) {
			if (!(region instanceof RemoteGrant grant) || !grant.engineId().equals(peer)) {
				throw NixlError.OUT_OF_RANGE.exception(
						"The remote list names a region that is not of peer " + peer + "; get it by peer.region(name)",
						peer, operation.tag(), null);
			}
			if (!grant.isOpen()) {
				throw stale(grant, peer, operation);
			}
			boolean permitted = (operation == Operation.READ) ? grant.permissions().allowsRead()
					: grant.permissions().allowsWrite();
			if (!permitted) {
				throw NixlError.PERMISSION.exception("Region '" + grant.name() + "' of the peer does not permit a "
						+ operation.tag() + "; it is registered with " + grant.permissions(), peer, operation.tag(),
						null);
			}
		}
	}

	/**
	 * Returns what users are told who use the peer of a session that has ended.
	 * @param cause why it has
	 * @param peer the peer's engine
	 * @param operation what was to be done
	 * @return the exception
	 */
	static NixlException ended(NixlException cause, String peer, String operation) {
		// Connecting again is no cure for an agent that has lost its engine id.
		return (cause.error() == NixlError.STALE)
				? NixlError.STALE.exception(String.valueOf(cause.getMessage()), peer, operation, cause)
				: NixlError.PEER_LOST.exception("The session with the peer has ended; connect again", peer, operation,
						cause);
	}

	private static NixlException closed(LocalRegion region, String peer, Operation operation) {
		return NixlError.REGION_CLOSED.exception("Local region '" + region.name() + "' is closed", peer,
				operation.tag(), null);
	}

	private static NixlException stale(RemoteGrant grant, String peer, Operation operation) {
		return NixlError.STALE.exception(
				"The peer has withdrawn region '" + grant.name()
						+ "', or it belongs to a session that has ended; look it up again",
				peer, operation.tag(), null);
	}

	private static LocalRegion[] localRegions(DescriptorList list) {
		List<Region> regions = list.distinctRegions();
		LocalRegion[] result = new LocalRegion[regions.size()];
		for (int i = 0; i < result.length; i++) {
			result[i] = (LocalRegion) regions.get(i);
		}
		return result;
	}

	private static RemoteGrant[] grants(DescriptorList list) {
		List<Region> regions = list.distinctRegions();
		RemoteGrant[] result = new RemoteGrant[regions.size()];
		for (int i = 0; i < result.length; i++) {
			result[i] = (RemoteGrant) regions.get(i);
		}
		return result;
	}

	/**
	 * Holds all regions, so that none is freed, and no withdrawal answered, while bytes
	 * may move.
	 */
	void hold() {
		int heldLocal = 0;
		int heldRemote = 0;
		try {
			for (; heldLocal < this.localRegions.length; heldLocal++) {
				if (!this.localRegions[heldLocal].hold()) {
					throw closed(this.localRegions[heldLocal], peer(), this.operation);
				}
			}
			for (; heldRemote < this.grants.length; heldRemote++) {
				if (!this.grants[heldRemote].hold()) {
					throw stale(this.grants[heldRemote], peer(), this.operation);
				}
			}
		}
		catch (NixlException ex) {
			for (int i = 0; i < heldLocal; i++) {
				this.localRegions[i].unhold();
			}
			for (int i = 0; i < heldRemote; i++) {
				this.grants[i].unhold();
			}
			throw ex;
		}
	}

	void unholdLocal() {
		for (LocalRegion region : this.localRegions) {
			region.unhold();
		}
	}

	void unholdRemote() {
		for (RemoteGrant grant : this.grants) {
			grant.unhold();
		}
	}

	long nextRequestId() {
		return this.agent.nextRequestId();
	}

	DeadlineWatch deadlines() {
		return this.agent.deadlines();
	}

	AgentContext agent() {
		return this.agent;
	}

	Session session() {
		return this.session;
	}

	Route route() {
		return this.route;
	}

	String peer() {
		return this.session.engineId();
	}

	Operation operation() {
		return this.operation;
	}

	DescriptorList local() {
		return this.local;
	}

	DescriptorList remote() {
		return this.remote;
	}

	byte @Nullable [] notification() {
		return this.notification;
	}

	long timeoutNanos() {
		return this.timeoutNanos;
	}

}
