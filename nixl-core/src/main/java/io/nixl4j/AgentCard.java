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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.RegionTable;
import io.nixl4j.metadata.MemoryDescriptor;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataCodec;
import org.jspecify.annotations.Nullable;

/**
 * Makes the metadata of an agent from the regions that it has now.
 */
final class AgentCard {

	/** The longest host name there can be. */
	private static final int MAX_HOST = 253;

	private final AgentSettings settings;

	private final RegionTable regions;

	/** Written under this object's lock. */
	private volatile NixlMetadata.Additions additions;

	AgentCard(AgentSettings settings, RegionTable regions) {
		this.settings = settings;
		this.regions = regions;
		this.additions = settings.additions();
	}

	/**
	 * Changes what the metadata says beside regions, if that fits.
	 * @param routes the routes that the entry names
	 * @param change makes the new additions of those that are there
	 */
	synchronized void change(Collection<String> routes, UnaryOperator<NixlMetadata.Additions> change) {
		NixlMetadata.Additions changed = change.apply(this.additions);
		RuntimeException problem = problem(routes, changed);
		if (problem != null) {
			throw NixlError.OUT_OF_RANGE.exception("With this the agent's published entry could not be written ("
					+ problem.getMessage() + "); say less, or register regions unlisted", null, "publish", problem);
		}
		this.additions = changed;
	}

	/**
	 * Returns the metadata of an incarnation.
	 * @param runtime the incarnation
	 * @return the metadata
	 */
	NixlMetadata of(AgentRuntime runtime) {
		return with(this.additions.withIncarnation(runtime.identity().incarnation())
			.withFeatures(runtime.routeNames())
			.withSessionEndpoint(runtime.sockets().map(Sockets::advertised).orElse(null)));
	}

	/**
	 * Refuses regions that make the entry too large, with the longest endpoint, since the
	 * real one is not known before the start.
	 * @param routes the routes that the entry names
	 */
	void check(Collection<String> routes) {
		RuntimeException problem = problem(routes, this.additions);
		if (problem != null) {
			throw NixlError.OUT_OF_RANGE.exception("With this region the agent's published entry could not be written ("
					+ problem.getMessage() + "); register it unlisted", null, "register", problem);
		}
	}

	private @Nullable RuntimeException problem(Collection<String> routes, NixlMetadata.Additions tried) {
		try {
			NixlMetadataCodec.encode(with(tried.withIncarnation(Incarnation.random())
				.withFeatures(List.copyOf(routes))
				.withSessionEndpoint("h".repeat(MAX_HOST) + ":65535")));
			return null;
		}
		catch (NixlException | IllegalArgumentException ex) {
			return ex;
		}
	}

	private NixlMetadata with(NixlMetadata.Additions said) {
		Map<String, MemoryDescriptor> descriptors = new LinkedHashMap<>();
		for (LocalRegion region : this.regions.open()) {
			if (!region.name().isEmpty() && region.options().listed()) {
				descriptors.put(region.name(), new MemoryDescriptor(region.address(), region.length(), region.type(),
						region.deviceId(), region.permissions()));
			}
		}
		return new NixlMetadata(this.settings.engineId(), descriptors, this.settings.name(), said);
	}

}
