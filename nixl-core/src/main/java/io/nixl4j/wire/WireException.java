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

package io.nixl4j.wire;

import java.util.concurrent.CompletionException;

import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;

/**
 * Why the wire gave up: what a peer sent or answered, or what a socket reported. Has no
 * stack trace, since peers cause it at will.
 */
public final class WireException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final NixlError error;

	private final boolean retry;

	/** Not to be serialized: an exception that was is for people only. */
	private final transient @Nullable AgentIdentity peer;

	/**
	 * Creates an exception that trying again does not cure.
	 * @param error the kind
	 * @param message what happened and what to do
	 */
	public WireException(NixlError error, String message) {
		this(error, message, false, null);
	}

	/**
	 * Creates an exception.
	 * @param error the kind
	 * @param message what happened and what to do
	 * @param retry whether the same attempt may succeed later
	 * @param cause what led to it, if anything did
	 */
	public WireException(NixlError error, String message, boolean retry, @Nullable Throwable cause) {
		this(error, message, retry, cause, null);
	}

	private WireException(NixlError error, String message, boolean retry, @Nullable Throwable cause,
			@Nullable AgentIdentity peer) {
		super(message, cause, false, false);
		this.error = error;
		this.retry = retry;
		this.peer = peer;
	}

	/** The same, said by or about a peer that is known. */
	WireException of(AgentIdentity who) {
		return new WireException(this.error, String.valueOf(getMessage()), this.retry, getCause(), who);
	}

	/**
	 * Creates the exception for bytes that break the protocol.
	 * @param message what was wrong
	 * @return the exception
	 */
	public static WireException protocol(String message) {
		return new WireException(NixlError.PROTOCOL, message);
	}

	/**
	 * Returns what a stage failed with, without what futures wrap around it.
	 * @param failure what a dependent stage was told
	 * @return the failure itself
	 */
	public static Throwable unwrapped(Throwable failure) {
		Throwable cause = failure.getCause();
		return (failure instanceof CompletionException && cause != null) ? cause : failure;
	}

	/**
	 * Returns the kind.
	 * @return the kind
	 */
	public NixlError error() {
		return this.error;
	}

	/**
	 * Returns whether the same attempt may succeed later: the peer is not ready yet, or
	 * nothing listens at its address.
	 * @return {@code true} if trying again is worth while
	 */
	public boolean retry() {
		return this.retry;
	}

	/**
	 * Returns who is at the other end of a connection that was refused, proved as far as
	 * it can be.
	 * @return the peer, or {@code null} if it had not said yet
	 */
	public @Nullable AgentIdentity peer() {
		return this.peer;
	}

}
