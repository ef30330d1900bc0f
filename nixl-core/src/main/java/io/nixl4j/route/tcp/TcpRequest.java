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

import java.util.Arrays;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Region;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.route.RouteRequest;
import io.nixl4j.wire.LoopDriver;
import io.nixl4j.wire.WireException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The compiled form of a pair of lists, and the attempt of it that is under way. One part
 * carries a short attempt, several carry a large one, each on a lane of its own; they
 * take the next piece of the bytes when their lane has room.
 * <p>
 * An attempt is done when all bytes are acknowledged or have come. Any other end begins
 * with the first failure or a stop: no part sends anything more. It is released when no
 * part's lane touches local memory, and stopped when each part that had sent something is
 * proved still: by the answer to a STOP, or by the fence of its lane.
 * <p>
 * Guarded by the request itself: callers and the event loops of several lanes meet here.
 * Events are told outside of the lock, by one thread at a time, in order.
 */
final class TcpRequest implements RouteRequest {

	private static final Logger logger = LoggerFactory.getLogger(TcpRequest.class);

	private static final int FAILED = 1;

	private static final int DONE = 2;

	private static final int RELEASED = 4;

	private static final int STOPPED = 8;

	private static final TransferPart[] NONE = {};

	private final TcpRoute route;

	private final Operation operation;

	private final DescriptorList local;

	/** Whether there is memory, at either end, that sockets cannot reach. */
	private final boolean staged;

	private final long bytes;

	private final AttemptEvents events;

	private final PieceDealer dealer;

	/** One for each lane that was ever used and is not closed. */
	private TransferPart[] known = NONE;

	/** Those of the current post come first. */
	private TransferPart[] parts = NONE;

	private int partCount;

	private long load;

	private int post;

	/** Written before the first post. */
	private boolean detached;

	/** Drives the first part's lane; who waits for the attempt drives it too. */
	private volatile @Nullable LoopDriver driver;

	/** Whether nobody is expected to drive for this attempt. */
	private boolean attended;

	private long requestId;

	private int attempt;

	/** Nothing of the current post can happen any more. */
	private boolean over = true;

	/** No part sends any more. */
	private boolean ending;

	private boolean acknowledged;

	private boolean released;

	private boolean stopped;

	/** Parts whose lanes still carry the attempt. */
	private int living;

	/** Parts that have sent something and are not proved still. */
	private int unproved;

	/** Frames whose memory the sockets may read, or bodies that are being placed. */
	private int touching;

	private int nextChunk;

	private long placed;

	private int toTell;

	private boolean telling;

	private @Nullable NixlException cause;

	TcpRequest(TcpRoute route, Operation operation, DescriptorList local, DescriptorList remote, AttemptEvents events) {
		this.route = route;
		this.operation = operation;
		this.local = local;
		this.staged = Stream.concat(local.distinctRegions().stream(), remote.distinctRegions().stream())
			.anyMatch(MemoryKind::isStaged);
		this.bytes = local.bytes();
		this.events = events;
		this.dealer = new PieceDealer(remote.cursor());
	}

	@Override
	public void post(long id, int number) {
		this.route.admitPost(this.operation);
		boolean posted = false;
		// the caller's alone: the post may be over, and another thread may have made the
		// next one, before it leaves the loop
		LoopDriver entered = null;
		try {
			synchronized (this) {
				LoopDriver first = begin(id, number);
				entered = first.enter() ? first : null;
				if (!pokeOthers(null)) {
					finish(null);
					throw this.route.noLane(this.operation);
				}
			}
			posted = true;
		}
		finally {
			// outside of the lock: what was posted is sent now
			if (entered != null) {
				entered.leave();
			}
			if (!posted) {
				this.route.endPost();
			}
		}
	}

	@Override
	public void detach() {
		this.detached = true;
	}

	@Override
	public void poll() {
		LoopDriver first = this.driver;
		if (first != null) {
			first.poll();
		}
	}

	@Override
	public void await(BooleanSupplier done) {
		LoopDriver first = this.driver;
		if (first != null) {
			first.await(done);
		}
		else {
			RouteRequest.super.await(done);
		}
	}

	/** Makes everything ready; returns the driver of the first part's lane. */
	private LoopDriver begin(long id, int number) {
		Lane[] open = this.route.openLanes();
		int width = this.route.width(this.bytes, open.length);
		if (this.parts.length < width) {
			this.parts = Arrays.copyOf(this.parts, width);
		}
		this.load = this.bytes / Math.max(1, width);
		this.partCount = 0;
		this.post++;
		while (this.partCount < width) {
			Lane lane = LaneSet.pick(open, this.bytes, this.parts, this.partCount);
			if (lane == null) {
				break;
			}
			this.parts[this.partCount++] = partOn(lane);
		}
		if (this.partCount == 0) {
			throw this.route.noLane(this.operation);
		}
		this.requestId = id;
		this.attempt = number;
		this.over = false;
		this.ending = false;
		this.acknowledged = false;
		this.released = false;
		this.stopped = false;
		this.living = this.partCount;
		this.unproved = 0;
		this.touching = 0;
		this.nextChunk = 0;
		this.placed = 0;
		this.cause = null;
		this.dealer.reset();
		LoopDriver first = this.parts[0].lane.driver();
		this.driver = first;
		this.attended = this.detached || !first.canDrive();
		for (int i = 0; i < this.partCount; i++) {
			this.parts[i].join(this.post);
			this.parts[i].lane.addLoad(this.load);
			attend(this.parts[i], 1);
		}
		return first;
	}

	/** A loop that the waiting caller does not drive must not be left alone. */
	private void attend(TransferPart part, int change) {
		LoopDriver other = part.lane.driver();
		if (this.attended || other != this.driver) {
			other.attend(change);
		}
	}

	private TransferPart partOn(Lane lane) {
		for (TransferPart part : this.known) {
			if (part.lane == lane) {
				return part;
			}
		}
		TransferPart part = newPart(lane);
		int kept = 0;
		TransferPart[] more = new TransferPart[this.known.length + 1];
		for (TransferPart old : this.known) {
			if (!old.lane.isClosed()) {
				more[kept++] = old;
			}
		}
		more[kept++] = part;
		this.known = Arrays.copyOf(more, kept);
		return part;
	}

	private TransferPart newPart(Lane lane) {
		if (this.operation == Operation.WRITE) {
			return this.staged ? new StagedWritePart(this, lane, this.local.cursor(), this.route.staging())
					: new WritePart(this, lane, this.local.cursor());
		}
		return this.staged ? new StagedReadPart(this, lane, this.local, this.route.staging())
				: new ReadPart(this, lane, this.local.cursor());
	}

	/** The caller's own part looks for itself. */
	private boolean pokeOthers(@Nullable TransferPart caller) {
		boolean all = true;
		for (int i = 0; i < this.partCount; i++) {
			all &= this.parts[i] == caller || this.parts[i].poke();
		}
		return all;
	}

	@Override
	public void stop() {
		synchronized (this) {
			if (this.over || this.ending) {
				return;
			}
			endEarly(null, null);
		}
		tell();
	}

	@Override
	public void close() {
		// nothing is kept beside the lists
	}

	/** A part or its target has failed, and the attempt with it, unless it is over. */
	void fail(TransferPart part, NixlException reason) {
		synchronized (this) {
			if (isCurrent(part) && !this.ending) {
				endEarly(part, reason);
			}
		}
		tell();
	}

	private void endEarly(@Nullable TransferPart caller, @Nullable NixlException reason) {
		this.ending = true;
		this.cause = reason;
		if (reason != null) {
			this.toTell |= FAILED;
		}
		settle(caller);
		pokeOthers(caller);
	}

	/** Looks whether an attempt that ends early is released, stopped, and over. */
	private void settle(@Nullable TransferPart caller) {
		if (!this.ending || this.over) {
			return;
		}
		if (this.touching == 0 && !this.released) {
			this.released = true;
			this.toTell |= RELEASED;
		}
		if (this.unproved == 0 && !this.stopped) {
			this.stopped = true;
			this.toTell |= STOPPED;
		}
		if (this.released && this.stopped) {
			finish(caller);
			this.route.endPost();
		}
	}

	private void finish(@Nullable TransferPart caller) {
		this.over = true;
		this.ending = true;
		for (int i = 0; i < this.partCount; i++) {
			this.parts[i].lane.addLoad(-this.load);
			attend(this.parts[i], -1);
		}
		pokeOthers(caller);
	}

	private void checkDone(TransferPart caller) {
		boolean all = (this.operation == Operation.WRITE) ? this.acknowledged : this.placed == this.bytes;
		if (all && this.touching == 0 && !this.ending) {
			this.toTell |= DONE;
			finish(caller);
			this.route.endPost();
		}
	}

	/** Tells what has happened, unless another thread is about to. */
	private void tell() {
		boolean mine = false;
		while (true) {
			int fates;
			NixlException reason;
			synchronized (this) {
				if (this.telling && !mine) {
					return;
				}
				fates = this.toTell;
				reason = this.cause;
				this.toTell = 0;
				mine = fates != 0;
				this.telling = mine;
			}
			if (!mine) {
				return;
			}
			tell(fates, reason);
		}
	}

	private void tell(int fates, @Nullable NixlException reason) {
		tellOne(fates & FAILED, reason);
		tellOne(fates & RELEASED, reason);
		tellOne(fates & STOPPED, reason);
		tellOne(fates & DONE, reason);
	}

	/** Whatever becomes of one event, the others are told. */
	private void tellOne(int fate, @Nullable NixlException reason) {
		try {
			switch (fate) {
				case FAILED -> this.events.failed(Objects.requireNonNull(reason));
				case RELEASED -> this.events.released();
				case STOPPED -> this.events.stopped();
				case DONE -> this.events.done();
				default -> {
					// it has not happened
				}
			}
		}
		catch (RuntimeException | Error ex) {
			logger.error("Unexpected error of whoever was told of a transfer", ex);
		}
	}

	long bytes() {
		return this.bytes;
	}

	Operation operation() {
		return this.operation;
	}

	/** Under the lock: the number of the current post. */
	int post() {
		return this.post;
	}

	long requestId() {
		return this.requestId;
	}

	int attempt() {
		return this.attempt;
	}

	boolean isOver() {
		return this.over;
	}

	boolean isEnding() {
		return this.ending;
	}

	boolean isCurrent(TransferPart part) {
		return !this.over && part.joined() == this.post;
	}

	/** Under the lock: whether a part may send something more. */
	boolean mayDeal(TransferPart part) {
		return isCurrent(part) && part.begun() == this.post && !this.ending && this.dealer.hasMore();
	}

	/** Under the lock, if {@link #mayDeal}: where the next piece begins. */
	long dealt() {
		return this.dealer.dealt();
	}

	/** Under the lock, if {@link #mayDeal}: where the next piece is at the peer. */
	Region nextRemote() {
		return this.dealer.next();
	}

	/** Whether what a part has at hand is still to be sent. */
	synchronized boolean isWanted(TransferPart part) {
		return isCurrent(part) && !this.ending;
	}

	/**
	 * Under the lock, if {@link #mayDeal}: deals the next piece to a part.
	 * @param part gets it
	 * @param touches whether the socket will read local memory for it
	 * @return how many bytes it has; the lane's planner has its runs
	 */
	int deal(TransferPart part, boolean touches) {
		return deal(part, touches, part.lane.bodyLength());
	}

	/**
	 * Under the lock, if {@link #mayDeal}: deals the next piece to a part.
	 * @param part gets it
	 * @param touches whether local memory will be read for it
	 * @param most how many bytes it may have
	 * @return how many bytes it has; the lane's planner has its runs
	 */
	int deal(TransferPart part, boolean touches, int most) {
		int length = this.dealer.deal(part.lane.planner(), most);
		if (part.markSent()) {
			this.unproved++;
		}
		if (touches) {
			this.touching++;
		}
		return length;
	}

	/** Under the lock: whether there is something more to deal. */
	boolean hasMore() {
		return this.dealer.hasMore();
	}

	int takeChunkNumber() {
		return this.nextChunk++;
	}

	/**
	 * A body is about to be placed.
	 * @return {@code false} if it is not wanted any more
	 */
	synchronized boolean touch(TransferPart part) {
		if (!isCurrent(part) || this.ending) {
			return false;
		}
		this.touching++;
		return true;
	}

	/**
	 * The socket or a placer has let go of local memory.
	 * @param part whose lane it is
	 * @param came how many bytes are where they belong by that
	 */
	void untouch(TransferPart part, long came) {
		synchronized (this) {
			this.touching--;
			this.placed += came;
			checkDone(part);
			settle(part);
		}
		tell();
	}

	/** The target says that all bytes are placed. */
	void acknowledged(TransferPart part) {
		synchronized (this) {
			if (!isCurrent(part) || this.ending) {
				return;
			}
			if (this.operation != Operation.WRITE || this.dealer.hasMore() || part.isTouching()) {
				throw WireException.protocol("an attempt was acknowledged before it was sent");
			}
			// the loop of another lane may not know yet that its socket has let go
			this.acknowledged = true;
			checkDone(part);
		}
		tell();
	}

	/**
	 * Proved: no byte that a part has sent or asked for moves at the peer any more.
	 * @param part the part
	 * @param number the post that this is about
	 */
	void proved(TransferPart part, int number) {
		synchronized (this) {
			if (this.over || this.post != number || part.joined() != number || !part.markProved()) {
				return;
			}
			this.unproved--;
			settle(part);
		}
		tell();
	}

	/**
	 * The lane of a part is closed: it touches no local memory any more.
	 * @param part the part
	 * @param reason why
	 * @return whether the peer must be asked for the proof that the lane is still there
	 */
	boolean laneLost(TransferPart part, NixlException reason) {
		boolean prove;
		synchronized (this) {
			// one that has not begun the current post yet hears of the loss when it does
			if (!isCurrent(part) || part.begun() != this.post) {
				return false;
			}
			prove = part.isUnproved();
			this.living--;
			if (!this.ending && (part.isSent() || this.living == 0)) {
				endEarly(part, reason);
			}
		}
		tell();
		return prove;
	}

}
