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

import java.io.Serial;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * An operation failed. The message says what to do about it; the subclasses, one for each
 * group of {@link NixlError errors}, are there to be caught. "Failed" says nothing about
 * whether bytes still move: memory is free after a transfer's release only.
 */
public class NixlException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final NixlError error;

	private final @Nullable String peer;

	private final @Nullable String operation;

	/**
	 * Creates an exception. {@link NixlError#exception} finds the subclass by the error.
	 * @param error what failed
	 * @param message what happened and what to do about it
	 * @param peer the engine id of the peer, if one is concerned
	 * @param operation the operation that failed, if there is one
	 * @param cause what caused it, if known
	 */
	protected NixlException(NixlError error, String message, @Nullable String peer, @Nullable String operation,
			@Nullable Throwable cause) {
		super(message, cause);
		this.error = Objects.requireNonNull(error, "error");
		this.peer = peer;
		this.operation = operation;
	}

	/**
	 * Returns what failed.
	 * @return the error
	 */
	public final NixlError error() {
		return this.error;
	}

	/**
	 * Returns which peer is concerned.
	 * @return the peer's engine id, if there is one
	 */
	public final Optional<String> peer() {
		return Optional.ofNullable(this.peer);
	}

	/**
	 * Returns which operation failed.
	 * @return the operation, if there is one
	 */
	public final Optional<String> operation() {
		return Optional.ofNullable(this.operation);
	}

}
