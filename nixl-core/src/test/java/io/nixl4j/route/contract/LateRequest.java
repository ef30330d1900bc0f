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

package io.nixl4j.route.contract;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.RouteRequest;
import io.nixl4j.route.contract.LateRoute.Lateness;

/**
 * A request of which some attempts are late. What such an attempt tells is told under
 * this object's lock, so that its failure never comes behind its end.
 */
final class LateRequest implements RouteRequest, AttemptEvents {

	private final LateRoute late;

	private final ScheduledExecutorService timer;

	private final LateBackend.LatePeer peer;

	private final AttemptEvents events;

	private final RouteRequest request;

	private volatile boolean onTime = true;

	private long requestId;

	private int attempt;

	/** Guarded by this. */
	private boolean failed;

	/** Guarded by this: how many of release and stop are to come. */
	private int toCome;

	LateRequest(LateRoute late, ScheduledExecutorService timer, LateBackend.LatePeer peer, AttemptEvents events,
			Function<AttemptEvents, RouteRequest> request) {
		this.late = late;
		this.timer = timer;
		this.peer = peer;
		this.events = events;
		this.request = request.apply(this);
	}

	@Override
	public void post(long id, int number) {
		Lateness how = this.late.nextPost();
		this.onTime = how == Lateness.ON_TIME;
		if (this.onTime) {
			this.request.post(id, number);
			return;
		}
		synchronized (this) {
			this.requestId = id;
			this.attempt = number;
			this.failed = false;
			this.toCome = 2;
		}
		this.late.waits(this);
		this.peer.begin(this);
		this.timer.execute(() -> {
			if (how != Lateness.SILENT) {
				NixlError error = (how == Lateness.LOST_FIRST) ? NixlError.PEER_LOST : NixlError.BACKEND;
				lost(error.exception("Reported as failed, and its bytes will land", null, null, null));
			}
			long delay = this.late.delayNanos();
			if (delay >= 0) {
				this.timer.schedule(this::landNow, delay, TimeUnit.NANOSECONDS);
			}
		});
	}

	/** Begins to land, behind the failure. */
	void land() {
		try {
			this.timer.execute(this::landNow);
		}
		catch (RejectedExecutionException ex) {
			landNow();
		}
	}

	private void landNow() {
		if (!this.late.lands(this)) {
			return;
		}
		try {
			this.request.post(this.requestId, this.attempt);
		}
		catch (NixlException ex) {
			// The session has ended meanwhile: nothing lands any more.
			lost(ex);
			released();
			stopped();
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

	@Override
	public void stop() {
		if (this.onTime) {
			this.request.stop();
		}
	}

	@Override
	public void close() {
		this.request.close();
	}

	synchronized void lost(NixlException cause) {
		if (!this.failed) {
			this.failed = true;
			this.events.failed(cause);
		}
	}

	@Override
	public void failed(NixlException cause) {
		if (this.onTime) {
			this.events.failed(cause);
		}
		else {
			lost(cause);
		}
	}

	@Override
	public void done() {
		if (this.onTime) {
			this.events.done();
			return;
		}
		synchronized (this) {
			this.peer.end(this);
			if (!this.failed) {
				this.failed = true;
				this.events.done();
				return;
			}
			this.events.released();
			this.events.stopped();
		}
	}

	@Override
	public void released() {
		if (!this.onTime) {
			end();
		}
		this.events.released();
	}

	@Override
	public void stopped() {
		if (!this.onTime) {
			end();
		}
		this.events.stopped();
	}

	private synchronized void end() {
		if (--this.toCome == 0) {
			this.failed = true;
			this.peer.end(this);
		}
	}

}
