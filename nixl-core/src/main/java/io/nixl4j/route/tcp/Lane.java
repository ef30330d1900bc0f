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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.util.collection.LongObjectHashMap;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.route.PeerLink;
import io.nixl4j.wire.BodySink;
import io.nixl4j.wire.Connection;
import io.nixl4j.wire.FrameHandler;
import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.FramedWriter;
import io.nixl4j.wire.LoopDriver;
import io.nixl4j.wire.MsgPackReader;
import io.nixl4j.wire.MsgPackWriter;
import io.nixl4j.wire.WireException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a route, for both ends' transfers. It is handed parts of requests by
 * {@link #submit(TransferPart)}; everything that does not say otherwise happens on the
 * connection's event loop.
 */
final class Lane implements FrameHandler {

	private static final Logger logger = LoggerFactory.getLogger(Lane.class);

	/** Frames with less than this wait for the turn's end to be flushed together. */
	private static final long FLUSH_BYTES = 64 << 10;

	/** How often a lane is looked at in the time after which a peer is lost. */
	static final int BEATS_A_TIMEOUT = 10;

	private static final int PING_BEATS = BEATS_A_TIMEOUT / 5;

	private static final int SILENT_BEATS = BEATS_A_TIMEOUT / 2;

	private final PeerLink link;

	private final Connection connection;

	private final LoopDriver driver;

	private final int maxActive;

	/** A peer that lets more bytes of answers pile up does not read, and is cut off. */
	private final int maxAnswers;

	private final LaneInbox inbox = new LaneInbox();

	private final AtomicBoolean turnScheduled = new AtomicBoolean();

	private final Runnable turn = this::turn;

	private final Runnable work = this::work;

	/** Bytes of the attempts that were given to this lane and have not ended. */
	private final AtomicLong load = new AtomicLong();

	private final FairQueue queue = new FairQueue();

	private final ReadCredit readCredit = new ReadCredit(this.queue);

	private final ReadCredit stagedReadCredit = new ReadCredit(this.queue);

	private final ReadCredit stageCredit = new ReadCredit(this.queue, StagedWrites.MAX_ASKED);

	private final LaneCopies copies = new LaneCopies(this::execute);

	private final FramePlanner planner = new FramePlanner();

	private final LaneHeader header = new LaneHeader();

	private final RegionBuffers buffers;

	private final BounceBuffer bounce = new BounceBuffer();

	private final FrameBody body;

	private final LaneTarget target;

	private final LongObjectHashMap<TransferPart> active = new LongObjectHashMap<>();

	private final FairQueue waiting = new FairQueue();

	/** Looks in a row at which something was waited for and nothing moved. */
	private int silentBeats;

	/** Since the last look. */
	private boolean heard;

	private long pendingBytes;

	/** Written by the event loop. */
	private volatile @Nullable NixlException closed;

	/**
	 * Creates a lane; {@link Connection#start(FrameHandler)} is the caller's to call.
	 * @param link the session
	 * @param connection the connection
	 * @param register knows the attempts that the peer has under way
	 * @param maxActive how many attempts may be under way; further ones wait
	 * @param maxAnswers how many bytes of answers may wait because the peer does not read
	 * @param staging for memory that sockets cannot reach, or {@code null} if this agent
	 * has none
	 */
	Lane(PeerLink link, Connection connection, AttemptRegister register, int maxActive, int maxAnswers,
			@Nullable StagingPeer staging) {
		this.link = link;
		this.connection = connection;
		this.driver = connection.driver();
		this.maxActive = maxActive;
		this.maxAnswers = maxAnswers;
		this.buffers = new RegionBuffers(connection.loop());
		this.body = new FrameBody(connection.writer(), this.buffers);
		this.target = new LaneTarget(this, link, register, this.header, new ReadService(this, link),
				(staging != null) ? new StagedTarget(this, staging) : null);
	}

	/** Any thread: the number by which both ends know the lane. */
	int number() {
		return this.connection.lane();
	}

	/** Any thread: the connection. */
	Connection connection() {
		return this.connection;
	}

	/** Any thread: what drives the lane. */
	LoopDriver driver() {
		return this.driver;
	}

	/** Any thread: bytes that were given to this lane and have not ended. */
	long load() {
		return this.load.get();
	}

	/** Any thread: counts bytes given to this lane, or ended. */
	void addLoad(long bytes) {
		this.load.addAndGet(bytes);
	}

	/** Any thread: whether nothing can be sent any more. */
	boolean isClosed() {
		return this.closed != null;
	}

	/**
	 * Any thread: hands over a part that is to look what it has to do. Allocates nothing.
	 * @param part the part, in no inbox now
	 * @return {@code false} if the event loop has ended, and nothing will happen
	 */
	boolean submit(TransferPart part) {
		this.inbox.put(part);
		return scheduleTurn();
	}

	/**
	 * Any thread: lets the lane look soon what there is to do and to send.
	 * @return {@code false} if the event loop has ended, and nothing will happen
	 */
	boolean scheduleTurn() {
		return !this.turnScheduled.compareAndSet(false, true) || onLoop(this.turn);
	}

	/**
	 * Any thread: returns {@code false} if the event loop has ended: the agent is gone.
	 */
	private boolean onLoop(Runnable task) {
		try {
			this.connection.loop().execute(task);
			return true;
		}
		catch (RejectedExecutionException ex) {
			return false;
		}
	}

	/**
	 * Any thread: runs a task where the lane lives, before or after it is closed, and
	 * sends what it has made ready.
	 */
	void execute(Runnable task) {
		boolean runs = onLoop(() -> guarded(() -> {
			task.run();
			pump();
		}));
		if (!runs) {
			// the last copies end without the event loop
			synchronized (this) {
				task.run();
			}
		}
	}

	private void turn() {
		guarded(this.work);
	}

	private void guarded(Runnable task) {
		try {
			task.run();
		}
		catch (WireException ex) {
			this.connection.close(ex);
		}
		catch (RuntimeException ex) {
			logger.warn("A lane to {} is closed after an unexpected error", engineId(), ex);
			this.connection.close(new WireException(NixlError.BACKEND, "unexpected error on a lane", false, ex));
		}
	}

	private void work() {
		this.turnScheduled.set(false);
		TransferPart next = this.inbox.takeAll();
		while (next != null) {
			TransferPart part = next;
			// read first: once it has obeyed it may be put again
			next = part.nextInInbox;
			part.obey();
		}
		pump();
	}

	/** Sends while the socket takes it, one frame of each source in turn. */
	private void pump() {
		FramedWriter writer = this.connection.writer();
		long sent = 0;
		long unflushed = 0;
		while (this.closed == null && !this.queue.isEmpty() && writer.isWritable()) {
			long before = writer.pendingBytes();
			this.queue.writeOne();
			long bytes = writer.pendingBytes() - before;
			sent += bytes;
			unflushed += bytes;
			if (unflushed >= FLUSH_BYTES) {
				writer.flush();
				unflushed = 0;
			}
			if (sent >= this.driver.turnBytes()) {
				scheduleTurn();
				break;
			}
		}
		writer.flush();
	}

	/**
	 * Lets a source write, if it does not wait for that already, whatever it waits for.
	 */
	void enqueue(FrameSource source) {
		FairQueue current = source.queue;
		if (current == this.queue || this.closed != null) {
			return;
		}
		if (current != null) {
			current.remove(source);
		}
		this.queue.add(source);
	}

	/** Begins to carry a part of an attempt. */
	void begin(TransferPart part) {
		NixlException cause = this.closed;
		if (cause != null) {
			part.laneLost(cause);
		}
		else if (this.active.size() >= this.maxActive) {
			this.waiting.add(part);
		}
		else {
			activate(part);
		}
	}

	private void activate(TransferPart part) {
		if (part.request.bytes() <= LaneSet.SHORT_BYTES) {
			this.driver.hurry();
		}
		this.active.put(part.requestId(), part);
		this.queue.add(part);
	}

	/** Whether a part has been begun, does not wait for that, and has not ended. */
	boolean carries(TransferPart part) {
		return this.closed == null && this.active.get(part.requestId()) == part;
	}

	/** A part has no more to do here, or its attempt has ended. */
	void ended(TransferPart part) {
		this.queue.remove(part);
		if (this.active.get(part.requestId()) != part) {
			this.waiting.remove(part);
			return;
		}
		this.active.remove(part.requestId());
		if (this.closed == null && this.waiting.poll() instanceof TransferPart next) {
			activate(next);
			scheduleTurn();
		}
	}

	/**
	 * Any thread: looks whether the peer is heard, if something is waited for. Looks are
	 * counted, not timed, so that nobody is blamed if this process was frozen itself.
	 */
	void beat() {
		if (this.load.get() > 0) {
			onLoop(this::listen);
		}
	}

	private void listen() {
		long pending = this.connection.writer().pendingBytes();
		// What the socket takes goes somewhere.
		boolean moves = this.heard || pending < this.pendingBytes || this.active.isEmpty();
		this.heard = false;
		this.pendingBytes = pending;
		this.silentBeats = moves ? 0 : this.silentBeats + 1;
		if (this.closed != null) {
			return;
		}
		if (this.silentBeats >= SILENT_BEATS) {
			this.connection.close(new WireException(NixlError.TIMED_OUT, "nothing was heard on a lane", true, null));
		}
		else if (this.silentBeats >= PING_BEATS) {
			reply(FrameType.LANE_PING, 0, 0);
			this.connection.writer().flush();
		}
	}

	/** Asks the target to admit nothing more of an attempt. */
	void sendStop(TransferPart part) {
		if (this.closed == null) {
			reply(FrameType.STOP, part.requestId(), part.attempt());
			scheduleTurn();
		}
	}

	/** Asks the session for the proof that nothing of this closed lane moves any more. */
	void fence(TransferPart part, int post) {
		this.link.fence(TcpRouteProvider.NAME, number()).thenRun(() -> onLoop(() -> part.fenced(post)));
	}

	/** Queues a frame without a body. */
	void reply(int type, long id, int attempt) {
		LaneHeader.begin(this.connection.writer(), type, id, attempt, 0);
		endReply();
	}

	/** Any thread, seldom: tells that an attempt is complete, as another lane found. */
	void acknowledge(long id, int attempt) {
		onLoop(() -> {
			if (this.closed == null) {
				reply(FrameType.WRITE_ACK, id, attempt);
				scheduleTurn();
			}
		});
	}

	/** Queues a frame without a body, unless the lane is closed. */
	void answer(int type, long id, int attempt) {
		if (this.closed == null) {
			reply(type, id, attempt);
		}
	}

	/** Queues the report of a failure. */
	void replyFailed(long id, int attempt, NixlException cause) {
		if (this.closed != null) {
			return;
		}
		MsgPackWriter failed = LaneHeader.begin(this.connection.writer(), FrameType.FAILED, id, attempt, 2);
		LaneHeader.failure(failed, cause.error(), String.valueOf(cause.getMessage()));
		endReply();
	}

	private void endReply() {
		this.connection.writer().end(null);
		if (this.connection.writer().pendingBytes() > this.maxAnswers) {
			throw WireException.protocol(
					"the peer reads no answers: more than " + this.maxAnswers + " bytes wait (tcp.limits.answers)");
		}
	}

	FramedWriter writer() {
		return this.connection.writer();
	}

	FramePlanner planner() {
		return this.planner;
	}

	FrameBody body() {
		return this.body;
	}

	/** Credit of READs that wait for copies of a device. */
	ReadCredit stagedReadCredit() {
		return this.stagedReadCredit;
	}

	/** Credit of frames that staging is asked for. */
	ReadCredit stageCredit() {
		return this.stageCredit;
	}

	LaneCopies copies() {
		return this.copies;
	}

	RegionBuffers buffers() {
		return this.buffers;
	}

	BounceBuffer bounce() {
		return this.bounce;
	}

	ReadCredit readCredit() {
		return this.readCredit;
	}

	int maxBody() {
		return this.connection.maxBody();
	}

	/** How long bodies should be now, so that a turn ends in time. */
	int bodyLength() {
		return Math.min(maxBody(), this.driver.turnBytes());
	}

	String engineId() {
		return this.link.engineId();
	}

	@Override
	public @Nullable BodySink frame(int type, int entries, MsgPackReader reader, int bodyLength) {
		this.header.read(entries, reader);
		if (type == FrameType.WRITE) {
			return this.target.write(this.header, bodyLength);
		}
		if (type == FrameType.READ_DATA) {
			this.header.require(LaneHeader.HAS_CHUNK);
			TransferPart part = find();
			return (part != null) ? part.data(this.header.chunk(), bodyLength) : null;
		}
		if (bodyLength > 0) {
			throw WireException.protocol("frame type " + type + " has no body");
		}
		switch (type) {
			case FrameType.READ -> this.target.read(this.header);
			case FrameType.STAGE -> {
				this.driver.inbound();
				this.target.stage(this.header);
			}
			case FrameType.STOP -> this.target.stop(this.header);
			case FrameType.LANE_PING -> reply(FrameType.LANE_PONG, this.header.id(), this.header.attempt());
			case FrameType.LANE_PONG -> {
				// that it came is all that it says
			}
			case FrameType.WRITE_ACK, FrameType.FAILED, FrameType.STOPPED, FrameType.STAGED -> answered(type, find());
			default -> throw WireException.protocol("frame type " + type + " does not belong on a lane");
		}
		return null;
	}

	/** The peer asks for something, of a request of so many bytes. */
	void inbound(long bytes) {
		this.driver.inbound();
		if (bytes <= LaneSet.SHORT_BYTES) {
			this.driver.hurry();
		}
	}

	/** The part that a frame is about; there is none any more for a late answer. */
	private @Nullable TransferPart find() {
		TransferPart part = this.active.get(this.header.id());
		return (part != null && part.attempt() == this.header.attempt()) ? part : null;
	}

	private void answered(int type, @Nullable TransferPart part) {
		if (part == null) {
			return;
		}
		if (type == FrameType.WRITE_ACK) {
			part.acknowledged();
		}
		else if (type == FrameType.STAGED) {
			part.granted();
		}
		else if (type == FrameType.FAILED) {
			part.failed(this.header.error()
				.exception("The target says: " + this.header.message(), engineId(), part.request.operation().tag(),
						null));
		}
		else if (!part.stopped()) {
			throw WireException.protocol("a stop was answered that was not asked for");
		}
	}

	@Override
	public void readComplete() {
		this.heard = true;
		pump();
	}

	@Override
	public void writable() {
		pump();
	}

	@Override
	public void closed(@Nullable WireException cause) {
		String reason = (cause != null) ? " (" + cause.getMessage() + ")" : "";
		NixlException lost = NixlError.PEER_LOST.exception("A connection to the peer is lost" + reason, engineId(),
				null, cause);
		this.closed = lost;
		List<TransferPart> parts = new ArrayList<>(this.active.values());
		while (this.waiting.poll() instanceof TransferPart part) {
			parts.add(part);
		}
		// each whatever becomes of the others: their transfers wait for it
		atEnd(this.target::close);
		parts.forEach((part) -> atEnd(() -> part.laneLost(lost)));
		this.buffers.close();
	}

	private void atEnd(Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException ex) {
			logger.warn("Unexpected error at the end of a lane to {}", engineId(), ex);
		}
	}

}
