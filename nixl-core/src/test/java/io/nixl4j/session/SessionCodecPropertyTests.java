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

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.MsgPackReader;
import io.nixl4j.wire.MsgPackWriter;
import io.nixl4j.wire.WireException;
import io.nixl4j.wire.WireKey;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Messages come back as they were; bytes that are no message are a {@link WireException}
 * and nothing else.
 */
class SessionCodecPropertyTests {

	private static final int[] TYPES = { FrameType.GRANT, FrameType.WITHDRAW, FrameType.WITHDRAWN, FrameType.NOTIFY,
			FrameType.NOTIFY_ACK, FrameType.GOODBYE, FrameType.FENCE, FrameType.FENCED, FrameType.GRANTED };

	private static final Pattern LINE = Pattern.compile("[\\p{Cc}\\u2028\\u2029]");

	private final HeaderWriter writer = new HeaderWriter();

	@Property
	void messagesComeBack(@ForAll("messages") SessionMessage message) {
		SessionCodec.write(message, this.writer);
		if (message instanceof SessionMessage.Notify notify) {
			assertThat(this.writer.type()).isEqualTo(FrameType.NOTIFY);
			assertThat(SessionCodec.readNumber(this.writer.entries(), reader(this.writer.header())))
				.isEqualTo(notify.number());
			assertThat(this.writer.body()).isEqualTo(notify.payload());
			return;
		}
		assertThat(this.writer.body()).isNull();
		assertThat(SessionCodec.read(this.writer.type(), this.writer.entries(), reader(this.writer.header())))
			.isEqualTo(message);
	}

	@Provide
	Arbitrary<SessionMessage> messages() {
		Arbitrary<Long> any = Arbitraries.longs();
		Arbitrary<Long> positive = Arbitraries.longs().greaterOrEqual(1);
		Arbitrary<String> names = Arbitraries.strings().ofMaxLength(256).filter(SessionCodecPropertyTests::isText);
		Arbitrary<String> routes = Arbitraries.strings().alpha().ofMaxLength(32);
		Arbitrary<Integer> lanes = Arbitraries.integers().greaterOrEqual(0);
		Arbitrary<SessionMessage> grants = Combinators
			.combine(any, names, any, positive, Arbitraries.of(MemoryType.class), positive,
					Arbitraries.of(Permissions.class))
			.as(SessionMessage.Grant::new);
		return Arbitraries.oneOf(List.of(grants, Arbitraries.just(new SessionMessage.Granted()),
				any.map(SessionMessage.Withdraw::new), any.map(SessionMessage.Withdrawn::new),
				positive.map((number) -> new SessionMessage.Notify(number, new byte[] { 1, 2, 3 })),
				positive.map(SessionMessage.NotifyAck::new), names.map(SessionCodecPropertyTests::goodbye),
				Combinators.combine(routes, lanes).as(SessionMessage.Fence::new),
				Combinators.combine(routes, lanes).as(SessionMessage.Fenced::new)));
	}

	private static SessionMessage goodbye(String reason) {
		return new SessionMessage.Goodbye(reason);
	}

	/** Half of a pair of surrogates is no text, and what ends a line is in no name. */
	private static boolean isText(String candidate) {
		return StandardCharsets.UTF_8.newEncoder().canEncode(candidate) && !LINE.matcher(candidate).find();
	}

	@Property(tries = 5_000)
	void anyBytesAreAMessageOrAWireException(@ForAll @IntRange(max = 8) int type,
			@ForAll @IntRange(max = 9) int entries, @ForAll @Size(max = 200) byte[] bytes) {
		readOrRefuse(TYPES[type], entries, bytes);
	}

	@Property(tries = 5_000)
	void anyChangeOfAMessageIsAMessageOrAWireException(@ForAll("messages") SessionMessage message,
			@ForAll @IntRange(max = 1_000) int position, @ForAll byte value, @ForAll @IntRange(max = 2) int more) {
		SessionCodec.write(message, this.writer);
		byte[] header = this.writer.header().clone();
		if (header.length > 0) {
			header[position % header.length] = value;
		}
		readOrRefuse(this.writer.type(), this.writer.entries() + more, header);
		readOrRefuse(TYPES[position % TYPES.length], this.writer.entries(), header);
	}

	private static void readOrRefuse(int type, int entries, byte[] bytes) {
		try {
			if (type == FrameType.NOTIFY) {
				SessionCodec.readNumber(entries, reader(bytes));
			}
			else {
				SessionCodec.read(type, entries, reader(bytes));
			}
		}
		catch (WireException ex) {
			assertThat(ex).hasMessageNotContaining("\n");
		}
	}

	@Property(tries = 200)
	void keysOfLaterVersionsAreSkipped(@ForAll("messages") SessionMessage message) {
		SessionCodec.write(message, this.writer);
		ByteBuf longer = Unpooled.buffer();
		new MsgPackWriter(longer).key(WireKey.of("zzz")).array(2).unsigned(1).string("new");
		longer.writeBytes(this.writer.header());
		byte[] bytes = ByteBufUtil.getBytes(longer);
		if (message instanceof SessionMessage.Notify notify) {
			assertThat(SessionCodec.readNumber(this.writer.entries() + 1, reader(bytes))).isEqualTo(notify.number());
		}
		else {
			assertThat(SessionCodec.read(this.writer.type(), this.writer.entries() + 1, reader(bytes)))
				.isEqualTo(message);
		}
	}

	@Example
	void longestNameThatCanBeRegisteredIsGranted() {
		SessionMessage.Grant grant = new SessionMessage.Grant(1, "\u6c34".repeat(256), 2, 3, MemoryType.DRAM, 0,
				Permissions.READ_WRITE);
		SessionCodec.write(grant, this.writer);
		assertThat(SessionCodec.read(this.writer.type(), this.writer.entries(), reader(this.writer.header())))
			.isEqualTo(grant);
	}

	@Example
	void longReasonIsCut() {
		SessionCodec.write(new SessionMessage.Goodbye("\u6c34".repeat(5_000)), this.writer);
		SessionMessage read = SessionCodec.read(this.writer.type(), this.writer.entries(),
				reader(this.writer.header()));
		assertThat(((SessionMessage.Goodbye) read).reason()).hasSizeBetween(100, 1_024).matches("\u6c34+");
	}

	@Example
	void reasonOfAPeerIsOneLineWhateverItSays() {
		for (String end : List.of("\r\n", "\u001b[2J", "\u0085", "\u2028", "\u0000")) {
			byte[] header = header((out) -> out.key('w').string("bye" + end + "INFO all is well"));
			SessionMessage read = SessionCodec.read(FrameType.GOODBYE, 1, reader(header));
			assertThat(((SessionMessage.Goodbye) read).reason()).startsWith("bye ")
				.endsWith("INFO all is well".substring(4))
				.matches("[^\\p{Cc}\\u2028]*");
			byte[] grant = header((out) -> out.key('n')
				.string("kv" + end)
				.key('l')
				.unsigned(1)
				.key('m')
				.string("DRAM")
				.key('p')
				.string("RW"));
			assertThatExceptionOfType(WireException.class)
				.isThrownBy(() -> SessionCodec.read(FrameType.GRANT, 4, reader(grant)));
		}
	}

	@Example
	void grantsThatCannotBeAreRefused() {
		SessionMessage.Grant good = new SessionMessage.Grant(1, "kv", 2, 3, MemoryType.DRAM, 0, Permissions.READ);
		SessionCodec.write(good, this.writer);
		refusedWith("DRAM", "DRAN");
		refusedWith("kv", "\u00ff\u00ff");
		byte[] empty = header(
				(out) -> out.key('h').unsigned(1).key('l').unsigned(0).key('m').string("DRAM").key('p').string("RW"));
		assertThatExceptionOfType(WireException.class)
			.isThrownBy(() -> SessionCodec.read(FrameType.GRANT, 4, reader(empty)));
		byte[] permissions = header((out) -> out.key('l').unsigned(1).key('m').string("DRAM").key('p').string("X"));
		assertThatExceptionOfType(WireException.class)
			.isThrownBy(() -> SessionCodec.read(FrameType.GRANT, 3, reader(permissions)));
		byte[] negative = header((out) -> out.key('l').unsigned(-1));
		assertThatExceptionOfType(WireException.class)
			.isThrownBy(() -> SessionCodec.read(FrameType.GRANT, 1, reader(negative)));
	}

	@Example
	void framesOfOtherConnectionsDoNotBelongHere() {
		for (int type : new int[] { 0, FrameType.HELLO, FrameType.WRITE, FrameType.NOTIFY, 1_000 }) {
			assertThatExceptionOfType(WireException.class)
				.isThrownBy(() -> SessionCodec.read(type, 0, reader(new byte[0])));
		}
	}

	private void refusedWith(String text, String other) {
		byte[] header = this.writer.header().clone();
		byte[] from = text.getBytes(StandardCharsets.ISO_8859_1);
		byte[] to = other.getBytes(StandardCharsets.ISO_8859_1);
		for (int i = 0; i <= header.length - from.length; i++) {
			if (Arrays.equals(header, i, i + from.length, from, 0, from.length)) {
				System.arraycopy(to, 0, header, i, to.length);
			}
		}
		assertThatExceptionOfType(WireException.class)
			.isThrownBy(() -> SessionCodec.read(this.writer.type(), this.writer.entries(), reader(header)));
	}

	private static byte[] header(Consumer<MsgPackWriter> entries) {
		ByteBuf target = Unpooled.buffer();
		entries.accept(new MsgPackWriter(target));
		return ByteBufUtil.getBytes(target);
	}

	private static MsgPackReader reader(byte[] bytes) {
		return new MsgPackReader(Unpooled.wrappedBuffer(bytes));
	}

}
