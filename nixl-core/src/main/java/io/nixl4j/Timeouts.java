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

import java.time.Duration;

/**
 * How long an agent waits.
 *
 * @param transfer for the result of a transfer that names no time-out of its own
 * @param connect for a peer to be connected
 * @param handshake for a handshake that a peer began
 * @param drain for transfers in flight when the agent stops
 * @param regionClose for the proof that nobody uses a region that is closed; what is not
 * proved then stays allocated and is listed as quarantined
 * @param peer for a peer that is silent: after a half of it another connection is tried,
 * then the peer is lost
 */
public record Timeouts(Duration transfer, Duration connect, Duration handshake, Duration drain, Duration regionClose,
		Duration peer) {

	public Timeouts {
		positive(transfer, "transfer");
		positive(connect, "connect");
		positive(handshake, "handshake");
		positive(regionClose, "region-close");
		positive(peer, "peer");
		if (drain.isNegative()) {
			throw new IllegalArgumentException("drain must not be negative");
		}
	}

	private static void positive(Duration duration, String name) {
		if (duration.isNegative() || duration.isZero()) {
			throw new IllegalArgumentException(name + " must be longer than zero");
		}
	}

	/**
	 * Returns the defaults.
	 * @return 30 s, 5 s, 5 s, 10 s, 30 s and 10 s
	 */
	public static Timeouts defaults() {
		return new Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(5),
				Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(10));
	}

	/**
	 * Returns these time-outs with another one for transfers.
	 * @param other how long transfers may take
	 * @return the time-outs
	 */
	public Timeouts withTransfer(Duration other) {
		return new Timeouts(other, this.connect, this.handshake, this.drain, this.regionClose, this.peer);
	}

	/**
	 * Returns these time-outs with another one for connecting.
	 * @param other how long connecting may take
	 * @return the time-outs
	 */
	public Timeouts withConnect(Duration other) {
		return new Timeouts(this.transfer, other, this.handshake, this.drain, this.regionClose, this.peer);
	}

	/**
	 * Returns these time-outs with another one for draining.
	 * @param other how long a stop waits for transfers
	 * @return the time-outs
	 */
	public Timeouts withDrain(Duration other) {
		return new Timeouts(this.transfer, this.connect, this.handshake, other, this.regionClose, this.peer);
	}

	/**
	 * Returns these time-outs with another one for closing regions.
	 * @param other how long to wait for the proof
	 * @return the time-outs
	 */
	public Timeouts withRegionClose(Duration other) {
		return new Timeouts(this.transfer, this.connect, this.handshake, this.drain, other, this.peer);
	}

	/**
	 * Returns these time-outs with another one for silent peers.
	 * @param other after which silence a peer is lost
	 * @return the time-outs
	 */
	public Timeouts withPeer(Duration other) {
		return new Timeouts(this.transfer, this.connect, this.handshake, this.drain, this.regionClose, other);
	}

}
