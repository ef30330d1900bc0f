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

package io.nixl4j.session;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * One end of a pipe inside a process. Each end delivers on its own agent's executor, one
 * message at a time, so no lock of one agent is ever held into the other. While its gate
 * is shut it keeps what comes.
 */
final class PipeLink implements SessionLink {

	private final Executor executor;

	private final PipeGate gate;

	/** Guarded by this. */
	private final Queue<Object> waiting = new ArrayDeque<>();

	/** Guarded by this. */
	private boolean delivering;

	/** Guarded by this: nothing is accepted after the end. */
	private boolean closed;

	private @Nullable Receiver receiver;

	private @Nullable PipeLink other;

	private PipeLink(Executor executor, PipeGate gate) {
		this.executor = executor;
		this.gate = gate;
	}

	/**
	 * Creates both ends of a pipe.
	 * @param first delivers to the first end
	 * @param second delivers to the second end
	 * @param gate stands between them
	 * @return the two ends
	 */
	static PipeLink[] pair(Executor first, Executor second, PipeGate gate) {
		PipeLink one = new PipeLink(first, gate);
		PipeLink two = new PipeLink(second, gate);
		one.other = two;
		two.other = one;
		return new PipeLink[] { one, two };
	}

	@Override
	public void start(Receiver receiver) {
		synchronized (this) {
			this.receiver = receiver;
		}
		this.gate.add(this);
		resume();
	}

	/** Delivers what waits, if it may. */
	void resume() {
		synchronized (this) {
			if (this.waiting.isEmpty() || this.receiver == null || this.delivering || !this.gate.isOpen()) {
				return;
			}
			this.delivering = true;
		}
		try {
			this.executor.execute(this::deliver);
		}
		catch (RejectedExecutionException ex) {
			// This end's agent has stopped, and its sessions with it.
			synchronized (this) {
				this.delivering = false;
				this.closed = true;
				this.waiting.clear();
			}
			this.gate.remove(this);
		}
	}

	@Override
	public void send(SessionMessage message) {
		peer().accept(message);
	}

	@Override
	public void close() {
		peer().accept(End.INSTANCE);
		accept(End.INSTANCE);
	}

	@Override
	public Optional<InetSocketAddress> address() {
		return Optional.empty();
	}

	@Override
	public boolean isUp() {
		return this.gate.isOpen();
	}

	private PipeLink peer() {
		PipeLink peer = this.other;
		if (peer == null) {
			throw new IllegalStateException("A pipe has two ends");
		}
		return peer;
	}

	private void accept(Object message) {
		synchronized (this) {
			if (this.closed) {
				return;
			}
			this.closed = message == End.INSTANCE;
			this.waiting.add(message);
		}
		resume();
	}

	private void deliver() {
		while (true) {
			Object message;
			Receiver target;
			synchronized (this) {
				target = this.receiver;
				// Who opens the gate calls again.
				message = this.gate.isOpen() ? this.waiting.poll() : null;
				if (message == null || target == null) {
					this.delivering = false;
					return;
				}
			}
			if (message instanceof SessionMessage sessionMessage) {
				target.received(sessionMessage);
			}
			else {
				this.gate.remove(this);
				target.lost((NixlException) null);
			}
		}
	}

	private enum End {

		INSTANCE

	}

}
