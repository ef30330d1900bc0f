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

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.RemoteRegion;
import io.nixl4j.route.Operation;
import io.nixl4j.route.RemoteGrant;
import io.nixl4j.route.Route;
import io.nixl4j.session.Delivery;
import io.nixl4j.session.Session;

/**
 * A peer as users see it: a view of its session.
 */
final class DefaultPeer implements NixlPeer {

	private final AgentContext agent;

	private final Session session;

	DefaultPeer(AgentContext agent, Session session) {
		this.agent = agent;
		this.session = session;
	}

	@Override
	public String engineId() {
		return this.session.engineId();
	}

	@Override
	public String agentName() {
		return this.session.peer().agentName();
	}

	@Override
	public Incarnation incarnation() {
		return this.session.incarnation();
	}

	@Override
	public boolean isConnected() {
		return this.session.isOpen();
	}

	@Override
	public boolean isListed() {
		return this.session.isListed();
	}

	@Override
	public boolean isAuthenticated() {
		return this.session.authenticated();
	}

	@Override
	public CompletableFuture<Void> drained() {
		// Users' stages must not run on the threads of routes.
		return this.session.drained().thenApplyAsync((nothing) -> nothing, this.agent.callbacks());
	}

	@Override
	public RemoteRegion region(String name) {
		RemoteGrant grant = this.session.region(name);
		if (grant == null) {
			this.session.cause().ifPresent((cause) -> {
				throw TransferPlan.ended(cause, engineId(), "region");
			});
			throw NixlError.PERMISSION.exception(
					"The peer grants no region '" + name + "'; it grants "
							+ this.session.regions().stream().map(RemoteGrant::name).sorted().toList(),
					engineId(), "region", null);
		}
		return grant;
	}

	@Override
	public Collection<RemoteRegion> regions() {
		return List.copyOf(this.session.regions());
	}

	@Override
	public List<RouteStatus> routes() {
		return this.session.routes().stream().map(DefaultPeer::status).toList();
	}

	private static RouteStatus status(Route route) {
		boolean usable = RouteChoice.isReady(route);
		return new RouteStatus(route.name(), usable, usable ? null : RouteChoice.reason(route), route.traits());
	}

	@Override
	public TransferBuilder write(DescriptorList local, DescriptorList remote) {
		return new DefaultTransferBuilder(this.agent, this.session, Operation.WRITE, local, remote);
	}

	@Override
	public TransferBuilder read(DescriptorList local, DescriptorList remote) {
		return new DefaultTransferBuilder(this.agent, this.session, Operation.READ, local, remote);
	}

	@Override
	public CompletableFuture<Void> notify(byte[] payload) {
		CompletableFuture<Void> delivered = new CompletableFuture<>();
		this.session.notify(Notification.checked(payload.clone()), new Delivery() {

			@Override
			public void delivered() {
				DefaultPeer.this.agent.complete(() -> delivered.complete(null));
			}

			@Override
			public void undelivered(NixlException cause) {
				DefaultPeer.this.agent.complete(() -> delivered.completeExceptionally(cause));
			}

		});
		return delivered;
	}

	@Override
	public void disconnect() {
		this.session.end(NixlError.PEER_LOST.exception("The session was ended at this end", engineId(), null, null));
	}

	@Override
	public String toString() {
		return "NixlPeer[" + engineId() + ", " + (isConnected() ? "connected" : "lost") + "]";
	}

}
