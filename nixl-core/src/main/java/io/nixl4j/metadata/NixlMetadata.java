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

package io.nixl4j.metadata;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.nixl4j.memory.Incarnation;
import org.jspecify.annotations.Nullable;

/**
 * The card of an agent: what its engine publishes in a {@link NixlMetadataStore} and what
 * peers need to reach it. Each text has at most 1,024 bytes in UTF-8, is not empty and
 * holds no control characters; the whole card has at most
 * {@link NixlMetadataCodec#MAX_CARD_BYTES} bytes when encoded.
 *
 * @param engineId the serving engine, key of the card; has no {@code /}
 * @param memoryDescriptors the listed regions by name, unmodifiable, in the order of the
 * names' UTF-8 bytes
 * @param agentName the agent that owns the regions
 * @param additions what our agents say beyond that; Python peers neither write nor need
 * it
 */
public record NixlMetadata(String engineId, Map<String, MemoryDescriptor> memoryDescriptors, String agentName,
		Additions additions) {

	/**
	 * Checks and copies.
	 * @throws IllegalArgumentException if an id or name breaks the rules above; the
	 * message says which
	 */
	public NixlMetadata {
		CardText.checkId("The engine id", engineId);
		CardText.checkNotEmpty("The agent name", agentName);
		Objects.requireNonNull(additions, "additions");
		memoryDescriptors = CardText.checkKeys("A region's name", memoryDescriptors);
		memoryDescriptors.values().forEach((descriptor) -> Objects.requireNonNull(descriptor, "descriptor"));
	}

	/**
	 * A card without additions.
	 * @param engineId the serving engine
	 * @param memoryDescriptors the listed regions by name
	 * @param agentName the agent that owns the regions
	 */
	public NixlMetadata(String engineId, Map<String, MemoryDescriptor> memoryDescriptors, String agentName) {
		this(engineId, memoryDescriptors, agentName, Additions.none());
	}

	/**
	 * The order in which stores list cards.
	 * @return compares the UTF-8 bytes of the engine ids
	 */
	public static Comparator<NixlMetadata> byEngineId() {
		return Comparator.comparing(NixlMetadata::engineId, CardText.ORDER);
	}

	/**
	 * Checks an engine id before there is a card.
	 * @param engineId the id
	 * @return the id
	 * @throws IllegalArgumentException if it is empty, too long, or has a {@code /} or
	 * control characters
	 */
	public static String checkEngineId(String engineId) {
		return CardText.checkId("The engine id", engineId);
	}

	/**
	 * Checks a session endpoint before there is a card.
	 * @param endpoint {@code host:port}, an IPv6 host in brackets
	 * @return the endpoint
	 * @throws IllegalArgumentException if it is something else
	 */
	public static String checkSessionEndpoint(String endpoint) {
		return SessionEndpoints.check(endpoint);
	}

	/**
	 * This card with other regions.
	 * @param memoryDescriptors the listed regions by name
	 * @return a new card
	 */
	public NixlMetadata withMemoryDescriptors(Map<String, MemoryDescriptor> memoryDescriptors) {
		return new NixlMetadata(this.engineId, memoryDescriptors, this.agentName, this.additions);
	}

	/**
	 * This card with other additions.
	 * @param additions the additions
	 * @return a new card
	 */
	public NixlMetadata withAdditions(Additions additions) {
		return new NixlMetadata(this.engineId, this.memoryDescriptors, this.agentName, additions);
	}

	/**
	 * Optional parts of a card. What is absent ({@code null} or empty) is not encoded.
	 * Lists and the map have at most 256 entries.
	 *
	 * @param incarnation which start of the agent wrote the card
	 * @param sessionEndpoint {@code host:port} where the agent accepts sessions, an IPv6
	 * host in brackets
	 * @param features what the agent can do, in the order given
	 * @param roles what the agent serves as, such as {@code prefill} or {@code decode},
	 * in the order given
	 * @param capacity figures such as free blocks, none negative, in the order of the
	 * names' UTF-8 bytes
	 * @param model the model that the engine serves
	 * @param zone data centre or the like
	 */
	public record Additions(@Nullable Incarnation incarnation, @Nullable String sessionEndpoint, List<String> features,
			List<String> roles, Map<String, Long> capacity, @Nullable String model, @Nullable String zone) {

		private static final Additions NONE = new Additions(null, null, List.of(), List.of(), Map.of(), null, null);

		/**
		 * Checks and copies.
		 * @throws IllegalArgumentException if a part breaks the rules above; the message
		 * says which
		 */
		public Additions {
			if (sessionEndpoint != null) {
				SessionEndpoints.check(sessionEndpoint);
			}
			features = CardText.checkAll("The list of features", features);
			roles = CardText.checkAll("The list of roles", roles);
			if (capacity.size() > CardText.MAX_ENTRIES) {
				throw new IllegalArgumentException("The capacity has more than " + CardText.MAX_ENTRIES + " entries");
			}
			capacity = CardText.checkKeys("A name in the capacity", capacity);
			capacity.forEach((name, figure) -> {
				if (figure < 0) {
					throw new IllegalArgumentException("The capacity '" + name + "' is negative: " + figure);
				}
			});
			if (model != null) {
				CardText.checkNotEmpty("The model", model);
			}
			if (zone != null) {
				CardText.checkNotEmpty("The zone", zone);
			}
		}

		/**
		 * No additions.
		 * @return additions of which every part is absent
		 */
		public static Additions none() {
			return NONE;
		}

		/**
		 * These additions with another incarnation.
		 * @param incarnation which start of the agent writes the card
		 * @return new additions
		 */
		public Additions withIncarnation(@Nullable Incarnation incarnation) {
			return new Additions(incarnation, this.sessionEndpoint, this.features, this.roles, this.capacity,
					this.model, this.zone);
		}

		/**
		 * These additions with another session endpoint.
		 * @param sessionEndpoint {@code host:port}
		 * @return new additions
		 */
		public Additions withSessionEndpoint(@Nullable String sessionEndpoint) {
			return new Additions(this.incarnation, sessionEndpoint, this.features, this.roles, this.capacity,
					this.model, this.zone);
		}

		/**
		 * These additions with other features.
		 * @param features what the agent can do
		 * @return new additions
		 */
		public Additions withFeatures(List<String> features) {
			return new Additions(this.incarnation, this.sessionEndpoint, features, this.roles, this.capacity,
					this.model, this.zone);
		}

		/**
		 * These additions with other roles.
		 * @param roles what the agent serves as
		 * @return new additions
		 */
		public Additions withRoles(List<String> roles) {
			return new Additions(this.incarnation, this.sessionEndpoint, this.features, roles, this.capacity,
					this.model, this.zone);
		}

		/**
		 * These additions with another capacity.
		 * @param capacity figures by name
		 * @return new additions
		 */
		public Additions withCapacity(Map<String, Long> capacity) {
			return new Additions(this.incarnation, this.sessionEndpoint, this.features, this.roles, capacity,
					this.model, this.zone);
		}

		/**
		 * These additions with another model.
		 * @param model the model that the engine serves
		 * @return new additions
		 */
		public Additions withModel(@Nullable String model) {
			return new Additions(this.incarnation, this.sessionEndpoint, this.features, this.roles, this.capacity,
					model, this.zone);
		}

		/**
		 * These additions with another zone.
		 * @param zone data centre or the like
		 * @return new additions
		 */
		public Additions withZone(@Nullable String zone) {
			return new Additions(this.incarnation, this.sessionEndpoint, this.features, this.roles, this.capacity,
					this.model, zone);
		}

	}

}
