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

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The memory of devices that one agent uses, by type. For the library's own packages.
 */
public final class DeviceMemories implements AutoCloseable {

	private final Map<MemoryType, DeviceMemory> open = new EnumMap<>(MemoryType.class);

	private final Map<MemoryType, NixlException> refused = new EnumMap<>(MemoryType.class);

	private DeviceMemories() {
	}

	/**
	 * No memory of devices.
	 * @return an empty set
	 */
	public static DeviceMemories none() {
		return new DeviceMemories();
	}

	/**
	 * Opens the memory of devices. Of several providers of a type the first that can be
	 * opened counts; one that cannot is remembered, and why.
	 * @param agentName the agent
	 * @param providers the providers
	 * @return what could be opened
	 */
	public static DeviceMemories open(String agentName, List<? extends DeviceMemoryProvider> providers) {
		DeviceMemories memories = new DeviceMemories();
		try {
			providers.forEach((provider) -> memories.open(agentName, provider));
			return memories;
		}
		catch (RuntimeException | Error ex) {
			try {
				memories.close();
			}
			catch (RuntimeException suppressed) {
				ex.addSuppressed(suppressed);
			}
			throw ex;
		}
	}

	private void open(String agentName, DeviceMemoryProvider provider) {
		MemoryType type = provider.type();
		if (type == MemoryType.DRAM) {
			throw new IllegalArgumentException("DRAM needs no provider");
		}
		if (!this.open.containsKey(type)) {
			try {
				this.open.put(type, provider.open(agentName));
			}
			catch (NixlException ex) {
				this.refused.put(type, ex);
			}
		}
	}

	/**
	 * Finds the memory of a type.
	 * @param type the type
	 * @return the memory, or empty if the agent has none
	 */
	public Optional<DeviceMemory> find(MemoryType type) {
		return Optional.ofNullable(this.open.get(type));
	}

	/**
	 * Returns the types that there are.
	 * @return the types, without DRAM
	 */
	public Set<MemoryType> types() {
		return Set.copyOf(this.open.keySet());
	}

	/**
	 * Returns why the memory of a type could not be opened.
	 * @param type the type
	 * @return the refusal of its provider, or {@code null} if there is no provider
	 */
	@Nullable NixlException refusal(MemoryType type) {
		return this.refused.get(type);
	}

	/** Closes each, whatever another one throws; the first exception is thrown then. */
	@Override
	public void close() {
		RuntimeException first = null;
		for (DeviceMemory memory : this.open.values()) {
			try {
				memory.close();
			}
			catch (RuntimeException ex) {
				if (first == null) {
					first = ex;
				}
				else {
					first.addSuppressed(ex);
				}
			}
		}
		if (first != null) {
			throw first;
		}
	}

}
