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

import java.time.Duration;

/**
 * What an agent's session layer lends to routes that use its port; they get it as a
 * resource of their context.
 *
 * @param loops the agent's event loops
 * @param client opens lanes
 * @param lanes expects lanes
 * @param settings what this agent brings to every handshake
 * @param lanesPerPeer how many lanes an opener opens to each peer
 * @param peerTimeout after which silence a peer is lost; a lane that is waited for is
 * given up after a half of it
 */
public record WireEndpoint(WireLoops loops, TcpClient client, LaneRegistry lanes, WireSettings settings,
		int lanesPerPeer, Duration peerTimeout) {

	/**
	 * Creates an endpoint with the default time-out for silent peers.
	 * @param loops the agent's event loops
	 * @param client opens lanes
	 * @param lanes expects lanes
	 * @param settings what this agent brings to every handshake
	 * @param lanesPerPeer how many lanes an opener opens to each peer
	 */
	public WireEndpoint(WireLoops loops, TcpClient client, LaneRegistry lanes, WireSettings settings,
			int lanesPerPeer) {
		this(loops, client, lanes, settings, lanesPerPeer, Duration.ofSeconds(10));
	}

}
