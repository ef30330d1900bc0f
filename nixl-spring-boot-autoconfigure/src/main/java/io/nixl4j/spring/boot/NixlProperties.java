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

package io.nixl4j.spring.boot;

import java.time.Duration;
import java.util.Map;

import io.nixl4j.CompletionMode;
import io.nixl4j.TlsOptions.ClientAuthentication;
import io.nixl4j.TlsOptions.PeerIdentity;
import io.nixl4j.TlsOptions.Provider;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What is configured below {@code data-plane.nixl}.
 *
 * @param enabled Whether to create agents.
 * @param agentName Name of the agent. By default it is the application's name with a
 * random suffix.
 * @param engineId Serving engine that the agent belongs to, which is what peers connect
 * to. By default it is the agent's name.
 * @param namespace First part of the keys in a metadata store that several processes
 * share.
 * @param rdmaInterface Network device (ib0), RDMA device (mlx5_0) or port (mlx5_0:1) to
 * use for RDMA. By default all active devices are used.
 * @param transport Routes that transfers may take.
 * @param fallback Route to take when no native route to a peer works.
 * @param peers Addresses (host:port) of engines that no metadata store knows, by engine
 * id.
 * @param zone Data centre or the like that the agents are in. Between agents of different
 * zones transfers go over sockets only; an agent without a zone is in every zone.
 * @param tcp How to listen and how to treat sockets.
 * @param timeouts How long to wait.
 * @param tuning Trade-offs between speed and what it costs.
 * @param metadata Where agents publish what they have.
 */
@ConfigurationProperties("data-plane.nixl")
record NixlProperties(@DefaultValue("true") boolean enabled, @Nullable String agentName, @Nullable String engineId,
		@DefaultValue("default") String namespace, @Nullable String rdmaInterface,
		@DefaultValue("auto") Transport transport, @DefaultValue("tcp") Fallback fallback,
		@DefaultValue Map<String, String> peers, @Nullable String zone, @DefaultValue Tcp tcp,
		@DefaultValue Timeouts timeouts, @DefaultValue Tuning tuning, @DefaultValue Metadata metadata) {

	/** What all keys begin with. */
	static final String PREFIX = "data-plane.nixl";

	/**
	 * Sets of routes.
	 */
	enum Transport {

		/** All routes that are there, the best one first. */
		AUTO,

		/** RDMA and GPU routes, which need the native module. */
		NATIVE,

		/** Sockets only. */
		TCP

	}

	/**
	 * What to do without native routes.
	 */
	enum Fallback {

		/** Sockets. */
		TCP,

		/** Nothing: it is an error. */
		NONE

	}

	/**
	 * Sockets.
	 *
	 * @param bindAddress Address to listen on. Others than loopback addresses can be
	 * reached from other hosts and want a secret.
	 * @param port Port to listen on, 0 for a free one.
	 * @param advertisedHost Host that peers are told to connect to. By default it is the
	 * bind address.
	 * @param connectionsPerPeer Number of connections that carry the transfers of one
	 * peer.
	 * @param secret Secret by which agents prove themselves to each other. Without it
	 * only peers on the same host are accepted.
	 * @param checksum Whether to protect the transferred bytes by checksums.
	 * @param maxFrameSize Longest piece in which bytes are sent, 64KB to 1MB.
	 * @param sendBuffer Send buffer of each socket, 0B leaves it to the system.
	 * @param receiveBuffer Receive buffer of each socket, 0B leaves it to the system.
	 * @param stagingMemory Memory of the host by which sockets reach that of GPUs, 1MB to
	 * 1GB. It is allocated when the first such transfer needs it.
	 * @param ssl Encryption of all connections.
	 * @param limits What peers and strangers may cost.
	 */
	record Tcp(@DefaultValue("127.0.0.1") String bindAddress, @DefaultValue("0") int port,
			@Nullable String advertisedHost, @DefaultValue("4") int connectionsPerPeer, @Nullable String secret,
			@DefaultValue("false") boolean checksum, @DefaultValue("1MB") DataSize maxFrameSize,
			@DefaultValue("0B") DataSize sendBuffer, @DefaultValue("0B") DataSize receiveBuffer,
			@DefaultValue("64MB") DataSize stagingMemory, @DefaultValue Ssl ssl, @DefaultValue Limits limits) {

		@Override
		public String toString() {
			return "Tcp[" + this.bindAddress + ":" + this.port + ", " + ((this.secret != null) ? "secret" : "no secret")
					+ "]";
		}

	}

	/**
	 * TLS.
	 *
	 * @param bundle SSL bundle with this agent's key and with whom it trusts. Without it
	 * connections are not encrypted.
	 * @param clientAuth Whether those who connect must show a certificate.
	 * @param peerIdentity What ties a peer's engine id to its certificate.
	 * @param provider Implementation of TLS.
	 */
	record Ssl(@Nullable String bundle, @DefaultValue("need") ClientAuthentication clientAuth,
			@DefaultValue("engine-id") PeerIdentity peerIdentity, @DefaultValue("auto") Provider provider) {

	}

	/**
	 * Limits.
	 *
	 * @param connections Accepted connections at once, of all peers.
	 * @param lanes Accepted connections at once that carry the transfers of one peer.
	 * @param handshakes Handshakes under way at once. One more costs the oldest its
	 * place.
	 * @param handshakesPerAddress Handshakes of one remote address under way at once.
	 * @param frameTime Time that a frame may take beside what its bytes take at the least
	 * rate, and a peer to take any of the bytes that wait for it.
	 * @param frameRate Least rate of a frame that has begun, in a second.
	 * @param requests Writes of one peer that may be under way to this agent.
	 * @param answers Answers that may wait on a connection because the peer does not
	 * read.
	 */
	record Limits(@DefaultValue("4096") int connections, @DefaultValue("128") int lanes,
			@DefaultValue("256") int handshakes, @DefaultValue("64") int handshakesPerAddress,
			@DefaultValue("30s") Duration frameTime, @DefaultValue("4KB") DataSize frameRate,
			@DefaultValue("16384") int requests, @DefaultValue("8MB") DataSize answers) {
	}

	/**
	 * Time-outs.
	 *
	 * @param transfer How long a transfer may take unless it says otherwise.
	 * @param connect How long to try to reach a peer or a metadata store.
	 * @param handshake How long a new connection may take to prove who it is.
	 * @param drain How long a stopping agent waits for transfers in flight.
	 * @param regionClose How long to wait for the proof that nothing touches a closed
	 * region any more, before it is listed as quarantined.
	 * @param peer How long a peer may be silent before it is lost.
	 */
	record Timeouts(@DefaultValue("30s") Duration transfer, @DefaultValue("5s") Duration connect,
			@DefaultValue("5s") Duration handshake, @DefaultValue("10s") Duration drain,
			@DefaultValue("30s") Duration regionClose, @DefaultValue("10s") Duration peer) {
	}

	/**
	 * Tuning.
	 *
	 * @param queueDepth Number of requests that may be in flight to one peer on one
	 * route. Eight times as many may wait, further ones are refused.
	 * @param completionMode How to wait for transfers and peers.
	 * @param mtu Longest packet of RDMA routes in bytes. Sockets take what the network
	 * has.
	 */
	record Tuning(@DefaultValue("128") int queueDepth, @DefaultValue("polling") CompletionMode completionMode,
			@DefaultValue("4096") int mtu) {
	}

	/**
	 * Metadata.
	 *
	 * @param store Store in which agents publish what they have and look up their peers.
	 */
	record Metadata(@DefaultValue("auto") Store store) {

		/**
		 * Kinds of stores.
		 */
		enum Store {

			/** Etcd where there is a connection to it, otherwise this process. */
			AUTO,

			/** A store inside this process. */
			MEMORY,

			/** A store in etcd. */
			ETCD

		}

	}

}
