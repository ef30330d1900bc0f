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

import java.io.Serial;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;

/**
 * A store has no card of an engine: the engine never published one, withdrew it, or is
 * gone.
 */
public final class NixlMetadataNotFoundException extends NixlException {

	@Serial
	private static final long serialVersionUID = 1L;

	/**
	 * Says that there is no card of an engine.
	 * @param engineId the engine, which is also the exception's peer
	 */
	public NixlMetadataNotFoundException(String engineId) {
		super(NixlError.METADATA_NOT_FOUND, "metadata not found for engine " + engineId, engineId, "get metadata",
				null);
	}

}
