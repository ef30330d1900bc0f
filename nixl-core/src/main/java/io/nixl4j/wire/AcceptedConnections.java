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

package io.nixl4j.wire;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;

import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a port has accepted. Handshakes are bounded in all and for each address,
 * and one too many costs the oldest its place: those of real peers are over in no time,
 * so whoever connects and says nothing displaces only its like. Any thread may use it.
 */
final class AcceptedConnections {

	private final WireLimits limits;

	/** Connections in their handshake, in the order in which they came. */
	private final LinkedHashSet<ChannelConnection> pending = new LinkedHashSet<>();

	private final Map<InetAddress, LinkedHashSet<ChannelConnection>> byAddress = new HashMap<>();

	private int established;

	private boolean closing;

	AcceptedConnections(WireLimits limits) {
		this.limits = limits;
	}

	/**
	 * Counts a connection whose handshake begins.
	 * @return {@code false} if the port is closing
	 */
	boolean begin(ChannelConnection connection) {
		ChannelConnection displaced = null;
		String limit = "";
		synchronized (this) {
			if (this.closing) {
				return false;
			}
			LinkedHashSet<ChannelConnection> same = this.byAddress.computeIfAbsent(address(connection),
					(address) -> new LinkedHashSet<>());
			if (same.size() >= this.limits.maxPendingPerAddress()) {
				displaced = same.iterator().next();
				limit = this.limits.maxPendingPerAddress()
						+ " handshakes of one address are under way (tcp.limits.handshakes-per-address)";
			}
			else if (this.pending.size() >= this.limits.maxPendingHandshakes()) {
				displaced = this.pending.iterator().next();
				limit = this.limits.maxPendingHandshakes() + " handshakes are under way (tcp.limits.handshakes)";
			}
			this.pending.add(connection);
			same.add(connection);
			if (displaced != null) {
				remove(displaced);
			}
		}
		if (displaced != null) {
			displaced.closeHandshake(new WireException(NixlError.BUSY, limit + ", and this is the oldest", true, null));
		}
		return true;
	}

	/** A handshake has ended in whatever way. Harmless when repeated. */
	synchronized void ended(ChannelConnection connection) {
		remove(connection);
	}

	private void remove(ChannelConnection connection) {
		this.pending.remove(connection);
		InetAddress address = address(connection);
		LinkedHashSet<ChannelConnection> same = this.byAddress.get(address);
		if (same != null && same.remove(connection) && same.isEmpty()) {
			this.byAddress.remove(address);
		}
	}

	private static InetAddress address(ChannelConnection connection) {
		return connection.remoteAddress().getAddress();
	}

	/**
	 * Counts a connection whose handshake is about to succeed, until it is closed.
	 * @throws WireException {@code BUSY} if there are too many
	 */
	void establish(ChannelConnection connection) {
		synchronized (this) {
			if (this.established >= this.limits.maxConnections()) {
				throw new WireException(NixlError.BUSY, "this agent has " + this.established
						+ " connections, as many as it may (tcp.limits.connections)", true, null);
			}
			this.established++;
		}
		connection.closed().thenRun(this::closed);
	}

	private synchronized void closed() {
		this.established--;
	}

	/** How many handshakes are under way. */
	synchronized int handshakes() {
		return this.pending.size();
	}

	/** Lets no handshake begin any more, and ends those under way. */
	void close(@Nullable WireException cause) {
		LinkedHashSet<ChannelConnection> ending;
		synchronized (this) {
			this.closing = true;
			ending = new LinkedHashSet<>(this.pending);
		}
		ending.forEach((connection) -> connection.closeHandshake(cause));
	}

}
