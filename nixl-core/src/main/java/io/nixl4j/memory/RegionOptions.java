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

package io.nixl4j.memory;

import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * How memory is registered. Immutable.
 *
 * @param name the name by which peers ask for the region, unique in its agent; empty for
 * none. At most 256 characters, none of them a control character
 * @param type where the memory lies
 * @param deviceId the device that holds it, 0 or more
 * @param permissions what peers may do with it
 * @param trust which routes may carry it; {@code null} for what the permissions suggest
 * @param listed whether a named region is part of the published metadata
 * @param grantTo the engine ids it is granted to; empty for every peer whose session is
 * accepted
 */
public record RegionOptions(String name, MemoryType type, long deviceId, Permissions permissions, @Nullable Trust trust,
		boolean listed, Set<String> grantTo) {

	private static final int MAX_NAME_LENGTH = 256;

	public RegionOptions {
		Objects.requireNonNull(name, "name");
		Objects.requireNonNull(type, "type");
		Objects.requireNonNull(permissions, "permissions");
		grantTo = Set.copyOf(grantTo);
		if (name.length() > MAX_NAME_LENGTH || name.chars().anyMatch(Character::isISOControl)) {
			throw NixlError.OUT_OF_RANGE.exception(
					"A region's name has at most " + MAX_NAME_LENGTH + " characters, none of them a control character");
		}
		if (deviceId < 0) {
			throw NixlError.OUT_OF_RANGE.exception("The device id must be 0 or more, it is " + deviceId);
		}
	}

	/**
	 * Options for DRAM that peers may read and write, listed, granted to every peer.
	 * @param name the name, or the empty string for none
	 * @return the options
	 */
	public static RegionOptions of(String name) {
		return new RegionOptions(name, MemoryType.DRAM, 0, Permissions.READ_WRITE, null, true, Set.of());
	}

	/**
	 * Returns which routes may carry the region.
	 * @return what was chosen; otherwise {@link Trust#TRUSTED} for read and write,
	 * {@link Trust#CHECKED} for everything less
	 */
	public Trust trust() {
		if (this.trust != null) {
			return this.trust;
		}
		return (this.permissions == Permissions.READ_WRITE) ? Trust.TRUSTED : Trust.CHECKED;
	}

	/**
	 * Returns these options with another name.
	 * @param name the name, or the empty string for none
	 * @return the new options
	 */
	public RegionOptions withName(String name) {
		return new RegionOptions(name, this.type, this.deviceId, this.permissions, this.trust, this.listed,
				this.grantTo);
	}

	/**
	 * Returns these options with another type of memory.
	 * @param type where the memory lies
	 * @return the new options
	 */
	public RegionOptions withType(MemoryType type) {
		return new RegionOptions(this.name, type, this.deviceId, this.permissions, this.trust, this.listed,
				this.grantTo);
	}

	/**
	 * Returns these options with another device.
	 * @param deviceId the device id, 0 or more
	 * @return the new options
	 */
	public RegionOptions withDeviceId(long deviceId) {
		return new RegionOptions(this.name, this.type, deviceId, this.permissions, this.trust, this.listed,
				this.grantTo);
	}

	/**
	 * Returns these options with other permissions.
	 * @param permissions what peers may do
	 * @return the new options
	 */
	public RegionOptions withPermissions(Permissions permissions) {
		return new RegionOptions(this.name, this.type, this.deviceId, permissions, this.trust, this.listed,
				this.grantTo);
	}

	/**
	 * Returns these options with a choice of trust.
	 * @param trust which routes may carry the region
	 * @return the new options
	 */
	public RegionOptions withTrust(Trust trust) {
		return new RegionOptions(this.name, this.type, this.deviceId, this.permissions, trust, this.listed,
				this.grantTo);
	}

	/**
	 * Returns these options with a choice of being published.
	 * @param listed whether a named region is part of the published metadata
	 * @return the new options
	 */
	public RegionOptions withListed(boolean listed) {
		return new RegionOptions(this.name, this.type, this.deviceId, this.permissions, this.trust, listed,
				this.grantTo);
	}

	/**
	 * Returns these options for some peers only.
	 * @param engineIds the engine ids to grant the region to; empty for every peer
	 * @return the new options
	 */
	public RegionOptions withGrantTo(Set<String> engineIds) {
		return new RegionOptions(this.name, this.type, this.deviceId, this.permissions, this.trust, this.listed,
				engineIds);
	}

	/**
	 * Who stands between a peer that was granted a region and its bytes.
	 */
	public enum Trust {

		/**
		 * Only routes on which this agent checks each access carry the region.
		 */
		CHECKED,

		/**
		 * Any route carries it. Hardware checks little: a grantee may reach the whole
		 * allocation, both ways.
		 */
		TRUSTED

	}

}
