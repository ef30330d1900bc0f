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

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.Quarantine;
import io.nixl4j.memory.RegionOptions;
import org.jspecify.annotations.Nullable;

/**
 * A process's named end of the data plane. It registers memory, publishes where it is,
 * and reads and writes the memory of peers.
 * <p>
 * The life of an agent: memory can be registered as soon as it exists; {@link #start()}
 * opens its sockets; {@link #publish()} lets peers in; {@link #withdraw()} and
 * {@link #stop()} undo that and keep the memory; after a new {@link #start()} it is
 * another incarnation, which peers connect to anew; {@link #close()} is final. Several
 * agents in one process are normal. All methods may be called from any thread.
 */
public interface NixlAgent extends AutoCloseable {

	/**
	 * Returns a builder with defaults.
	 * @return a new builder
	 */
	static NixlAgentBuilder builder() {
		return new NixlAgentBuilder();
	}

	/**
	 * Returns the agent's name.
	 * @return the name
	 */
	String name();

	/**
	 * Returns the engine that the agent belongs to: what peers connect to.
	 * @return the engine id
	 */
	String engineId();

	/**
	 * Returns the incarnation since the last start.
	 * @return the incarnation, or empty while the agent is stopped
	 */
	Optional<Incarnation> incarnation();

	/**
	 * Returns the port that the agent listens on.
	 * @return the port, or {@code -1} while it listens on none
	 */
	int port();

	/**
	 * Returns the names of the routes that this agent can use, the preferred one first.
	 * @return the names
	 */
	Collection<String> routes();

	/**
	 * Allocates and registers memory.
	 * @param name names the region for peers, unique in this agent; it is published
	 * @param bytes the length, more than zero
	 * @param type the memory type
	 * @param permissions what peers may do
	 * @return the region, open until it or the agent is closed
	 * @throws io.nixl4j.memory.NixlException if the name is taken, the type is not
	 * supported, or the published entry would become too large
	 */
	default MemoryRegion allocate(String name, long bytes, MemoryType type, Permissions permissions) {
		return allocate(bytes, RegionOptions.of(name).withType(type).withPermissions(permissions));
	}

	/**
	 * Allocates and registers memory.
	 * @param bytes the length, more than zero
	 * @param options name, type, permissions and who may use it
	 * @return the region, open until it or the agent is closed
	 */
	MemoryRegion allocate(long bytes, RegionOptions options);

	/**
	 * Registers memory that the caller owns. It may be freed only after the region's
	 * {@link MemoryRegion#closed()} has completed.
	 * @param memory a direct buffer; the region is what lies between its position and its
	 * limit
	 * @param options name, permissions and who may use it
	 * @return the region
	 */
	MemoryRegion register(ByteBuffer memory, RegionOptions options);

	/**
	 * Registers memory that the caller owns, by its address. The address must be valid
	 * for the whole length until the region's {@link MemoryRegion#closed()} has
	 * completed; a wrong one crashes the process. Memory of a device is registered by the
	 * device's own address, and the device is named in the options.
	 * @param address where the memory starts
	 * @param bytes its length, more than zero
	 * @param options name, type, device, permissions and who may use it
	 * @return the region
	 */
	MemoryRegion register(long address, long bytes, RegionOptions options);

	/**
	 * Returns the regions that were closed and whose memory is not free, because it is
	 * not proved that nobody touches it any more. Each is freed when its proof comes.
	 * @return what waits for longer than {@link Timeouts#regionClose()}; a copy
	 */
	List<Quarantine> quarantined();

	/**
	 * Opens sockets and routes as a new incarnation. Does nothing if started.
	 * @throws io.nixl4j.memory.NixlException if the port is in use or a route that must
	 * work does not; nothing is left open then
	 */
	void start();

	/**
	 * Lets peers in and publishes the agent's metadata. Does nothing if published. A
	 * store that takes longer than the connect time-out, because it cannot be reached or
	 * waits for the end of a lost predecessor's lease, goes on without the caller: that,
	 * and how it ends, is logged.
	 * @throws io.nixl4j.memory.NixlRefusedException if the engine id is that of another
	 * agent that is alive
	 */
	void publish();

	/**
	 * Changes the roles in the metadata. Like all changes of the metadata it is published
	 * if and when the agent is, at most once a second with all others of that time.
	 * @param roles what the agent serves as, such as {@code prefill} or {@code decode}
	 * @throws io.nixl4j.memory.NixlOutOfRangeException if the published entry would
	 * become too large
	 */
	void updateRoles(List<String> roles);

	/**
	 * Changes the model in the metadata, as {@link #updateRoles(List)} does the roles.
	 * @param model the model that the agent's engine serves, or {@code null} for none
	 */
	void updateModel(@Nullable String model);

	/**
	 * Changes the capacity in the metadata, as {@link #updateRoles(List)} does the roles.
	 * Figures may change at any rate: peers hear of the last ones.
	 * @param capacity figures by name, none negative, in place of all that were there
	 */
	void updateCapacity(Map<String, Long> capacity);

	/**
	 * Takes the metadata back and lets no new peers in; sessions and transfers go on.
	 */
	void withdraw();

	/**
	 * Withdraws, waits for transfers in flight as long as the drain time-out allows, ends
	 * all sessions and closes all sockets. Regions stay.
	 */
	void stop();

	/**
	 * Stops and closes all regions. Closing again does nothing.
	 */
	@Override
	void close();

	/**
	 * Returns this agent's metadata, to be given to a peer's {@link #connect(byte[])} by
	 * whatever way.
	 * @return MessagePack bytes as the metadata store holds them
	 */
	byte[] localMetadata();

	/**
	 * Connects to an engine, or returns the peer that is connected already. Looks in this
	 * process, in the configured peers, then in the metadata store.
	 * @param engineId the engine
	 * @return the peer, ready for transfers
	 * @throws io.nixl4j.memory.NixlException if there is no such engine, or it was taken
	 * off the store, whether there is a session with it or not; if it refuses, or is not
	 * ready within the connect time-out; as stale if another incarnation has this agent's
	 * engine id
	 */
	NixlPeer connect(String engineId);

	/**
	 * Connects without waiting.
	 * @param engineId the engine
	 * @return the peer; fails as {@link #connect(String)} does
	 */
	CompletableFuture<NixlPeer> connectAsync(String engineId);

	/**
	 * Connects to the agent whose {@link #localMetadata()} this is.
	 * @param metadata the bytes; they are checked
	 * @return the peer
	 */
	NixlPeer connect(byte[] metadata);

	/**
	 * Connects to the agent that listens at an address, whatever its engine id is.
	 * @param host the host
	 * @param port the port
	 * @return the peer
	 */
	NixlPeer connect(String host, int port);

	/**
	 * Returns a connected peer.
	 * @param engineId the peer's engine
	 * @return the peer, or empty if there is no session with it now
	 */
	Optional<NixlPeer> peer(String engineId);

	/**
	 * Returns all connected peers, whoever opened the session.
	 * @return the peers at this moment
	 */
	Collection<NixlPeer> peers();

	/**
	 * Hears of peers that join and leave, and of the routes to them. Those that are there
	 * are told of first.
	 * @param listener called as {@link PeerListener} says, until it is taken off, also
	 * after a new start; given twice it is called once
	 */
	void addPeerListener(PeerListener listener);

	/**
	 * Takes a peer listener off. It is not called any more, unless it is being called at
	 * this moment.
	 * @param listener the listener
	 */
	void removePeerListener(PeerListener listener);

	/**
	 * Sets what receives notifications from now on, instead of
	 * {@link #pollNotification(Duration)}. There is one at a time, and it is not replaced
	 * behind its back; what comes while there is none waits.
	 * @param handler called on the agent's callback executor, one notification after the
	 * other; {@code null} to take off the one that is there and go back to polling
	 * @throws io.nixl4j.memory.NixlRefusedException if there is another one
	 */
	void onNotification(@Nullable NotificationHandler handler);

	/**
	 * Takes the next notification.
	 * @param timeout how long to wait for one at most, zero to return at once
	 * @return the notification, or empty
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	Optional<Notification> pollNotification(Duration timeout) throws InterruptedException;

}
