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

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Every way in which an operation of this library can fail.
 */
public enum NixlError {

	/**
	 * A range, count or length is negative, overflows or is not within its region.
	 */
	OUT_OF_RANGE,

	/**
	 * There is nothing to do: a length or a count is 0.
	 */
	EMPTY,

	/**
	 * The region's permissions or grants do not allow it.
	 */
	PERMISSION,

	/**
	 * Something was made for an incarnation, session or epoch that is over.
	 */
	STALE,

	/**
	 * The region is closed or closing.
	 */
	REGION_CLOSED,

	/**
	 * No such peer.
	 */
	UNKNOWN_PEER,

	/**
	 * The peer, or the connection to it, is gone.
	 */
	PEER_LOST,

	/**
	 * The deadline passed.
	 */
	TIMED_OUT,

	/**
	 * The caller cancelled it.
	 */
	CANCELLED,

	/**
	 * Whether bytes may still move could not be proved before the deadline.
	 */
	INDETERMINATE,

	/**
	 * Too much is in flight; later it may succeed.
	 */
	BUSY,

	/**
	 * The peer's application is not ready yet; later it may succeed.
	 */
	NOT_READY,

	/**
	 * The other side, or this agent's own rules, said no.
	 */
	REFUSED,

	/**
	 * Nothing that is loaded here can do it.
	 */
	UNSUPPORTED,

	/**
	 * Bytes from outside are not what the format says.
	 */
	PROTOCOL,

	/**
	 * A checksum does not match.
	 */
	CORRUPT,

	/**
	 * The operating system, a driver or a library failed.
	 */
	BACKEND,

	/**
	 * The agent is closed.
	 */
	CLOSED,

	/**
	 * No metadata for that engine.
	 */
	METADATA_NOT_FOUND,

	/**
	 * The address to listen on is taken.
	 */
	ADDRESS_IN_USE;

	private final String code = name().toLowerCase(Locale.ROOT).replace('_', '-');

	/**
	 * Returns the code that frames, metrics and endpoints use.
	 * @return the name in lower case with hyphens
	 */
	public String code() {
		return this.code;
	}

	/**
	 * Finds an error by its code.
	 * @param code the code, from anywhere
	 * @return the error, or {@link #BACKEND} if this version does not know the code
	 */
	public static NixlError ofCode(String code) {
		for (NixlError error : values()) {
			if (error.code.equals(code)) {
				return error;
			}
		}
		return BACKEND;
	}

	/**
	 * Makes the exception for this error.
	 * @param message what happened and what to do about it
	 * @return the exception, of the subclass that belongs to this error
	 */
	public NixlException exception(String message) {
		return exception(message, null, null, null);
	}

	/**
	 * Makes the exception for this error.
	 * @param message what happened and what to do about it
	 * @param peer the engine id of the peer, if one is concerned
	 * @param operation the operation that failed, if there is one
	 * @param cause what caused it, if known
	 * @return the exception, of the subclass that belongs to this error
	 */
	public NixlException exception(String message, @Nullable String peer, @Nullable String operation,
			@Nullable Throwable cause) {
		return switch (this) {
			case OUT_OF_RANGE, EMPTY -> new NixlOutOfRangeException(this, message, peer, operation, cause);
			case PERMISSION -> new NixlPermissionException(this, message, peer, operation, cause);
			case STALE -> new NixlStaleException(this, message, peer, operation, cause);
			case REGION_CLOSED -> new NixlRegionClosedException(this, message, peer, operation, cause);
			case UNKNOWN_PEER, PEER_LOST -> new NixlPeerLostException(this, message, peer, operation, cause);
			case TIMED_OUT -> new NixlTimeoutException(this, message, peer, operation, cause);
			case CANCELLED -> new NixlCancelledException(this, message, peer, operation, cause);
			case INDETERMINATE -> new NixlIndeterminateException(this, message, peer, operation, cause);
			case BUSY -> new NixlBusyException(this, message, peer, operation, cause);
			case NOT_READY -> new NixlNotReadyException(this, message, peer, operation, cause);
			case REFUSED -> new NixlRefusedException(this, message, peer, operation, cause);
			case UNSUPPORTED, PROTOCOL, CORRUPT, BACKEND, CLOSED, METADATA_NOT_FOUND, ADDRESS_IN_USE ->
				new NixlBackendException(this, message, peer, operation, cause);
		};
	}

}
