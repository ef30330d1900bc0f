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

package io.nixl4j.sample.web;

import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/**
 * What is told to a client whose request cannot be served.
 */
final class ApiException extends RuntimeException {

	private static final long serialVersionUID = 1;

	private final HttpStatus status;

	private final String code;

	private final @Nullable String param;

	private ApiException(HttpStatus status, String code, @Nullable String param, String message,
			@Nullable Throwable cause) {
		super(message, cause);
		this.status = status;
		this.code = code;
		this.param = param;
	}

	/**
	 * The request is wrong.
	 * @param param what is wrong in it
	 * @param code the kind of mistake
	 * @param message what to do
	 * @return the exception
	 */
	static ApiException badRequest(@Nullable String param, String code, String message) {
		return new ApiException(HttpStatus.BAD_REQUEST, code, param, message, null);
	}

	static ApiException unknownModel(String name, String known) {
		return new ApiException(HttpStatus.NOT_FOUND, "model_not_found", "model",
				"There is no model '" + name + "' here, but '" + known + "'", null);
	}

	/**
	 * The router or a worker could not serve the request.
	 * @param failure why
	 * @return the exception
	 */
	static ApiException of(NixlException failure) {
		HttpStatus status = switch (failure.error()) {
			case OUT_OF_RANGE, EMPTY -> HttpStatus.BAD_REQUEST;
			case BUSY -> HttpStatus.TOO_MANY_REQUESTS;
			case TIMED_OUT, INDETERMINATE -> HttpStatus.GATEWAY_TIMEOUT;
			case UNKNOWN_PEER, PEER_LOST, METADATA_NOT_FOUND, NOT_READY, CLOSED, STALE, CANCELLED ->
				HttpStatus.SERVICE_UNAVAILABLE;
			default -> HttpStatus.INTERNAL_SERVER_ERROR;
		};
		return new ApiException(status, failure.error().code(), null, String.valueOf(failure.getMessage()), failure);
	}

	/**
	 * Something happened that nobody thought of.
	 * @param cause what
	 * @return the exception, which tells nothing of it
	 */
	static ApiException internal(Throwable cause) {
		return new ApiException(HttpStatus.INTERNAL_SERVER_ERROR, "internal", null,
				"The server has failed; its log says why", cause);
	}

	HttpStatus status() {
		return this.status;
	}

	ApiError body() {
		return ApiError.of(this.status, this.code, this.param, String.valueOf(getMessage()));
	}

}
