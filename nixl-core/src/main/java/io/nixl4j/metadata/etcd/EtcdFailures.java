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
package io.nixl4j.metadata.etcd;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLException;

import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.nixl4j.memory.NixlException;
import io.nixl4j.metadata.NixlMetadataStoreException;
import io.nixl4j.metadata.NixlMetadataStoreException.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Tells what the failures of the client mean. They come as several kinds of exceptions,
 * with what matters in a cause or in the words of etcd.
 */
final class EtcdFailures {

	private static final int MAX_CAUSES = 20;

	private EtcdFailures() {
	}

	/** The failure without the wrapping that futures add. */
	static Throwable unwrap(Throwable failure) {
		Throwable cause = failure.getCause();
		return ((failure instanceof CompletionException || failure instanceof ExecutionException) && cause != null)
				? unwrap(cause) : failure;
	}

	/** Whether etcd itself said that it does not know a lease. */
	static boolean isLeaseMissing(@Nullable Throwable failure) {
		return failure != null && says(failure, "requested lease not found");
	}

	/** Whether what was to be read is not kept any more. */
	static boolean isCompacted(Throwable failure) {
		return says(failure, "required revision has been compacted");
	}

	/** Whether the answer was larger than is read. */
	static boolean isTooLarge(Throwable failure) {
		return code(failure) == Status.Code.RESOURCE_EXHAUSTED && !says(failure, "etcdserver");
	}

	/** Whether the same request may succeed on another try. */
	static boolean isTransient(Throwable failure) {
		if (says(failure, "invalid auth token") || says(failure, "revision of auth store is old")) {
			return true;
		}
		return switch (code(failure)) {
			// An endpoint that does not answer is followed by another one.
			case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, INTERNAL -> true;
			case UNAUTHENTICATED -> problem(failure) == Problem.UNREACHABLE;
			default -> false;
		};
	}

	/**
	 * Whether the other end closed the connection without a word, as one does that does
	 * not like the certificate that it was shown.
	 */
	static boolean isCutOff(Throwable failure) {
		return says(failure, "Network closed") || says(failure, "Connection reset") || says(failure, "Broken pipe");
	}

	/** The typed exception for a connection that was cut off before TLS was agreed on. */
	static NixlException cutOff(Throwable failure, String operation, @Nullable String engineId, EtcdOptions options) {
		return new NixlMetadataStoreException(Problem.TLS, message(Problem.TLS, failure, options), engineId, operation,
				failure);
	}

	static Problem problem(Throwable failure) {
		if (causes(failure).stream()
			.anyMatch((cause) -> cause instanceof SSLException || cause instanceof GeneralSecurityException)) {
			return Problem.TLS;
		}
		if (says(failure, "invalid user ID or password")) {
			return Problem.AUTHENTICATION;
		}
		if (says(failure, "user name is empty") || says(failure, "user name not found")) {
			return Problem.NO_USER;
		}
		if (says(failure, "authentication is not enabled")) {
			return Problem.AUTHENTICATION_OFF;
		}
		if (says(failure, "permission denied")) {
			return Problem.PERMISSION;
		}
		if (says(failure, "database space exceeded")) {
			return Problem.NO_SPACE;
		}
		if (says(failure, "no leader")) {
			return Problem.NO_LEADER;
		}
		if (causes(failure).stream().anyMatch(TimeoutException.class::isInstance)) {
			return Problem.UNREACHABLE;
		}
		return switch (code(deepestStatus(failure))) {
			case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED -> Problem.UNREACHABLE;
			default -> Problem.OTHER;
		};
	}

	/** The typed exception for a failure. */
	static NixlException exception(Throwable failure, String operation, @Nullable String engineId,
			EtcdOptions options) {
		Throwable cause = unwrap(failure);
		if (cause instanceof NixlException typed) {
			return typed;
		}
		Problem problem = problem(cause);
		return new NixlMetadataStoreException(problem, message(problem, cause, options), engineId, operation, cause);
	}

	private static String message(Problem problem, Throwable failure, EtcdOptions options) {
		String at = "etcd at " + String.join(", ", options.endpoints());
		return switch (problem) {
			case UNREACHABLE ->
				at + " cannot be reached: " + words(failure) + "; is it running, and does it take connections "
						+ (options.secure() ? "with TLS there?" : "without TLS there?");
			case TLS -> at + " and this process do not agree on TLS: " + words(failure)
					+ "; check the certificates, who trusts them, and whether a client's certificate is wanted";
			case AUTHENTICATION ->
				at + " does not accept user '" + options.user() + "': the name or the password is wrong";
			case NO_USER -> at + " wants a user with a password";
			case AUTHENTICATION_OFF -> at + " knows no users, but user '" + options.user()
					+ "' is configured: enable authentication there, " + "or configure no user";
			case PERMISSION -> "User '" + options.user() + "' of " + at + " may not do this: it has to read and write "
					+ "all keys that begin with '" + options.namespace() + "/nixl_metadata/'";
			case NO_SPACE -> at + " has no room for more: compact it, raise its quota, and disarm its alarm";
			case NO_LEADER -> at + " has no leader: too few of its members are alive";
			case OTHER -> at + " failed: " + words(failure);
		};
	}

	/** What the innermost exception says, which is what helps. */
	private static String words(Throwable failure) {
		if (code(failure) == Status.Code.DEADLINE_EXCEEDED) {
			return "no answer in time";
		}
		List<Throwable> causes = causes(failure);
		for (int i = causes.size() - 1; i >= 0; i--) {
			String message = causes.get(i).getMessage();
			if (message != null && !message.isBlank()) {
				return message.strip();
			}
		}
		return failure.getClass().getSimpleName();
	}

	private static boolean says(Throwable failure, String words) {
		return causes(failure).stream()
			.anyMatch((cause) -> cause.getMessage() != null && cause.getMessage().contains(words));
	}

	private static List<Throwable> causes(Throwable failure) {
		List<Throwable> causes = new ArrayList<>();
		for (Throwable cause = failure; cause != null && causes.size() < MAX_CAUSES; cause = cause.getCause()) {
			causes.add(cause);
		}
		return causes;
	}

	private static Throwable deepestStatus(Throwable failure) {
		Throwable deepest = failure;
		for (Throwable cause : causes(failure)) {
			if (cause instanceof StatusRuntimeException || cause instanceof StatusException
					|| cause instanceof EtcdException) {
				deepest = cause;
			}
		}
		return deepest;
	}

	private static Status.Code code(Throwable failure) {
		for (Throwable cause : causes(failure)) {
			if (cause instanceof StatusRuntimeException status) {
				return status.getStatus().getCode();
			}
			if (cause instanceof StatusException status) {
				return status.getStatus().getCode();
			}
			if (cause instanceof EtcdException etcd) {
				return code(etcd.getErrorCode());
			}
		}
		return Status.Code.UNKNOWN;
	}

	/** Their names are those of gRPC. */
	private static Status.Code code(ErrorCode error) {
		for (Status.Code code : Status.Code.values()) {
			if (code.name().equals(error.name())) {
				return code;
			}
		}
		return Status.Code.UNKNOWN;
	}

}
