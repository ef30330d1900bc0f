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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.nixl4j.wire.WireFixture.get;
import static io.nixl4j.wire.WireFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

class ConnectionTests {

	private static final int MIB = 1 << 20;

	private WireFixture fixture = new WireFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void aConnectionThatWasNeverOpenHoldsNothing() throws Exception {
		UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);
		Channel channel = new NioSocketChannel();
		channel.config().setAllocator(memory);
		try (WireFixture nio = new WireFixture(Transports.nio(null))) {
			ChannelConnection connection = new ChannelConnection(channel, WireLimits.defaults(), true,
					new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), null);
			channel.pipeline().addLast(connection);
			nio.loops.group().register(channel).sync();
			assertThat(memory.metric().usedDirectMemory()).isPositive();
			channel.close().sync();
			get(connection.closed());
		}
		assertThat(memory.metric().usedDirectMemory()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "epoll, false", "epoll, true", "nio, false", "nio, true" })
	void bodiesGoFromMemoryToMemory(String transport, boolean checksums) {
		Connection opened = openLane(transport, checksums);
		Connection accepted = this.fixture.nextAccepted();
		ByteBuffer source = ByteBuffer.allocateDirect(64 * MIB);
		ByteBuffer target = ByteBuffer.allocateDirect(64 * MIB);
		fill(source, 1);
		PlacingHandler placing = new PlacingHandler(target);
		accepted.start(placing);
		RecordingHandler answers = new RecordingHandler();
		opened.start(answers);
		AtomicInteger written = new AtomicInteger();
		opened.loop().execute(() -> {
			ByteBuf wrapped = Unpooled.wrappedBuffer(source.duplicate());
			for (int offset = 0; offset < source.capacity(); offset += MIB) {
				opened.writer().begin(FrameType.WRITE, 1).key('o').unsigned(offset);
				for (int piece = 0; piece < 4; piece++) {
					opened.writer().body(wrapped.retainedSlice(offset + piece * MIB / 4, MIB / 4));
				}
				opened.writer().end(written::incrementAndGet);
				opened.writer().flush();
			}
		});
		await().atMost(WireFixture.PATIENCE).until(() -> placing.frames.get() == 64 && written.get() == 64);
		assertThat(target).isEqualTo(source);
		assertThat(placing.corrupt).hasValue(0);
		opened.close(null);
		get(accepted.closed());
	}

	@ParameterizedTest
	@CsvSource({ "epoll, false", "epoll, true", "nio, false", "nio, true" })
	void framesOfAllLengthsKeepTheirBytesWhereverAFlushComes(String transport, boolean checksums) {
		Connection opened = openLane(transport, checksums);
		Connection accepted = this.fixture.nextAccepted();
		ByteBuffer source = ByteBuffer.allocateDirect(32 * MIB);
		ByteBuffer target = ByteBuffer.allocateDirect(32 * MIB);
		fill(source, 1);
		PlacingHandler placing = new PlacingHandler(target);
		accepted.start(placing);
		opened.start(new RecordingHandler());
		int[] lengths = { 1, 8, 64, 1024, 1025, 4096, 70_000 };
		Random random = new Random(5);
		AtomicInteger frames = new AtomicInteger();
		AtomicInteger written = new AtomicInteger();
		opened.loop().execute(() -> {
			ByteBuf wrapped = Unpooled.wrappedBuffer(source.duplicate());
			int offset = 0;
			while (offset < source.capacity()) {
				int length = Math.min(source.capacity() - offset, lengths[random.nextInt(lengths.length)]);
				int first = random.nextInt(length + 1);
				opened.writer().begin(FrameType.WRITE, 1).key('o').unsigned(offset);
				opened.writer().body(wrapped.retainedSlice(offset, first));
				opened.writer().body(wrapped.retainedSlice(offset + first, length - first));
				opened.writer().end(written::incrementAndGet);
				frames.incrementAndGet();
				if (random.nextInt(3) == 0) {
					opened.writer().flush();
				}
				offset += length;
			}
			opened.writer().flush();
		});
		await().atMost(WireFixture.PATIENCE)
			.until(() -> frames.get() > 0 && placing.frames.get() == frames.get() && written.get() == frames.get());
		assertThat(target).isEqualTo(source);
		assertThat(placing.corrupt).hasValue(0);
		opened.close(null);
		get(accepted.closed());
	}

	@Test
	void bothEndsSendFromAnyThread() {
		Pair pair = pair();
		for (int i = 0; i < 100; i++) {
			byte[] body = { (byte) i };
			pair.opened.writer().send(FrameType.NOTIFY, 0, (header) -> {
			}, body);
			pair.accepted.writer().send(FrameType.NOTIFY, 0, (header) -> {
			}, body);
		}
		await().atMost(WireFixture.PATIENCE).until(() -> pair.atOpener.bodies.size() == 100);
		await().atMost(WireFixture.PATIENCE).until(() -> pair.atAcceptor.bodies.size() == 100);
		for (int i = 0; i < 100; i++) {
			assertThat(pair.atOpener.bodies.get(i)).containsExactly(i);
			assertThat(pair.atAcceptor.bodies.get(i)).containsExactly(i);
		}
	}

	@Test
	void nothingIsReadBeforeTheStart() {
		Connection opened = this.fixture.connected(settings("a"), this.fixture.serve(settings("b")));
		Connection accepted = this.fixture.nextAccepted();
		opened.writer().send(FrameType.NOTIFY, 0, (header) -> {
		}, new byte[] { 3 });
		RecordingHandler handler = new RecordingHandler();
		accepted.start(handler);
		await().atMost(WireFixture.PATIENCE).until(() -> handler.bodies.size() == 1);
		assertThatIllegalStateException().isThrownBy(() -> accepted.start(handler));
	}

	@Test
	void aConnectionMayBeStartedAtOnceByWhoGetsIt() {
		RecordingHandler atOpener = new RecordingHandler();
		RecordingHandler atAcceptor = new RecordingHandler();
		TcpStreamServer server = TcpStreamServer.bind(this.fixture.loops,
				new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), settings("b"), new HandshakePolicy() {

					@Override
					public Decision decide(HandshakeRequest request) {
						return new Accept(1, WireFixture.TOKEN);
					}

					@Override
					public void accepted(Connection connection) {
						connection.start(atAcceptor);
						connection.writer().send(FrameType.NOTIFY, 0, (header) -> {
						}, new byte[] { 1 });
					}

				});
		this.fixture.connect(settings("a"), server, "b").thenAccept((connection) -> {
			connection.start(atOpener);
			connection.writer().send(FrameType.NOTIFY, 0, (header) -> {
			}, new byte[] { 2 });
		});
		await().atMost(WireFixture.PATIENCE).until(() -> atOpener.bodies.size() == 1 && atAcceptor.bodies.size() == 1);
		assertThat(atOpener.types).containsExactly(FrameType.NOTIFY);
		assertThat(atAcceptor.types).containsExactly(FrameType.NOTIFY);
		get(server.close());
	}

	@Test
	void aReasonReachesBothEnds() {
		Pair pair = pair();
		pair.opened.close(new WireException(NixlError.STALE, "over and out"));
		assertThat(get(pair.atOpener.closed)).hasMessage("over and out");
		WireException told = get(pair.atAcceptor.closed);
		assertThat(told).hasMessageContaining("over and out");
		assertThat(java.util.Objects.requireNonNull(told).error()).isEqualTo(NixlError.STALE);
		get(pair.accepted.closed());
		get(pair.opened.closed());
	}

	@Test
	void aCloseWithoutReasonIsPeerLostAtTheOtherEnd() {
		Pair pair = pair();
		pair.opened.close(null);
		assertThat(get(pair.atOpener.closed)).isNull();
		assertThat(java.util.Objects.requireNonNull(get(pair.atAcceptor.closed)).error())
			.isEqualTo(NixlError.PEER_LOST);
	}

	@Test
	void aStartAfterTheEndIsToldTheEnd() {
		Connection opened = this.fixture.connected(settings("a"), this.fixture.serve(settings("b")));
		opened.close(new WireException(NixlError.CLOSED, "changed my mind"));
		get(opened.closed());
		RecordingHandler handler = new RecordingHandler();
		opened.start(handler);
		assertThat(get(handler.closed)).hasMessage("changed my mind");
	}

	@Test
	void framesThatAreNotSentLetGoOfTheirMemoryToo() {
		Connection opened = this.fixture.connected(settings("a"), this.fixture.serve(settings("b")));
		opened.start(new RecordingHandler());
		ByteBuf body = Unpooled.directBuffer(MIB).writeZero(MIB);
		AtomicInteger ended = new AtomicInteger();
		CompletableFuture<Boolean> writable = new CompletableFuture<>();
		opened.loop().execute(() -> {
			for (int i = 0; i < 64; i++) {
				opened.writer().begin(FrameType.NOTIFY, 0);
				opened.writer().body(body.retainedDuplicate());
				opened.writer().end(ended::incrementAndGet);
				opened.writer().flush();
			}
			writable.complete(opened.writer().isWritable());
		});
		assertThat(get(writable)).as("the other end reads nothing").isFalse();
		assertThat(ended).as("the socket may still read some").hasValueLessThan(64);
		opened.close(null);
		get(opened.closed());
		assertThat(ended).hasValue(64);
		assertThat(body.refCnt()).isOne();
		body.release();
		opened.writer().send(FrameType.NOTIFY, 0, (header) -> {
		}, new byte[1]);
	}

	@Test
	void writableIsToldWhenTheOtherEndReads() {
		Connection opened = this.fixture.connected(settings("a"), this.fixture.serve(settings("b")));
		Connection accepted = this.fixture.nextAccepted();
		AtomicInteger told = new AtomicInteger();
		opened.start(new RecordingHandler() {
			@Override
			public void writable() {
				told.incrementAndGet();
			}
		});
		CompletableFuture<Boolean> writable = new CompletableFuture<>();
		opened.loop().execute(() -> {
			for (int i = 0; i < 64; i++) {
				opened.writer().begin(FrameType.NOTIFY, 0);
				opened.writer().body(Unpooled.directBuffer(MIB).writeZero(MIB));
				opened.writer().end(null);
			}
			opened.writer().flush();
			writable.complete(opened.writer().isWritable());
		});
		assertThat(get(writable)).isFalse();
		assertThat(told).hasValue(0);
		RecordingHandler reading = new RecordingHandler();
		accepted.start(reading);
		await().atMost(WireFixture.PATIENCE).until(() -> reading.bodies.size() == 64 && told.get() == 1);
		assertThat(opened.writer().isWritable()).isTrue();
	}

	@Test
	void aHandlersBugEndsItsConnectionOnly() {
		Pair other = pair();
		Connection opened = this.fixture.connected(settings("a"), this.fixture.serve(settings("b")));
		Connection accepted = this.fixture.nextAccepted();
		RecordingHandler buggy = new RecordingHandler() {
			@Override
			public BodySink frame(int type, int entries, MsgPackReader header, int bodyLength) {
				throw new IllegalStateException("a bug, provoked by a test");
			}
		};
		accepted.start(buggy);
		opened.writer().send(FrameType.NOTIFY, 0, (header) -> {
		}, null);
		assertThat(java.util.Objects.requireNonNull(get(buggy.closed)).error()).isEqualTo(NixlError.BACKEND);
		other.opened.writer().send(FrameType.NOTIFY, 0, (header) -> {
		}, new byte[1]);
		await().atMost(WireFixture.PATIENCE).until(() -> other.atAcceptor.bodies.size() == 1);
	}

	@Test
	void aHandlerHearsOfTheEndAlthoughTheSinkOfABodyFails() {
		EmbeddedConnection embedded = EmbeddedConnection.open(ConnectionRole.LANE, false,
				new AgentIdentity("peer", "peer", Incarnation.random()), 1, 1);
		RecordingHandler handler = new RecordingHandler() {

			@Override
			public BodySink frame(int type, int entries, MsgPackReader header, int bodyLength) {
				return new FailingSink();
			}

		};
		embedded.connection().start(handler);
		byte[] frame = TestFrames.frame(FrameType.NOTIFY, new byte[1000]);
		embedded.receive(Arrays.copyOf(frame, frame.length - 10));
		embedded.connection().close(null);
		assertThat(handler.closed).isCompleted();
		assertThat(embedded.connection().closed()).isCompleted();
	}

	@Test
	void aSocketThatIsGoneInMidHandlingIsABrokenConnection() {
		Connection opened = this.fixture.connected(settings("a"), this.fixture.serve(settings("b")));
		Connection accepted = this.fixture.nextAccepted();
		RecordingHandler handler = new RecordingHandler() {
			@Override
			public BodySink frame(int type, int entries, MsgPackReader header, int bodyLength) {
				throw new UncheckedIOException(new IOException("no such file, as the transport says it"));
			}
		};
		accepted.start(handler);
		opened.writer().send(FrameType.NOTIFY, 0, (header) -> {
		}, null);
		WireException cause = java.util.Objects.requireNonNull(get(handler.closed));
		assertThat(cause.error()).isEqualTo(NixlError.PEER_LOST);
		assertThat(cause.retry()).isTrue();
	}

	private Pair pair() {
		Connection opened = this.fixture.connected(settings("a"), this.fixture.serve(settings("b")));
		Pair pair = new Pair(opened, this.fixture.nextAccepted(), new RecordingHandler(), new RecordingHandler());
		pair.opened.start(pair.atOpener);
		pair.accepted.start(pair.atAcceptor);
		return pair;
	}

	/** Opens a lane over a transport of its own; the other end is to be accepted. */
	private Connection openLane(String transport, boolean checksums) {
		this.fixture.close();
		this.fixture = new WireFixture(transport.equals("epoll") ? Transports.epoll() : Transports.nio(null));
		TcpStreamServer server = this.fixture.serve(settings("b").withChecksums(checksums),
				(request) -> new HandshakePolicy.Accept(1, new byte[0]));
		return get(new TcpClient(this.fixture.loops, settings("a"))
			.connect(ConnectRequest.lane(server.localAddress(), "b", 1, new byte[16], 0, WireFixture.PATIENCE)));
	}

	private static void fill(ByteBuffer memory, long seed) {
		Random random = new Random(seed);
		for (int i = 0; i < memory.capacity(); i += 8) {
			memory.putLong(i, random.nextLong());
		}
	}

	private record Pair(Connection opened, Connection accepted, RecordingHandler atOpener,
			RecordingHandler atAcceptor) {

	}

	/** Places each body at the offset that its header names. */
	private static final class PlacingHandler implements FrameHandler {

		private final ByteBuf target;

		private final AtomicInteger frames = new AtomicInteger();

		private final AtomicInteger corrupt = new AtomicInteger();

		PlacingHandler(ByteBuffer target) {
			this.target = Unpooled.wrappedBuffer(target);
		}

		@Override
		public BodySink frame(int type, int entries, MsgPackReader header, int bodyLength) {
			header.key();
			int offset = header.unsignedInt(this.target.capacity() - bodyLength);
			return new BodySink() {

				private int placed;

				@Override
				public ByteBuf next() {
					return PlacingHandler.this.target.retainedSlice(offset + this.placed, bodyLength - this.placed)
						.writerIndex(0);
				}

				@Override
				public void placed(int bytes) {
					this.placed += bytes;
				}

				@Override
				public void complete(boolean checksumOk) {
					if (!checksumOk) {
						PlacingHandler.this.corrupt.incrementAndGet();
					}
					PlacingHandler.this.frames.incrementAndGet();
				}

				@Override
				public void aborted() {
				}

			};
		}

		@Override
		public void closed(@Nullable WireException cause) {
		}

	}

	/** Takes a body, and fails when it hears that it ends early. */
	private static final class FailingSink implements BodySink {

		@Override
		public ByteBuf next() {
			return Unpooled.buffer(1000);
		}

		@Override
		public void placed(int bytes) {
			// wherever it is
		}

		@Override
		public void complete(boolean checksumOk) {
			throw new AssertionError();
		}

		@Override
		public void aborted() {
			throw new IllegalStateException("on purpose");
		}

	}

}
