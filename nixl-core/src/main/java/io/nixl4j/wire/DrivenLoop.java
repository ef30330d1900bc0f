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

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.netty.channel.IoEventLoopGroup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop whose driver changes: its own thread, the keeper, or a caller that waits
 * for the loop's work. Whoever drives is the event loop's thread for that time; the
 * hand-over publishes all that the one before has written.
 * <p>
 * While callers drive, the keeper rests. It is called when one leaves and there is work
 * that nobody is about to do, and looks by itself once a {@link #TICK_NANOS tick}: a loop
 * that was free for a whole tick is the keeper's again. So whatever a caller does, no
 * work is left lying for longer, and the calls only save time.
 */
final class DrivenLoop extends IoLoop implements LoopDriver {

	private static final Logger logger = LoggerFactory.getLogger(DrivenLoop.class);

	private static final long TICK_NANOS = 1_000_000;

	/** After so many rounds with nothing to do each further one lets others run. */
	private static final int EAGER_ROUNDS = 8;

	/** How often to look whether the keeper has let go, before sleeping over it. */
	private static final int TAKE_OVER_LOOKS = 64;

	/** Who was asked for something so lately is probably asked again. */
	private static final long INBOUND_NANOS = 10_000_000;

	/** How long the keeper rests at most after an unexpected error. */
	private static final long LONGEST_PAUSE_NANOS = 100_000_000;

	/** A loop that went on for so long has got over its last error. */
	private static final long GOOD_NANOS = 1_000_000_000;

	/** Zero in event mode: nobody spins, and callers never drive. */
	private final long spinNanos;

	private final LoopSpin keeperSpin;

	/** Of callers, who drive one after the other. */
	private final LoopSpin callerSpin;

	private final LoopTurns turnLengths = new LoopTurns();

	private final Thread keeper;

	private final AtomicReference<@Nullable Thread> driver;

	/** Callers that want the loop of the keeper and wait for it awake. */
	private final AtomicInteger wanted = new AtomicInteger();

	/** A caller that does not wait would like the loop next time. */
	private volatile boolean pollWanted;

	private final LoopWaiters waiters = new LoopWaiters();

	/** Whether somebody was called and has not come yet. */
	private final AtomicBoolean summoned = new AtomicBoolean();

	private final AtomicInteger attended = new AtomicInteger();

	/** How often callers have driven; written by the driver. */
	private volatile int turns;

	/** Whether the peer asked for something so lately that the loop is not left alone. */
	private volatile boolean expectant;

	/** Whether the keeper sleeps in the selector, or is about to. */
	private volatile boolean blocked;

	private volatile boolean keeperCalled;

	/** Of the driver: when the peer last asked for something. */
	private long inboundNanos = System.nanoTime() - INBOUND_NANOS;

	/**
	 * Creates a loop; {@link #begin()} is to follow.
	 * @param parent its group
	 * @param transports what does the I/O
	 * @param spinNanos how long to look for work before sleeping
	 * @param crowdedNanos how long a thread must be away for others to need its processor
	 * @param threads makes the keeper's thread
	 */
	DrivenLoop(IoEventLoopGroup parent, Transports transports, long spinNanos, long crowdedNanos,
			ThreadFactory threads) {
		super(parent, transports);
		this.spinNanos = spinNanos;
		this.keeperSpin = new LoopSpin(spinNanos, crowdedNanos);
		this.callerSpin = new LoopSpin(spinNanos, crowdedNanos);
		this.keeper = threads.newThread(this::keep);
		this.driver = new AtomicReference<>(this.keeper);
	}

	/** Starts the keeper. */
	void begin() {
		this.keeper.start();
	}

	@Override
	public boolean inEventLoop(Thread thread) {
		return this.driver.get() == thread;
	}

	/** The keeper must not sleep while somebody wants its loop. */
	@Override
	boolean maySleep() {
		return !isWanted();
	}

	@Override
	void taskAdded() {
		if (this.driver.get() == null) {
			summon();
		}
		else {
			wakeIfBlocked();
		}
	}

	@Override
	public boolean canDrive() {
		return mayDrive(Thread.currentThread());
	}

	@Override
	public boolean enter() {
		Thread current = Thread.currentThread();
		return mayDrive(current) && take(current);
	}

	private boolean mayDrive(Thread thread) {
		return this.spinNanos > 0 && !VirtualThreads.isVirtual(thread) && !isShuttingDown();
	}

	private boolean take(Thread caller) {
		if (this.driver.get() != null || !this.driver.compareAndSet(null, caller)) {
			return false;
		}
		this.turns++;
		return true;
	}

	@Override
	public void leave() {
		try {
			tasksOnly();
		}
		finally {
			release();
		}
	}

	private void release() {
		this.expectant = System.nanoTime() - this.inboundNanos < INBOUND_NANOS;
		this.driver.set(null);
		handOn();
	}

	/** Calls somebody to a loop that nobody drives, if there may be work. */
	private void handOn() {
		if (this.expectant || hasTasks() || this.attended.get() > 0 || !this.waiters.isEmpty() || isShuttingDown()) {
			summon();
		}
	}

	private void summon() {
		if (!this.summoned.compareAndSet(false, true)) {
			return;
		}
		Thread waiter = isShuttingDown() ? null : this.waiters.call();
		if (waiter == null) {
			this.keeperCalled = true;
			waiter = this.keeper;
		}
		LockSupport.unpark(waiter);
	}

	@Override
	public void poll() {
		Thread current = Thread.currentThread();
		if (!mayDrive(current)) {
			return;
		}
		if (take(current)) {
			try {
				round(false);
			}
			finally {
				release();
			}
		}
		else if (this.driver.get() == this.keeper) {
			this.pollWanted = true;
			wakeIfBlocked();
		}
	}

	@Override
	public void await(BooleanSupplier done) {
		Thread current = Thread.currentThread();
		while (!done.getAsBoolean() && !current.isInterrupted()) {
			if (!mayDrive(current) || inEventLoop(current)) {
				sleep(done, current);
			}
			else if (this.callerSpin.isCalm()) {
				sleepBesideKeeper(done, current);
			}
			else if (take(current) || takeOver(done, current)) {
				if (!drive(done, current)) {
					sleepAttended(done, current);
				}
			}
			else {
				sleepInLine(done, current);
			}
		}
	}

	/** Asks the keeper for the loop, and waits a little for it. */
	private boolean takeOver(BooleanSupplier done, Thread current) {
		this.wanted.incrementAndGet();
		try {
			for (int i = 0; i < TAKE_OVER_LOOKS && !done.getAsBoolean(); i++) {
				Thread other = this.driver.get();
				if (other == this.keeper) {
					wakeIfBlocked();
					Thread.yield();
				}
				else if (other != null) {
					return false;
				}
				else if (take(current)) {
					return true;
				}
			}
			return false;
		}
		finally {
			this.wanted.decrementAndGet();
		}
	}

	private void wakeIfBlocked() {
		if (this.blocked) {
			wakeTransport();
		}
	}

	/**
	 * Drives until there is nothing to wait for.
	 * @return {@code false} if nothing happened for so long, or others need the processor
	 * so much, that it is time to sleep; the caller counts as attended work then
	 */
	private boolean drive(BooleanSupplier done, Thread current) {
		boolean awake = true;
		try {
			long active = System.nanoTime();
			int empty = 0;
			while (awake && !done.getAsBoolean() && !current.isInterrupted() && !isShuttingDown()) {
				if (round(false) > 0) {
					letOthersRun();
					active = System.nanoTime();
					empty = 0;
				}
				else {
					rest(++empty, this.callerSpin);
					long now = System.nanoTime();
					awake = this.callerSpin.isAwake(now, now - active);
				}
			}
			if (!awake) {
				attend(1);
			}
		}
		finally {
			release();
		}
		return awake;
	}

	/** The work that was done may be what another thread of this processor waits for. */
	private void letOthersRun() {
		if (this.attended.get() > 0 || !this.waiters.isEmpty()) {
			Thread.yield();
		}
	}

	/** Rests between two looks for work. */
	private static void rest(int emptyRounds, LoopSpin spin) {
		if (emptyRounds < EAGER_ROUNDS) {
			Thread.onSpinWait();
			return;
		}
		long before = System.nanoTime();
		Thread.yield();
		spin.yielded(System.nanoTime() - before);
	}

	private void sleep(BooleanSupplier done, Thread current) {
		while (!done.getAsBoolean() && !current.isInterrupted()) {
			LockSupport.park(this);
		}
	}

	/** Sleeps while the keeper drives, who is called if nobody does. */
	private void sleepBesideKeeper(BooleanSupplier done, Thread current) {
		attend(1);
		if (this.driver.get() == null) {
			summon();
		}
		sleepAttended(done, current);
	}

	private void sleepAttended(BooleanSupplier done, Thread current) {
		try {
			sleep(done, current);
		}
		finally {
			attend(-1);
		}
	}

	/** Sleeps while another caller drives. */
	private void sleepInLine(BooleanSupplier done, Thread current) {
		int place = this.waiters.add(current);
		if (place < 0) {
			sleepBesideKeeper(done, current);
			return;
		}
		while (this.waiters.has(place, current) && this.driver.get() != null && !done.getAsBoolean()
				&& !current.isInterrupted()) {
			LockSupport.park(this);
		}
		if (!this.waiters.remove(place, current)) {
			this.summoned.set(false);
			if (this.driver.get() == null && (done.getAsBoolean() || current.isInterrupted())) {
				// called for nothing: somebody else is to come
				handOn();
			}
		}
	}

	@Override
	public void attend(int change) {
		this.attended.addAndGet(change);
	}

	@Override
	public void inbound() {
		this.inboundNanos = System.nanoTime();
	}

	@Override
	public void hurry() {
		this.turnLengths.hurry();
	}

	@Override
	public int turnBytes() {
		return this.turnLengths.bytes();
	}

	@Override
	long taskNanos(long now) {
		return this.turnLengths.taskNanos(now);
	}

	/** The keeper's life. */
	private void keep() {
		initialize();
		long pause = 0;
		while (!isTerminated()) {
			long begin = System.nanoTime();
			try {
				serve();
				awaitTurn();
			}
			catch (RuntimeException | Error ex) {
				// one that fails on and on takes no processor and does not fill the log
				long before = (System.nanoTime() - begin < GOOD_NANOS) ? pause : 0;
				pause = Math.min(LONGEST_PAUSE_NANOS, Math.max(TICK_NANOS, 2 * before));
				if (pause != before) {
					logger.error("An event loop goes on after an unexpected error", ex);
				}
				LockSupport.parkNanos(this, pause);
			}
		}
	}

	/** Drives until a caller wants to. */
	private void serve() {
		this.pollWanted = false;
		long active = System.nanoTime();
		int empty = 0;
		while (!isTerminated() && (isShuttingDown() || !isWanted())) {
			long now = System.nanoTime();
			boolean spin = this.keeperSpin.isAwake(now, now - active);
			if ((spin ? round(false) : sleepInTransport()) > 0) {
				letOthersRun();
				active = System.nanoTime();
				empty = 0;
			}
			else if (spin) {
				rest(++empty, this.keeperSpin);
			}
		}
		this.driver.set(null);
	}

	private boolean isWanted() {
		return this.wanted.get() > 0 || this.pollWanted;
	}

	private int sleepInTransport() {
		this.blocked = true;
		try {
			return round(true);
		}
		finally {
			this.blocked = false;
		}
	}

	/** Rests while callers drive, until the loop is the keeper's again. */
	private void awaitTurn() {
		boolean taken = false;
		while (!taken && !isTerminated()) {
			int seen = this.turns;
			LockSupport.parkNanos(this, TICK_NANOS);
			boolean needed = seen == this.turns || isShuttingDown();
			if (this.keeperCalled) {
				this.keeperCalled = false;
				this.summoned.set(false);
				needed = true;
			}
			taken = needed && this.driver.compareAndSet(null, this.keeper);
		}
	}

}
