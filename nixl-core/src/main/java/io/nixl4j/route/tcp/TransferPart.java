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

package io.nixl4j.route.tcp;

import java.util.concurrent.atomic.AtomicBoolean;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.RunCursor;
import io.nixl4j.wire.BodySink;
import io.nixl4j.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * What one lane carries of a request's attempts. Whoever changes the request pokes its
 * parts; each then looks, on its lane's event loop, what there is to do for it: begin,
 * send a STOP, or leave the lane.
 */
abstract class TransferPart extends FrameSource {

	final TcpRequest request;

	final Lane lane;

	/** Guarded by the inbox that the part is in. */
	@Nullable TransferPart nextInInbox;

	private final AtomicBoolean poked = new AtomicBoolean();

	private final boolean shortRequest;

	/** Guarded by the request: the post that it takes part in. */
	private int joined;

	/** Guarded by the request: whether the peer may know of the attempt by this lane. */
	private boolean sent;

	/** Guarded by the request. */
	private boolean proved;

	/** Walks the local list. From here on: the lane's event loop only. */
	final RunCursor local;

	/** The last post that was begun here. */
	private int post;

	private long requestId;

	private int attempt;

	/** Whether the lane knows the part, by the request's number. */
	private boolean attached;

	private boolean stopSent;

	private int touching;

	TransferPart(TcpRequest request, Lane lane, RunCursor local) {
		this.request = request;
		this.lane = lane;
		this.local = local;
		this.shortRequest = request.bytes() <= LaneSet.SHORT_BYTES;
	}

	@Override
	final boolean isShort() {
		return this.shortRequest;
	}

	/**
	 * Any thread: there may be something to do.
	 * @return {@code false} if the lane's event loop has ended
	 */
	final boolean poke() {
		return !this.poked.compareAndSet(false, true) || this.lane.submit(this);
	}

	/** Called by the lane that took the part from its inbox. */
	final void obey() {
		this.poked.set(false);
		look();
	}

	/** Does what the state of the request asks for. */
	private void look() {
		boolean leave;
		boolean quit;
		boolean begin;
		boolean stop;
		int current;
		long id;
		int number;
		synchronized (this.request) {
			current = this.request.post();
			id = this.request.requestId();
			number = this.request.attempt();
			boolean takesPart = this.request.isCurrent(this);
			boolean ending = this.request.isEnding();
			leave = this.attached && (this.post != current || !takesPart || (ending && !isUnproved()));
			quit = !takesPart || ending;
			begin = takesPart && !ending && this.post != current;
			stop = this.attached && !leave && ending && !this.stopSent;
		}
		if (leave) {
			detach();
		}
		if (begin) {
			this.post = current;
			this.requestId = id;
			this.attempt = number;
			this.attached = true;
			this.stopSent = false;
			this.lane.begin(this);
		}
		else if (stop) {
			this.stopSent = true;
			this.lane.sendStop(this);
		}
		if (quit) {
			withdraw();
		}
	}

	private void detach() {
		this.attached = false;
		withdraw();
		dispose();
		this.lane.ended(this);
	}

	/**
	 * The attempt ends: drops what waits, and is not sent any more. May be called again.
	 */
	void withdraw() {
	}

	/** Gives back what the attempt used of its lane. */
	abstract void dispose();

	/** Under the request's lock: takes part in a post from now on. */
	final void join(int number) {
		this.joined = number;
		this.sent = false;
		this.proved = false;
	}

	/** Under the request's lock. */
	final int joined() {
		return this.joined;
	}

	/** Under the request's lock; returns whether nothing was sent before. */
	final boolean markSent() {
		boolean first = !this.sent;
		this.sent = true;
		return first;
	}

	/** Under the request's lock. */
	final boolean isSent() {
		return this.sent;
	}

	/** Under the request's lock. */
	final boolean isUnproved() {
		return this.sent && !this.proved;
	}

	/** Under the request's lock; returns whether it was not known. */
	final boolean markProved() {
		boolean news = isUnproved();
		this.proved = true;
		return news;
	}

	/** The last post that was begun here. */
	final int begun() {
		return this.post;
	}

	final long requestId() {
		return this.requestId;
	}

	final int attempt() {
		return this.attempt;
	}

	final void beginTouch() {
		this.touching++;
	}

	/** The lane has let go of some local memory. */
	final void endTouch(long came) {
		this.touching--;
		this.request.untouch(this, came);
		look();
	}

	/** A body that was asked for has ended. */
	final void came(int length, boolean complete, boolean checksumOk) {
		if (complete && !checksumOk) {
			failed(NixlError.CORRUPT.exception("A checksum of the bytes read is wrong; read them again",
					this.lane.engineId(), this.request.operation().tag(), null));
		}
		endTouch((complete && checksumOk) ? length : 0);
	}

	final boolean isTouching() {
		return this.touching > 0;
	}

	/** The target says that all bytes of the attempt are placed. */
	final void acknowledged() {
		this.request.acknowledged(this);
		look();
	}

	/**
	 * A chunk comes.
	 * @param chunk its number
	 * @param length its bytes
	 * @return where it goes, or {@code null} if it is not wanted
	 */
	@Nullable BodySink data(int chunk, int length) {
		return null;
	}

	/** The target has granted staging for one frame. */
	void granted() {
		throw WireException.protocol("staging was granted that was not asked for");
	}

	/** The attempt has failed, at the target or here. */
	final void failed(NixlException cause) {
		this.request.fail(this, cause);
		look();
	}

	/**
	 * The target has answered a STOP.
	 * @return {@code false} if none was sent
	 */
	final boolean stopped() {
		if (!this.stopSent) {
			return false;
		}
		this.request.proved(this, this.post);
		look();
		return true;
	}

	/** The lane is closed: nothing touches local memory any more. */
	final void laneLost(NixlException cause) {
		if (this.request.laneLost(this, cause)) {
			this.lane.fence(this, this.post);
		}
		look();
		withdraw();
	}

	/** Proved by the fence of the lane. */
	final void fenced(int fencedPost) {
		this.request.proved(this, fencedPost);
		look();
	}

}
