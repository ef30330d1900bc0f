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

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatusCode;

/**
 * The body of an answer that is a failure, in OpenAI's form.
 *
 * @param error what went wrong
 */
record ApiError(Details error) {

	static ApiError of(HttpStatusCode status, @Nullable String code, @Nullable String param, String message) {
		String type = switch (status.value()) {
			case 429 -> "rate_limit_error";
			default -> status.is4xxClientError() ? "invalid_request_error" : "server_error";
		};
		return new ApiError(new Details(message, type, param, code));
	}

	/**
	 * What went wrong.
	 *
	 * @param message what happened and what to do
	 * @param type whose fault it is
	 * @param param what of the request is wrong
	 * @param code the error as programs know it
	 */
	record Details(String message, String type, @Nullable String param, @Nullable String code) {
	}

}
