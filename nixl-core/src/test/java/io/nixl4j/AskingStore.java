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

import java.util.concurrent.CompletableFuture;

import io.nixl4j.metadata.ForwardingStore;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.Predecessors;
import org.jspecify.annotations.Nullable;

/**
 * A store that keeps whom an agent offers to ask about predecessors, and may be slow.
 */
final class AskingStore extends ForwardingStore {

	/** Before which no put goes on. */
	private final CompletableFuture<Void> begin;

	private volatile @Nullable Predecessors predecessors;

	AskingStore(CompletableFuture<Void> begin) {
		this.begin = begin;
	}

	AskingStore() {
		this(CompletableFuture.completedFuture(null));
	}

	Predecessors predecessors() {
		Predecessors given = this.predecessors;
		if (given == null) {
			throw new IllegalStateException("No agent has published");
		}
		return given;
	}

	@Override
	public CompletableFuture<Void> put(NixlMetadata metadata, Predecessors asked) {
		this.predecessors = asked;
		return this.begin.thenCompose((nothing) -> this.real.put(metadata, asked));
	}

}
