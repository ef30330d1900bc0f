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

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.nixl4j.memory.NixlError;

/**
 * A message of at most 64 KiB from a peer, by itself or behind the bytes of a WRITE.
 *
 * @param engineId the engine that sent it
 * @param payload the bytes
 */
public record Notification(String engineId, byte[] payload) {

	/** The longest payload in bytes. */
	public static final int MAX_PAYLOAD = 64 * 1_024;

	static byte[] checked(byte[] payload) {
		if (payload.length > MAX_PAYLOAD) {
			throw NixlError.OUT_OF_RANGE.exception("A notification of " + payload.length
					+ " bytes is over the limit of " + MAX_PAYLOAD + "; put the bytes into a region and name them",
					null, "notify", null);
		}
		return payload;
	}

	/**
	 * Returns the payload as text.
	 * @return the payload, decoded as UTF-8
	 */
	public String text() {
		return new String(this.payload, StandardCharsets.UTF_8);
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof Notification notification && this.engineId.equals(notification.engineId)
				&& Arrays.equals(this.payload, notification.payload);
	}

	@Override
	public int hashCode() {
		return 31 * this.engineId.hashCode() + Arrays.hashCode(this.payload);
	}

	@Override
	public String toString() {
		return "Notification[" + this.engineId + ", " + this.payload.length + " bytes]";
	}

}
