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

package io.nixl4j.route;

import java.util.Set;

import io.nixl4j.memory.MemoryType;

/**
 * What a kind of route promises, declared once by its provider.
 *
 * @param memory the memory types that it reaches at both ends, directly or by staging
 * @param read how it reads
 * @param enforcement who checks range and permission of each access
 * @param stopProof what proves that an attempt has stopped at the peer
 * @param driver who makes progress
 * @param maxBytes the most bytes of one request
 */
public record RouteTraits(Set<MemoryType> memory, ReadKind read, Enforcement enforcement, StopProof stopProof,
		ProgressDriver driver, long maxBytes) {

	public RouteTraits {
		memory = Set.copyOf(memory);
	}

	/**
	 * How a route reads.
	 */
	public enum ReadKind {

		/**
		 * The wire or the memory has a read of its own.
		 */
		NATIVE,

		/**
		 * Built from messages, as fast as a write.
		 */
		EMULATED,

		/**
		 * The target is asked to write.
		 */
		BY_TARGET

	}

	/**
	 * Who checks range and permission.
	 */
	public enum Enforcement {

		/**
		 * The target checks each access.
		 */
		TARGET,

		/**
		 * Hardware checks keys of whole allocations, little more.
		 */
		HARDWARE

	}

	/**
	 * What proves that no byte of an attempt can land any more.
	 */
	public enum StopProof {

		/**
		 * The copying thread returned.
		 */
		COPY_RETURNED,

		/**
		 * The target acknowledged, in order behind the attempt's last byte, or fenced.
		 */
		TARGET_ACKNOWLEDGED,

		/**
		 * An event of the device completed.
		 */
		DEVICE_EVENT

	}

	/**
	 * Who makes progress.
	 */
	public enum ProgressDriver {

		/**
		 * Threads of the route.
		 */
		ROUTE,

		/**
		 * The caller, while it waits, and threads of the route otherwise.
		 */
		CALLER

	}

}
