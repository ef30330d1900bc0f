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

package io.nixl4j.spring.boot.test;

import java.time.Duration;

import io.nixl4j.memory.NixlError;
import io.nixl4j.route.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Some transfers of a test's agents, and what can be done to them. What is done next is
 * done to one attempt each, in the order of the calls, those of all selections together;
 * an attempt that no such fault waits for is delayed, if that was asked for.
 * <p>
 * A transfer has one attempt, and others where the library repeats it by itself: those
 * count too.
 */
public final class FaultyTransfers {

	private final FaultBoard board;

	private final FaultScope scope;

	FaultyTransfers(FaultBoard board, FaultScope scope) {
		this.board = board;
		this.scope = scope;
	}

	/**
	 * Selects READs only.
	 * @return the READs among these transfers
	 */
	public FaultyTransfers reads() {
		return new FaultyTransfers(this.board, this.scope.with(Operation.READ));
	}

	/**
	 * Selects WRITEs only.
	 * @return the WRITEs among these transfers
	 */
	public FaultyTransfers writes() {
		return new FaultyTransfers(this.board, this.scope.with(Operation.WRITE));
	}

	/**
	 * Lets each attempt take longer from now on: its bytes begin to move so much later. A
	 * cancel or a deadline before that brings the result only. The bytes are on their way
	 * and land in spite of it; until then the transfer is neither released nor stopped.
	 * @param delay by how much, instead of what was said of these transfers before; zero
	 * for not any more
	 * @return this
	 */
	public FaultyTransfers delay(Duration delay) {
		this.board.delay(this.scope, notNegative(delay));
		return this;
	}

	/**
	 * Lets the next attempt fail for good, as where a driver or a device fails: the
	 * result is a {@link io.nixl4j.memory.NixlBackendException}. None of its bytes land,
	 * which is proved at once: the transfer is released and stopped.
	 * @return this
	 */
	public FaultyTransfers failNext() {
		return failNext(NixlError.BACKEND);
	}

	/**
	 * Lets the next attempt fail, as {@link #failNext()} does, with an error of the
	 * test's choice. What a connection does is cured by the library: after
	 * {@link NixlError#PEER_LOST}, {@link NixlError#NOT_READY} and (twice)
	 * {@link NixlError#CORRUPT} another attempt follows, and the transfer succeeds unless
	 * its deadline comes. Every other error is the transfer's result.
	 * @param error how it fails
	 * @return this
	 */
	public FaultyTransfers failNext(NixlError error) {
		this.board.once(this.scope, Fault.failing(error));
		return this;
	}

	/**
	 * Lets the bytes of the next attempt be late: it is reported as failed at once, with
	 * a {@link io.nixl4j.memory.NixlBackendException}, and lands when
	 * {@link NixlFaults#land()} says so. Failed does not mean stopped: a WRITE lands in
	 * the peer's memory, a READ in this agent's, whatever is there by then. The transfer
	 * is released and stopped only behind that, and a region that is closed before stays
	 * allocated, in quarantine once {@code timeouts.region-close} has passed. If the
	 * session ends first, the bytes never land. A notification of the transfer is never
	 * sent.
	 * @return this
	 */
	public FaultyTransfers lateBytesNext() {
		return late(null);
	}

	/**
	 * Lets the bytes of the next attempt be late, as {@link #lateBytesNext()} does, and
	 * land by themselves.
	 * @param after how long after the post
	 * @return this
	 */
	public FaultyTransfers lateBytesNext(Duration after) {
		return late(notNegative(after));
	}

	private FaultyTransfers late(@Nullable Duration after) {
		this.board.once(this.scope, Fault.late(after));
		return this;
	}

	private static Duration notNegative(Duration duration) {
		if (duration.isNegative()) {
			throw new IllegalArgumentException("A duration must not be negative, but is " + duration);
		}
		return duration;
	}

}
