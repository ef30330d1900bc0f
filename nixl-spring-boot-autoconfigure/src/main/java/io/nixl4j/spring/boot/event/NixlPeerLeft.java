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

package io.nixl4j.spring.boot.event;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * The session with a peer has ended. {@link NixlPeer#drained()} says when nothing of it
 * can touch the agent's memory any more.
 */
public final class NixlPeerLeft extends NixlPeerEvent {

	private static final long serialVersionUID = 1L;

	private final NixlException cause;

	NixlPeerLeft(NixlAgent agent, String agentName, NixlPeer peer, @Nullable String route, NixlException cause) {
		super(agent, agentName, peer, route, String.valueOf(cause.getMessage()));
		this.cause = cause;
	}

	/**
	 * Returns why the session ended.
	 * @return the cause
	 */
	public NixlException getCause() {
		return this.cause;
	}

}
