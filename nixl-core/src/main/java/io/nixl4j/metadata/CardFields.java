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

/**
 * Names of a card's fields on the wire.
 */
final class CardFields {

	static final String ENGINE_ID = "engine_id";

	static final String MEMORY_DESCRIPTORS = "memory_descriptors";

	static final String AGENT_NAME = "agent_name";

	static final String INCARNATION = "incarnation";

	static final String SESSION_ENDPOINT = "session_endpoint";

	static final String FEATURES = "features";

	static final String ROLES = "roles";

	static final String CAPACITY = "capacity";

	static final String MODEL = "model";

	static final String ZONE = "zone";

	static final String ADDRESS = "address";

	static final String LENGTH = "length";

	static final String MEMORY_TYPE = "memory_type";

	static final String DEVICE_ID = "device_id";

	static final String PERMISSIONS = "permissions";

	/** Bytes of the longest name above. */
	static final int LONGEST = MEMORY_DESCRIPTORS.length();

	private CardFields() {
	}

}
