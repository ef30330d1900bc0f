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

package io.nixl4j.route.local;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.RunCursor;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.route.PeerLink;
import io.nixl4j.route.RemoteGrant;
import io.nixl4j.route.RouteRequest;
import org.jspecify.annotations.Nullable;

/**
 * Copies one pair of lists, in steps between which it can be stopped. The target checks
 * each step, so a withdrawal ends the copy.
 */
final class LocalRequest implements RouteRequest {

	private static final long STEP = 1024 * 1024;

	/** Guarded by the copier: the request behind this one. */
	@Nullable LocalRequest nextWaiting;

	private final LocalRoute route;

	private final PeerLink target;

	private final Operation operation;

	private final RunCursor local;

	private final RunCursor remote;

	private final AttemptEvents events;

	private volatile boolean stopping;

	LocalRequest(LocalRoute route, PeerLink target, Operation operation, DescriptorList local, DescriptorList remote,
			AttemptEvents events) {
		this.route = route;
		this.target = target;
		this.operation = operation;
		this.local = local.cursor();
		this.remote = remote.cursor();
		this.events = events;
	}

	@Override
	public void post(long requestId, int attempt) {
		this.stopping = false;
		this.route.begin(this);
	}

	@Override
	public void stop() {
		this.stopping = true;
	}

	@Override
	public void close() {
		// Nothing is kept beside the lists.
	}

	/** Carries out an attempt, on the copier's thread. */
	void copy() {
		NixlException failure = copyAll();
		boolean whole = failure == null && !this.remote.hasRemaining();
		this.route.end();
		// Whatever ends the attempt comes last: the next one may begin at once.
		if (whole) {
			this.events.done();
			return;
		}
		if (failure != null) {
			this.events.failed(failure);
		}
		this.events.released();
		this.events.stopped();
	}

	private @Nullable NixlException copyAll() {
		this.local.reset();
		this.remote.reset();
		try {
			while (this.remote.hasRemaining() && !this.stopping) {
				if (this.route.isDisconnected()) {
					return this.route.lost();
				}
				step();
			}
			return null;
		}
		catch (NixlException ex) {
			// Said by the target, to whom the peer is this end.
			return failure(ex.error(), String.valueOf(ex.getMessage()), ex);
		}
		catch (RuntimeException ex) {
			// The copier must go on, and the attempt must end.
			return failure(NixlError.BACKEND, "Copying failed: " + ex, ex);
		}
	}

	private NixlException failure(NixlError error, String message, RuntimeException cause) {
		return error.exception(message, this.route.peer(), this.operation.tag(), cause);
	}

	private void step() {
		long length = Math.min(STEP, Math.min(this.local.contiguous(), this.remote.contiguous()));
		LocalRegion near = (LocalRegion) this.local.region();
		LocalRegion far = this.target.admit(((RemoteGrant) this.remote.region()).handle(), this.operation);
		try {
			if (this.operation == Operation.WRITE) {
				near.copyTo(this.local.offset(), far, this.remote.offset(), length);
			}
			else {
				far.copyTo(this.remote.offset(), near, this.local.offset(), length);
			}
		}
		finally {
			this.target.leave(far);
		}
		this.local.advance(length);
		this.remote.advance(length);
	}

}
