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

/**
 * What peers may do with a region. The agent that owns the region may do both always.
 */
public enum Permissions {

	/**
	 * Peers may READ.
	 */
	READ("R"),

	/**
	 * Peers may WRITE.
	 */
	WRITE("W"),

	/**
	 * Peers may READ and WRITE.
	 */
	READ_WRITE("RW");

	private final String code;

	Permissions(String code) {
		this.code = code;
	}

	/**
	 * Returns the code of the metadata format.
	 * @return {@code R}, {@code W} or {@code RW}
	 */
	public String code() {
		return this.code;
	}

	/**
	 * Returns whether peers may READ.
	 * @return {@code true} if they may
	 */
	public boolean allowsRead() {
		return this != WRITE;
	}

	/**
	 * Returns whether peers may WRITE.
	 * @return {@code true} if they may
	 */
	public boolean allowsWrite() {
		return this != READ;
	}

	/**
	 * Finds permissions by their code.
	 * @param code {@code R}, {@code W} or {@code RW}
	 * @return the permissions
	 * @throws NixlException {@link NixlError#PROTOCOL} for any other text
	 */
	public static Permissions ofCode(String code) {
		for (Permissions permissions : values()) {
			if (permissions.code.equals(code)) {
				return permissions;
			}
		}
		throw NixlError.PROTOCOL.exception("Permissions must be R, W or RW");
	}

}
