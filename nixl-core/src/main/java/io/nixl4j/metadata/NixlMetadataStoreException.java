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
import java.util.Objects;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * A store outside this process could not be used. Its {@link #problem()} says why, as far
 * as that can be known, so that whoever configures the store can be told which setting to
 * look at.
 */
public final class NixlMetadataStoreException extends NixlException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final Problem problem;

	/**
	 * Creates an exception.
	 * @param problem why the store could not be used
	 * @param message what happened and what to do about it
	 * @param engineId the engine whose card was asked for or put, if one was
	 * @param operation the operation that failed
	 * @param cause what caused it, if known
	 */
	public NixlMetadataStoreException(Problem problem, String message, @Nullable String engineId, String operation,
			@Nullable Throwable cause) {
		super((problem == Problem.UNREACHABLE) ? NixlError.TIMED_OUT : NixlError.BACKEND, message, engineId, operation,
				cause);
		this.problem = Objects.requireNonNull(problem, "problem");
	}

	/**
	 * Returns why the store could not be used.
	 * @return the problem
	 */
	public Problem problem() {
		return this.problem;
	}

	/**
	 * Why a store could not be used.
	 */
	public enum Problem {

		/** No endpoint answered in time. */
		UNREACHABLE,

		/** The two ends could not agree on TLS, or did not accept each other's keys. */
		TLS,

		/** The user is not known or the password is wrong. */
		AUTHENTICATION,

		/** The store wants a user, and none was given. */
		NO_USER,

		/** A user was given, and the store knows no users. */
		AUTHENTICATION_OFF,

		/** The user may not do this. */
		PERMISSION,

		/** The store has no room for more. */
		NO_SPACE,

		/** The store has no leader, so it can neither be read nor written. */
		NO_LEADER,

		/** Anything else; the message and the cause say what. */
		OTHER

	}

}
