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

package io.nixl4j.route.tcp;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.route.PeerLink;

/**
 * A peer without a session.
 */
abstract class UnlinkedPeer implements PeerLink {

	@Override
	public String engineId() {
		return "nobody";
	}

	@Override
	public Incarnation incarnation() {
		return new Incarnation(1, 2);
	}

	@Override
	public long sessionId() {
		return 0;
	}

	@Override
	public byte[] token() {
		return new byte[16];
	}

	@Override
	public boolean opener() {
		return false;
	}

	@Override
	public Optional<InetSocketAddress> address() {
		return Optional.empty();
	}

	@Override
	public Optional<PeerLink> opposite() {
		return Optional.empty();
	}

	@Override
	public CompletionStage<Void> fence(String route, int lane) {
		return new CompletableFuture<>();
	}

}
