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

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.route.RouteRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request of which some attempts are disturbed. Such an attempt is held back here, and
 * posted to the route below when it is let go. What it tells is told under this object's
 * lock, so that its failure never comes behind its end.
 */
final class FaultRequest implements RouteRequest, AttemptEvents {

	private static final long BUSY_PAUSE_NANOS = 1_000_000;

	private final FaultRoute route;

	private final Operation operation;

	private final AttemptEvents events;

	private final RouteRequest request;

	/** Whether the attempt under way goes its way. */
	private volatile boolean undisturbed = true;

	private volatile @Nullable Fault fault;

	private volatile State state = State.ENDED;

	private long requestId;

	private int attempt;

	/**
	 * Guarded by this: tells an attempt from those before it, of which timers may be
	 * left.
	 */
	private int post;

	/** Guarded by this. */
	private boolean failed;

	/** Guarded by this: how many of release and stop the route below has not told. */
	private int toCome;

	FaultRequest(FaultRoute route, Operation operation, AttemptEvents events,
			Function<AttemptEvents, RouteRequest> request) {
		this.route = route;
		this.operation = operation;
		this.events = events;
		this.request = request.apply(this);
	}

	EnginePair engines() {
		return this.route.engines();
	}

	Operation operation() {
		return this.operation;
	}

	/** Set by the board, before anybody else can see the attempt. */
	void fault(@Nullable Fault chosen) {
		this.fault = chosen;
	}

	private boolean is(Fault.Kind kind) {
		Fault current = this.fault;
		return current != null && current.kind() == kind;
	}

	boolean isCut() {
		return is(Fault.Kind.CUT);
	}

	boolean isLate() {
		return is(Fault.Kind.LATE);
	}

	boolean isHeld() {
		return this.state == State.HELD;
	}

	@Override
	public void post(long id, int number) {
		if (this.route.board().isQuiet()) {
			this.undisturbed = true;
			this.request.post(id, number);
			return;
		}
		int current;
		synchronized (this) {
			current = ++this.post;
			this.undisturbed = false;
			this.requestId = id;
			this.attempt = number;
			this.failed = false;
			this.toCome = 2;
			this.state = State.HELD;
		}
		Fault chosen = this.route.board().next(this);
		if (chosen == null) {
			this.state = State.ENDED;
			this.undisturbed = true;
			this.request.post(id, number);
			return;
		}
		hold(chosen, current);
	}

	/** The failure comes first, then the bytes: the timer has one thread. */
	private void hold(Fault chosen, int current) {
		if (chosen.error() != null) {
			later(() -> fail(current), 0);
		}
		if (chosen.nanos() != Fault.UNTIL_TOLD) {
			later(() -> move(current), chosen.nanos());
		}
		synchronized (this) {
			// It may have been let go meanwhile.
			if (this.state == State.HELD) {
				this.route.begin(this);
			}
		}
	}

	private void later(Runnable task, long nanos) {
		try {
			this.route.timer().schedule(task, nanos, TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// The agent has stopped, and the end of its sessions ends the attempt.
		}
	}

	/** Lets the attempt go, if it is held back. */
	void go() {
		int current;
		synchronized (this) {
			current = this.post;
		}
		try {
			this.route.timer().execute(() -> move(current));
		}
		catch (RejectedExecutionException ex) {
			move(current);
		}
	}

	private synchronized void fail(int which) {
		Fault current = this.fault;
		if (which != this.post || this.state != State.HELD || current == null || current.error() == null) {
			return;
		}
		if (current.kind() == Fault.Kind.FAILING) {
			neverMoves(reported(current.error()));
		}
		else {
			tellFailure(reported(current.error()));
		}
	}

	private NixlException reported(NixlError error) {
		return error.exception("A fault of the test", null, this.operation.tag(), null);
	}

	private void move(int which) {
		synchronized (this) {
			if (which != this.post) {
				return;
			}
			if (this.state == State.UNPROVED) {
				leave(State.ENDED);
				this.events.stopped();
				return;
			}
			if (this.state != State.HELD) {
				return;
			}
			// An attempt that is let go at once has failed before nevertheless.
			fail(which);
			leave(State.MOVING);
		}
		try {
			this.request.post(this.requestId, this.attempt);
		}
		catch (NixlException ex) {
			notPosted(ex);
		}
	}

	private synchronized void notPosted(NixlException cause) {
		if (cause.error() != NixlError.BUSY) {
			// The session has ended meanwhile.
			neverMoves(cause);
			return;
		}
		this.state = State.HELD;
		int current = this.post;
		later(() -> move(current), BUSY_PAUSE_NANOS);
		this.route.begin(this);
	}

	/**
	 * The session has ended, and its target admits nothing any more.
	 * @param cause why
	 */
	synchronized void disconnected(NixlException cause) {
		if (this.state != State.HELD) {
			return;
		}
		if (!isCut()) {
			neverMoves(cause);
			return;
		}
		// What is on the other side of a cut cannot be known before it heals.
		this.route.end(this);
		this.state = State.UNPROVED;
		tellFailure(cause);
		this.events.released();
	}

	private void neverMoves(NixlException cause) {
		leave(State.ENDED);
		tellFailure(cause);
		this.events.released();
		this.events.stopped();
	}

	private void leave(State next) {
		this.state = next;
		this.route.end(this);
		this.route.board().gone(this);
	}

	private void tellFailure(NixlException cause) {
		if (!this.failed) {
			this.failed = true;
			this.events.failed(cause);
		}
	}

	@Override
	public void detach() {
		this.request.detach();
	}

	@Override
	public void poll() {
		this.request.poll();
	}

	@Override
	public void await(BooleanSupplier done) {
		this.request.await(done);
	}

	/** What is disturbed is on its way, and cannot be called back. */
	@Override
	public void stop() {
		if (this.undisturbed) {
			this.request.stop();
		}
	}

	@Override
	public void close() {
		this.request.close();
	}

	@Override
	public void done() {
		if (this.undisturbed) {
			this.events.done();
			return;
		}
		synchronized (this) {
			this.state = State.ENDED;
			if (!this.failed) {
				this.events.done();
				return;
			}
			this.events.released();
			this.events.stopped();
		}
	}

	@Override
	public void failed(NixlException cause) {
		if (this.undisturbed) {
			this.events.failed(cause);
			return;
		}
		synchronized (this) {
			tellFailure(cause);
		}
	}

	@Override
	public void released() {
		if (this.undisturbed) {
			this.events.released();
			return;
		}
		synchronized (this) {
			toldByTheRouteBelow();
			this.events.released();
		}
	}

	@Override
	public void stopped() {
		if (this.undisturbed) {
			this.events.stopped();
			return;
		}
		synchronized (this) {
			toldByTheRouteBelow();
			this.events.stopped();
		}
	}

	private void toldByTheRouteBelow() {
		if (--this.toCome == 0) {
			this.state = State.ENDED;
		}
	}

	/**
	 * Where a disturbed attempt is.
	 */
	private enum State {

		/** Held back here. */
		HELD,

		/** Given to the route below. */
		MOVING,

		/** Its session ended during a cut: released, and its stop is not proved. */
		UNPROVED,

		/** Told to its end. */
		ENDED

	}

}
