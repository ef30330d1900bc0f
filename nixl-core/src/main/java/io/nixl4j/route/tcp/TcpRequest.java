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

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.RunCursor;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.route.RouteRequest;
import org.jspecify.annotations.Nullable;

/**
 * The compiled form of a pair of lists, and the attempt of it that is under way, which
 * one lane carries. Posting and stopping leave commands for the lane's event loop;
 * everything else happens there.
 * <p>
 * An attempt's end in order is {@link #complete()}. Any other end is
 * {@link #end(NixlException)}: nothing more is sent or placed; released when the socket
 * and the placers have let go of local memory, stopped when the target has answered a
 * STOP, or the lane's fence is proved, or when nothing was sent at all.
 */
abstract class TcpRequest implements RouteRequest, FrameSource {

	private static final int POST = 1;

	private static final int STOP = 2;

	/** Guarded by the inbox that the request is in. */
	@Nullable TcpRequest nextInInbox;

	final RunCursor local;

	final RunCursor remote;

	private final TcpRoute route;

	private final Operation operation;

	private final long bytes;

	private final AttemptEvents events;

	/** Commands for the lane; the request is in its inbox while there are any. */
	private final AtomicInteger commands = new AtomicInteger();

	/** Written by the poster, of whom there is one at a time. */
	private volatile int post;

	/** The post that is to be stopped. */
	private volatile int postToStop;

	private volatile @Nullable Lane lane;

	private long requestId;

	private int attempt;

	/** From here on: the lane's event loop only. */
	private int current;

	private boolean underWay;

	private boolean ending;

	/** Whether the peer may know of the attempt. */
	private boolean sent;

	private boolean released;

	private boolean stopped;

	/** Frames whose memory the socket may read, or bodies that are being placed. */
	private int touching;

	TcpRequest(TcpRoute route, Operation operation, DescriptorList local, DescriptorList remote, AttemptEvents events) {
		this.route = route;
		this.operation = operation;
		this.bytes = local.bytes();
		this.local = local.cursor();
		this.remote = remote.cursor();
		this.events = events;
	}

	@Override
	public final void post(long id, int number) {
		Lane carrier = this.route.admitPost(this.operation, this.bytes);
		this.requestId = id;
		this.attempt = number;
		this.lane = carrier;
		this.post++;
		command(POST);
	}

	@Override
	public final void stop() {
		if (this.lane != null) {
			this.postToStop = this.post;
			command(STOP);
		}
	}

	@Override
	public void close() {
		// nothing is kept beside the lists
	}

	private void command(int command) {
		int before;
		do {
			before = this.commands.get();
		}
		while (!this.commands.compareAndSet(before, before | command));
		if (before == 0) {
			lane().submit(this);
		}
	}

	/**
	 * Does what was commanded; called by the lane that took the request from its inbox.
	 */
	final void obey(Lane taker) {
		if (taker != lane()) {
			// stopped on the lane of one post, and posted anew on another
			lane().submit(this);
			return;
		}
		int todo = this.commands.getAndSet(0);
		if ((todo & POST) != 0) {
			this.current = this.post;
			this.underWay = true;
			this.ending = false;
			this.sent = false;
			this.released = false;
			this.stopped = false;
			this.touching = 0;
			this.local.reset();
			this.remote.reset();
			reset();
			lane().begin(this);
		}
		if ((todo & STOP) != 0 && this.underWay && this.postToStop == this.current) {
			end(null);
		}
	}

	/** Prepares for a new attempt. */
	abstract void reset();

	/** Gives back what the attempt used of its lane, when it has ended. */
	abstract void dispose();

	/** The target says that all bytes are placed. */
	abstract void acknowledged();

	final Lane lane() {
		return Objects.requireNonNull(this.lane);
	}

	final long requestId() {
		return this.requestId;
	}

	final int attempt() {
		return this.attempt;
	}

	final long bytes() {
		return this.bytes;
	}

	final Operation operation() {
		return this.operation;
	}

	final boolean isEnding() {
		return this.ending;
	}

	final void markSent() {
		this.sent = true;
	}

	final void touch() {
		this.touching++;
	}

	final void untouch() {
		this.touching--;
		if (this.ending) {
			settle();
		}
	}

	final boolean isTouching() {
		return this.touching > 0;
	}

	/** All bytes are where they belong. */
	final void complete() {
		if (this.ending) {
			return;
		}
		this.released = true;
		this.stopped = true;
		detach();
		this.events.done();
	}

	/**
	 * Ends the attempt before its time.
	 * @param cause why it failed, or {@code null} if it was stopped
	 */
	final void end(@Nullable NixlException cause) {
		if (this.ending) {
			return;
		}
		this.ending = true;
		if (cause != null) {
			this.events.failed(cause);
		}
		if (!this.sent) {
			provedStopped();
			return;
		}
		lane().sendStop(this);
		settle();
	}

	/** Proved: no byte of the attempt moves at the peer any more. */
	final void provedStopped() {
		if (this.underWay && !this.stopped) {
			this.stopped = true;
			boolean last = this.released;
			if (last) {
				detach();
			}
			this.events.stopped();
			if (!last) {
				settle();
			}
		}
	}

	private void settle() {
		if (this.touching == 0 && !this.released) {
			this.released = true;
			if (this.stopped) {
				detach();
			}
			this.events.released();
		}
	}

	/** The lane is closed: nothing touches local memory any more. */
	final void laneLost(NixlException cause) {
		boolean told = this.ending;
		this.ending = true;
		if (!told) {
			this.events.failed(cause);
		}
		if (this.sent) {
			lane().fence(this, this.current);
			settle();
		}
		else {
			provedStopped();
		}
	}

	/** Proved by the fence of the lane that carried a post. */
	final void fenced(int fencedPost) {
		if (this.current == fencedPost) {
			provedStopped();
		}
	}

	/** Before the last event, since a new post may follow it at once. */
	private void detach() {
		this.underWay = false;
		this.ending = true;
		dispose();
		lane().ended(this);
		this.route.endPost(lane(), this.bytes);
	}

}
