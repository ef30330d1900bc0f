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

import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

import io.nixl4j.memory.NixlException;
import io.nixl4j.sample.ConditionalOnRole;
import io.nixl4j.sample.SampleRole;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.server.ResponseStatusException;

/**
 * Tells clients what went wrong.
 */
@RestControllerAdvice
@ConditionalOnWebApplication
@ConditionalOnRole(SampleRole.ROUTER)
class ApiErrors {

	private static final Logger logger = LoggerFactory.getLogger(ApiErrors.class);

	/** In seconds. An answer takes about as long. */
	private static final String RETRY_AFTER = "1";

	/**
	 * Finds out what to tell of a failure.
	 * @param failure from anywhere
	 * @return what a client may know of it
	 */
	static ApiException typed(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		if (cause instanceof ApiException known) {
			return known;
		}
		if (cause instanceof NixlException typed) {
			return ApiException.of(typed);
		}
		logger.error("A request has failed", cause);
		return ApiException.internal(cause);
	}

	@ExceptionHandler
	ResponseEntity<ApiError> failed(Throwable failure) {
		ApiException told = typed(failure);
		ResponseEntity.BodyBuilder answer = ResponseEntity.status(told.status());
		if (told.status() == HttpStatus.TOO_MANY_REQUESTS) {
			answer.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
		}
		return answer.contentType(MediaType.APPLICATION_JSON).body(told.body());
	}

	/**
	 * What Spring refuses: bodies that are no JSON or too large, wrong paths and methods.
	 */
	@ExceptionHandler
	ResponseEntity<ApiError> refused(ResponseStatusException refusal) {
		HttpStatusCode status = refusal.getStatusCode();
		JacksonException wrong = wrongJson(refusal);
		ApiError body = (wrong != null) ? ApiError.of(status, "invalid_json", path(wrong), wrong.getOriginalMessage())
				: ApiError.of(status, null, null, message(refusal));
		return ResponseEntity.status(status)
			.headers(refusal.getHeaders())
			.contentType(MediaType.APPLICATION_JSON)
			.body(body);
	}

	private static String message(ResponseStatusException refusal) {
		String detail = refusal.getBody().getDetail();
		HttpStatus status = HttpStatus.resolve(refusal.getStatusCode().value());
		return (detail != null) ? detail : (status != null) ? status.getReasonPhrase() : "Refused";
	}

	private static @Nullable JacksonException wrongJson(Throwable refusal) {
		for (Throwable cause = refusal.getCause(); cause != null; cause = cause.getCause()) {
			if (cause instanceof JacksonException wrong) {
				return wrong;
			}
		}
		return null;
	}

	/** The name of what has the wrong type, such as {@code messages.0.role}. */
	private static @Nullable String path(JacksonException wrong) {
		String path = wrong.getPath()
			.stream()
			.map((step) -> (step.getPropertyName() != null) ? step.getPropertyName() : String.valueOf(step.getIndex()))
			.collect(Collectors.joining("."));
		return path.isEmpty() ? null : path;
	}

}
