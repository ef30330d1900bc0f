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

package io.nixl4j;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.netty.pkitesting.X509Bundle;
import io.nixl4j.TlsOptions.Material;
import io.nixl4j.certificates.TestAuthority;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RemoteRegion;
import io.nixl4j.route.RemoteGrant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What must stay hidden shows nowhere, even if everything is logged.
 */
class HiddenSecretsTests {

	private static final String SECRET = "open-sesame-48151623";

	private static final TestAuthority AUTHORITY = TestAuthority.create();

	private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	private final Level level = this.root.getLevel();

	private final Recorder recorder = new Recorder();

	private final List<String> texts = new CopyOnWriteArrayList<>();

	@BeforeEach
	void record() {
		this.recorder.setContext(this.root.getLoggerContext());
		this.recorder.start();
		this.root.detachAndStopAllAppenders();
		this.root.addAppender(this.recorder);
		this.root.setLevel(Level.TRACE);
	}

	@AfterEach
	void restore() {
		this.root.setLevel(this.level);
		this.root.detachAppender(this.recorder);
		this.root.getLoggerContext().reset();
		try {
			new ch.qos.logback.classic.util.ContextInitializer(this.root.getLoggerContext()).autoConfig();
		}
		catch (ch.qos.logback.core.joran.spi.JoranException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void secretsHandlesAndKeysShowInNoTextAtAnyLevel() {
		X509Bundle targetKeys = AUTHORITY.issue("target");
		X509Bundle initiatorKeys = AUTHORITY.issue("initiator");
		TcpOptions options = TcpOptions.defaults().withSecret(SECRET);
		List<byte[]> hidden = new ArrayList<>();
		hidden.add(SECRET.getBytes(StandardCharsets.UTF_8));
		for (X509Bundle keys : List.of(targetKeys, initiatorKeys)) {
			byte[] encoded = keys.getKeyPair().getPrivate().getEncoded();
			// the number itself is behind the head of the encoding
			hidden.add(Arrays.copyOfRange(encoded, encoded.length - 24, encoded.length - 4));
		}
		try (NixlAgent target = agent("target", options, targetKeys);
				NixlAgent initiator = agent("initiator", options, initiatorKeys);
				NixlAgent wrong = agent("wrong", options.withSecret(SECRET + "!"), AUTHORITY.issue("wrong"));
				NixlAgent impostor = agent("impostor", options, AUTHORITY.issue("other"))) {
			target.allocate("kv", 1 << 20, MemoryType.DRAM, Permissions.READ_WRITE);
			MemoryRegion local = initiator.allocate("local", 1 << 20, MemoryType.DRAM, Permissions.READ_WRITE);
			List.of(target, initiator, wrong, impostor).forEach(NixlAgent::start);
			target.publish();
			NixlPeer peer = initiator.connect("127.0.0.1", target.port());
			RemoteRegion remote = peer.region("kv");
			long handle = ((RemoteGrant) remote).handle();
			hidden.add(new BigInteger(Long.toUnsignedString(handle)).toByteArray());
			peer.write(local.all(), remote.all()).notification("written").submit().result().join();
			note(target, initiator, peer, remote, local, options, target.toString());
			note(failure(() -> wrong.connect("127.0.0.1", target.port())));
			note(failure(() -> impostor.connect("127.0.0.1", target.port())));
			note(failure(() -> peer.write(local.all(), remote.range(1, 5)).submit()));
			this.texts.add(initiator.localMetadata().length + " bytes");
			this.recorder.lines.addAll(this.texts);
			assertThat(this.recorder.lines).as("the test records")
				.anyMatch((line) -> line.contains("proof of the secret"));
			assertShowsNot(Long.toUnsignedString(handle));
			assertShowsNot(Long.toString(handle));
		}
		hidden.forEach(this::assertHidden);
	}

	private static NixlAgent agent(String name, TcpOptions options, X509Bundle keys) {
		return NixlAgent.builder()
			.name(name)
			.tcp(options.withTls(TlsOptions.mutual(Material.of(TestAuthority.keys(keys), AUTHORITY.trust()))))
			.build();
	}

	private static Throwable failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
		Throwable thrown = catchThrowable(call);
		assertThat(thrown).isInstanceOf(NixlException.class);
		return thrown;
	}

	private void note(Object... values) {
		for (Object value : values) {
			if (value instanceof Throwable thrown) {
				StringWriter trace = new StringWriter();
				thrown.printStackTrace(new PrintWriter(trace));
				this.texts.add(trace.toString());
			}
			else {
				this.texts.add(String.valueOf(value));
			}
		}
	}

	/** Neither as it is nor in any spelling that code is likely to give it. */
	private void assertHidden(byte[] bytes) {
		assertShowsNot(new String(bytes, StandardCharsets.ISO_8859_1));
		assertShowsNot(HexFormat.of().formatHex(bytes));
		String base64 = Base64.getEncoder().encodeToString(bytes);
		assertShowsNot(base64.substring(0, base64.length() - 4));
		String listed = Arrays.toString(bytes);
		assertShowsNot(listed.substring(1, listed.length() - 1));
	}

	private void assertShowsNot(String text) {
		String lower = text.toLowerCase(Locale.ROOT);
		// none of it goes into the failure's own message
		assertThat(this.recorder.lines.stream().filter((line) -> line.toLowerCase(Locale.ROOT).contains(lower)).count())
			.as("lines with something hidden")
			.isZero();
	}

	/** Keeps what was logged. */
	private static final class Recorder extends AppenderBase<ILoggingEvent> {

		private final List<String> lines = new CopyOnWriteArrayList<>();

		@Override
		protected void append(ILoggingEvent event) {
			String thrown = (event.getThrowableProxy() != null) ? ThrowableProxyUtil.asString(event.getThrowableProxy())
					: "";
			this.lines.add(event.getLoggerName() + " " + event.getThreadName() + " " + event.getFormattedMessage() + " "
					+ thrown);
		}

	}

}
