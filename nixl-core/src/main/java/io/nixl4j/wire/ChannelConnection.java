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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection over a Netty channel, from the first byte of the handshake on. What is not
 * said to be for any thread is used by the channel's event loop alone.
 */
final class ChannelConnection extends ChannelInboundHandlerAdapter implements Connection {

	private static final Logger logger = LoggerFactory.getLogger(ChannelConnection.class);

	/** Handshake frames are short and have no body. */
	private static final int MAX_HANDSHAKE_HEADER = 16 << 10;

	private final Channel channel;

	private final WireLimits limits;

	private final boolean opener;

	private final InetSocketAddress remoteAddress;

	private final FramedReader reader;

	private final ChannelFramedWriter writer;

	private final @Nullable TlsLayer tls;

	private final ProgressWatch progress;

	private final AtomicBoolean started = new AtomicBoolean();

	private final CompletableFuture<Void> closed = new CompletableFuture<>();

	/** Set once, before the connection is handed to other threads. */
	private @Nullable HandshakeResult result;

	private @Nullable FrameHandler handler;

	private @Nullable WireException cause;

	private boolean closing;

	private boolean inactive;

	/**
	 * Creates a connection, to be added to the channel by {@link #addTo}.
	 * @param channel the channel
	 * @param limits bounds on memory and time
	 * @param opener whether this end opened it
	 * @param remoteAddress where the peer is
	 * @param tls encrypts it, or {@code null}
	 */
	ChannelConnection(Channel channel, WireLimits limits, boolean opener, InetSocketAddress remoteAddress,
			@Nullable TlsLayer tls) {
		this.channel = channel;
		this.tls = tls;
		this.limits = limits;
		this.opener = opener;
		this.remoteAddress = remoteAddress;
		this.reader = new FramedReader(channel.alloc(), Math.min(MAX_HANDSHAKE_HEADER, limits.maxHeader()), 0);
		this.writer = new ChannelFramedWriter(channel, limits, tls != null);
		this.progress = new ProgressWatch(channel, this.reader, limits, (stalled) -> end(stalled, true));
		this.writer.whenFlushed(this.progress::arm);
	}

	/** Where the socket gets its memory from. */
	RegionRecvAllocator recvAllocator() {
		return new RegionRecvAllocator(this.reader, () -> driver().turnBytes());
	}

	/**
	 * Puts the connection into the channel's pipeline.
	 * @param between handlers that see the channel's events before the connection does
	 */
	void addTo(ChannelHandler... between) {
		// next to the socket: it counts what that gets, encrypted or not
		this.channel.pipeline().addLast(this.progress);
		TlsLayer layer = this.tls;
		if (layer != null) {
			layer.addTo(this.channel, this.reader);
		}
		else {
			this.channel.config().setRecvByteBufAllocator(recvAllocator());
		}
		this.channel.pipeline().addLast(between).addLast(this);
	}

	/** What the peer's certificate says, {@code null} if it showed none. */
	@Nullable PeerCertificate certificate() {
		TlsLayer layer = this.tls;
		return (layer != null) ? layer.certificate() : null;
	}

	/** Lets the handshake read. */
	void beginHandshake(FrameHandler handshake) {
		this.handler = handshake;
		this.reader.resume(this::dispatch);
	}

	/** Ends the handshake: nothing is read until {@link #start(FrameHandler)}. */
	void finishHandshake(HandshakeResult agreed) {
		this.result = agreed;
		this.handler = null;
		this.reader.pause();
		boolean bodyChecksums = agreed.checksums() || agreed.role() == ConnectionRole.SESSION;
		this.reader.limit(this.limits.maxHeader(), this.limits.maxBody(), bodyChecksums);
		this.writer.agree(bodyChecksums, agreed.maxBody());
		this.channel.config().setAutoRead(false);
	}

	private @Nullable BodySink dispatch(int type, int entries, MsgPackReader header, int bodyLength) {
		if (type == FrameType.REFUSED) {
			end(Refusal.read(entries, header), false);
			return null;
		}
		HandshakeResult agreed = this.result;
		if (agreed != null && agreed.role() == ConnectionRole.SESSION) {
			// of what comes over lanes these themselves know what is an answer
			driver().inbound();
		}
		return Objects.requireNonNull(this.handler).frame(type, entries, header, bodyLength);
	}

	@Override
	public ConnectionRole role() {
		return agreed().role();
	}

	@Override
	public AgentIdentity peer() {
		return agreed().peer();
	}

	@Override
	public long sessionId() {
		return agreed().sessionId();
	}

	@Override
	public byte[] token() {
		return agreed().token().clone();
	}

	@Override
	public int lane() {
		return agreed().lane();
	}

	@Override
	public Optional<Resumption> resumption() {
		return Optional.ofNullable(agreed().resumption());
	}

	@Override
	public int maxBody() {
		return agreed().maxBody();
	}

	@Override
	public boolean authenticated() {
		return agreed().authenticated();
	}

	@Override
	public Set<String> features() {
		return agreed().features();
	}

	private HandshakeResult agreed() {
		return Objects.requireNonNull(this.result, "the handshake is not through");
	}

	@Override
	public boolean opener() {
		return this.opener;
	}

	@Override
	public InetSocketAddress remoteAddress() {
		return this.remoteAddress;
	}

	@Override
	public void start(FrameHandler frameHandler) {
		if (!this.started.compareAndSet(false, true)) {
			throw new IllegalStateException("the connection was started before");
		}
		onLoop(() -> {
			this.handler = frameHandler;
			if (this.inactive) {
				frameHandler.closed(this.cause);
			}
			else if (!this.closing) {
				guarded(() -> {
					this.reader.resume(this::dispatch);
					if (this.tls != null) {
						this.tls.resumed();
					}
					frameHandler.readComplete();
				});
				this.channel.config().setAutoRead(true);
			}
		});
	}

	@Override
	public FramedWriter writer() {
		return this.writer;
	}

	@Override
	public Executor loop() {
		return this.channel.eventLoop();
	}

	@Override
	public boolean inLoop() {
		return this.channel.eventLoop().inEventLoop();
	}

	@Override
	public LoopDriver driver() {
		return (this.channel.eventLoop() instanceof LoopDriver driver) ? driver : UndrivenLoop.INSTANCE;
	}

	@Override
	public void close(@Nullable WireException reason) {
		onLoop(() -> end(reason, true));
	}

	@Override
	public CompletableFuture<Void> closed() {
		return this.closed.copy();
	}

	/**
	 * Closes the connection unless its handshake is through by then. Any thread may call.
	 */
	void closeHandshake(@Nullable WireException reason) {
		onLoop(() -> {
			if (this.result == null) {
				end(reason, true);
			}
		});
	}

	/** Runs at once on the event loop; if that has ended, so has the connection. */
	private void onLoop(Runnable task) {
		if (inLoop()) {
			task.run();
			return;
		}
		try {
			this.channel.eventLoop().execute(task);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("{} outlived its event loop", this);
		}
	}

	private void end(@Nullable WireException reason, boolean tell) {
		if (this.closing) {
			return;
		}
		this.closing = true;
		this.cause = reason;
		this.reader.pause();
		if (this.tls != null) {
			// messages of its own may wait to go out together with ours
			this.channel.flush();
		}
		boolean idle = this.writer.idle();
		// behind frames that wait for the socket it would come late or never
		if (tell && reason != null && this.channel.isActive() && idle) {
			Refusal.write(this.writer, reason);
		}
		if (this.tls != null && !idle) {
			this.tls.closeAtOnce();
		}
		else {
			this.channel.close();
		}
	}

	/** Runs what peers' bytes lead to; whatever it throws ends the connection. */
	private void guarded(Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException ex) {
			failed(ex);
		}
	}

	private void failed(RuntimeException thrown) {
		if (thrown instanceof WireException wire) {
			logger.debug("{} is closed: {}", this, wire.getMessage());
			end(wire, true);
			return;
		}
		// The transport says so where the socket is gone before it has told.
		if (thrown instanceof UncheckedIOException broken) {
			end(broken(broken), false);
			return;
		}
		logger.warn("{} is closed after an unexpected error", this, thrown);
		end(new WireException(NixlError.BACKEND, "unexpected error while handling a frame", false, thrown), true);
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		// no lambda: this is where all bytes come by
		try {
			TlsLayer layer = this.tls;
			if (layer != null) {
				layer.received((ByteBuf) message);
			}
			else {
				this.reader.received((ByteBuf) message);
			}
		}
		catch (RuntimeException ex) {
			failed(ex);
		}
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext context) {
		FrameHandler receiver = this.handler;
		if (receiver != null && !this.closing) {
			try {
				receiver.readComplete();
			}
			catch (RuntimeException ex) {
				failed(ex);
			}
		}
		if (this.reader.midFrame()) {
			this.progress.arm();
		}
	}

	@Override
	public void channelWritabilityChanged(ChannelHandlerContext context) {
		FrameHandler receiver = this.handler;
		if (receiver != null && this.channel.isWritable() && !this.closing) {
			guarded(receiver::writable);
		}
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
		WireException failure = TlsFailure.of(thrown);
		if (failure != null) {
			logger.debug("{} is closed: {}", this, failure.getMessage());
			end(failure, false);
		}
		else if (thrown instanceof IOException) {
			end(broken(thrown), false);
		}
		else {
			logger.warn("{} is closed after an unexpected error", this, thrown);
			end(new WireException(NixlError.BACKEND, "unexpected error on a connection", false, thrown), true);
		}
	}

	private static WireException broken(Throwable cause) {
		return new WireException(NixlError.PEER_LOST, "the connection broke: " + cause.getMessage(), true, cause);
	}

	/** TLS closes the channel itself when its handshake failed. */
	@Override
	public void userEventTriggered(ChannelHandlerContext context, Object event) {
		TlsLayer layer = this.tls;
		if (layer == null || this.closing || !this.channel.isActive()) {
			return;
		}
		if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
			this.cause = TlsFailure.of(handshake.cause());
			if (handshake.cause() instanceof NotSslRecordException && !this.opener) {
				layer.tellInPlain(TlsFailure.missing());
			}
		}
		else if (event instanceof SslCloseCompletionEvent) {
			// told before the last bytes are handed over
			context.executor()
				.execute(() -> end(new WireException(NixlError.PEER_LOST, "the peer closed the connection", true, null),
						false));
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		ended();
	}

	/** The only word of the end of a channel that never connected. */
	@Override
	public void handlerRemoved(ChannelHandlerContext context) {
		ended();
	}

	private void ended() {
		if (this.inactive) {
			return;
		}
		this.inactive = true;
		if (!this.closing) {
			this.closing = true;
			if (this.cause == null) {
				this.cause = new WireException(NixlError.PEER_LOST, "the peer closed the connection", true, null);
			}
		}
		// each whatever becomes of the others: the handler must hear of the end
		TlsLayer layer = this.tls;
		FrameHandler receiver = this.handler;
		atEnd(this.reader::end);
		if (layer != null) {
			atEnd(layer::drop);
		}
		atEnd(this.writer::close);
		if (receiver != null) {
			atEnd(() -> receiver.closed(this.cause));
		}
		this.closed.complete(null);
	}

	private void atEnd(Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException ex) {
			logger.warn("{}: unexpected error while closing", this, ex);
		}
	}

	@Override
	public String toString() {
		HandshakeResult agreed = this.result;
		return "Connection["
				+ ((agreed != null) ? agreed.role().wireName() + " of " + agreed.peer().engineId() : "handshake") + ", "
				+ this.remoteAddress + "]";
	}

}
