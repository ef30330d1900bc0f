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

package io.nixl4j.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * A network between two agents of a test that can fail: it stands before an agent's port
 * and passes on what comes, until it is told to cut connections, to hold bytes back, to
 * be slow or to refuse. Peers connect to {@link #port()}.
 */
public final class CuttingRelay implements AutoCloseable {

	private static final int BUFFER = 64 << 10;

	private final InetSocketAddress target;

	private final Set<Relayed> connections = ConcurrentHashMap.newKeySet();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	/** Guarded by the lock: which way nothing is passed on. */
	private boolean holdsToTarget;

	/** Guarded by the lock. */
	private boolean holdsToOpener;

	private volatile long delayNanos;

	private volatile boolean closed;

	private final int port;

	private volatile @Nullable ServerSocket listening;

	private volatile @Nullable Thread accepting;

	private CuttingRelay(int targetPort) {
		this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
		this.port = listen(0);
	}

	/**
	 * Opens a relay on a free port of the loopback address.
	 * @param targetPort the port of the agent behind it
	 * @return the relay
	 */
	public static CuttingRelay to(int targetPort) {
		return new CuttingRelay(targetPort);
	}

	private int listen(int wanted) {
		try {
			ServerSocket socket = new ServerSocket();
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 128);
			this.listening = socket;
			this.accepting = daemon("accept", () -> accept(socket));
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns where peers connect.
	 * @return the port
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Returns how many connections are relayed now.
	 * @return the number of them
	 */
	public int connections() {
		return this.connections.size();
	}

	/**
	 * Returns how many connections of a kind are relayed now.
	 * @param kind the kind
	 * @return the number of those that are not cut
	 */
	public long connections(Kind kind) {
		return this.connections.stream().filter((relayed) -> relayed.kind == kind && !relayed.cut).count();
	}

	/** Cuts all connections at once, whatever is in mid-flight on them. */
	public void cut() {
		this.connections.forEach(Relayed::cut);
	}

	/**
	 * Cuts all connections of a kind.
	 * @param kind the kind
	 */
	public void cut(Kind kind) {
		this.connections.stream().filter((relayed) -> relayed.kind == kind).forEach(Relayed::cut);
	}

	/**
	 * Cuts one connection, if there is any.
	 * @param random chooses it
	 */
	public void cutOne(SplittableRandom random) {
		List<Relayed> all = List.copyOf(this.connections);
		if (!all.isEmpty()) {
			all.get(random.nextInt(all.size())).cut();
		}
	}

	/**
	 * Holds bytes back, without closing anything: what a half-open connection looks like.
	 * @param toTarget whether bytes towards the agent are held
	 * @param toOpener whether bytes from the agent are held
	 */
	public void hold(boolean toTarget, boolean toOpener) {
		this.lock.lock();
		try {
			this.holdsToTarget = toTarget;
			this.holdsToOpener = toOpener;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Passes nothing on any more of the connections of a kind that there are; new ones
	 * are not concerned.
	 * @param kind the kind
	 */
	public void freeze(Kind kind) {
		this.connections.stream().filter((relayed) -> relayed.kind == kind).forEach((relayed) -> relayed.frozen = true);
	}

	/** Passes on what is held, and what comes. */
	public void release() {
		hold(false, false);
	}

	/**
	 * Makes each piece of bytes late.
	 * @param delay by how much, zero for not at all
	 */
	public void delay(Duration delay) {
		this.delayNanos = delay.toNanos();
	}

	/** Refuses new connections, as a port does at which nobody listens. */
	public void refuse() {
		closeQuietly(this.listening);
		this.listening = null;
		Thread last = this.accepting;
		if (last != null) {
			try {
				// The port is free only when nobody waits at it any more.
				last.join();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/** Takes new connections again. */
	public void accept() {
		if (this.listening == null) {
			listen(this.port);
		}
	}

	@Override
	public void close() {
		this.closed = true;
		refuse();
		cut();
		release();
	}

	private void accept(ServerSocket socket) {
		while (!this.closed) {
			try {
				relay(socket.accept());
			}
			catch (IOException ex) {
				// It does not listen any more.
				return;
			}
		}
	}

	private void relay(Socket opener) {
		try {
			Socket agent = new Socket();
			agent.connect(this.target);
			opener.setTcpNoDelay(true);
			agent.setTcpNoDelay(true);
			Relayed relayed = new Relayed(opener, agent);
			this.connections.add(relayed);
			daemon("to-target", () -> relayed.pump(opener, agent, true));
			daemon("to-opener", () -> relayed.pump(agent, opener, false));
			if (this.closed) {
				relayed.cut();
			}
		}
		catch (IOException ex) {
			// As a refusal behind the relay looks like from before it.
			closeQuietly(opener);
		}
	}

	private static Thread daemon(String name, Runnable task) {
		Thread thread = new Thread(task, "cutting-relay-" + name);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	private static void closeQuietly(@Nullable AutoCloseable socket) {
		try {
			if (socket != null) {
				socket.close();
			}
		}
		catch (Exception ex) {
			// It is closed for good in any case.
		}
	}

	/** Waits for the delay, and while bytes that way are held. */
	private void waitFor(Relayed relayed, boolean toTarget) throws InterruptedException {
		this.lock.lock();
		try {
			long left = this.delayNanos;
			while (left > 0) {
				left = this.changed.awaitNanos(left);
			}
			while (!this.closed && !relayed.cut
					&& (relayed.frozen || (toTarget ? this.holdsToTarget : this.holdsToOpener))) {
				this.changed.await(100, TimeUnit.MILLISECONDS);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What a connection is for.
	 */
	public enum Kind {

		/** Carries a session's messages. */
		SESSION,

		/** Carries bytes. */
		LANE

	}

	/** A connection of a peer, and the one to the agent that belongs to it. */
	private final class Relayed {

		private final Socket opener;

		private final Socket agent;

		private volatile @Nullable Kind kind;

		private volatile boolean frozen;

		private volatile boolean cut;

		Relayed(Socket opener, Socket agent) {
			this.opener = opener;
			this.agent = agent;
		}

		void pump(Socket from, Socket to, boolean toTarget) {
			byte[] buffer = new byte[BUFFER];
			try {
				while (true) {
					int read = from.getInputStream().read(buffer);
					if (read < 0) {
						break;
					}
					if (toTarget && this.kind == null) {
						// The first bytes are a HELLO, which names the role.
						this.kind = new String(buffer, 0, read, StandardCharsets.ISO_8859_1).contains("rol\u00a4lane")
								? Kind.LANE : Kind.SESSION;
					}
					waitFor(this, toTarget);
					to.getOutputStream().write(buffer, 0, read);
				}
			}
			catch (IOException ex) {
				// One of the two ends is gone, so the other goes too.
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			finally {
				CuttingRelay.this.connections.remove(this);
				closeQuietly(this.opener);
				closeQuietly(this.agent);
			}
		}

		/** Without a word of goodbye on the wire: by a reset. */
		void cut() {
			this.cut = true;
			try {
				this.opener.setSoLinger(true, 0);
				this.agent.setSoLinger(true, 0);
			}
			catch (IOException ex) {
				// It is being closed already.
			}
			closeQuietly(this.opener);
			closeQuietly(this.agent);
		}

	}

}
