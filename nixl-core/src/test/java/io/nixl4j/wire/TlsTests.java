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

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import io.nixl4j.certificates.TestAuthority;
import io.nixl4j.memory.NixlError;
import io.nixl4j.wire.TlsEndpoint.ClientCertificate;
import io.nixl4j.wire.TlsEndpoint.Provider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static io.nixl4j.wire.WireFixture.failure;
import static io.nixl4j.wire.WireFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Connections under TLS: who gets in, and that the bytes are the same.
 */
class TlsTests {

	private static final TestAuthority AUTHORITY = TestAuthority.create();

	private static final TestAuthority STRANGER = TestAuthority.create();

	private final WireFixture fixture = new WireFixture();

	private final List<TlsEndpoint> endpoints = new ArrayList<>();

	@AfterEach
	void close() {
		this.fixture.close();
		this.endpoints.forEach(TlsEndpoint::close);
	}

	/** A busy machine may take seconds for the first handshake. */
	private static WireSettings settings(String engineId) {
		return WireFixture.settings(engineId)
			.withLimits(new WireLimits(WireLimits.MAX_HEADER, WireLimits.MAX_BODY, WireFixture.PATIENCE, 100));
	}

	private static TlsMaterial material(String engineId) {
		return new TlsMaterial(AUTHORITY.keys(engineId), AUTHORITY.trust(), List.of(), List.of());
	}

	private TlsEndpoint tls(TlsMaterial material, Provider provider) {
		return tls(new TlsEndpoint(() -> material, provider, ClientCertificate.NEEDED, true));
	}

	private TlsEndpoint tls(TlsEndpoint endpoint) {
		this.endpoints.add(endpoint);
		return endpoint;
	}

	private WireSettings secured(String engineId) {
		return settings(engineId).withTls(tls(material(engineId), Provider.AUTO));
	}

	@ParameterizedTest
	@CsvSource({ "JDK, JDK, false", "JDK, OPENSSL, true", "OPENSSL, JDK, true", "OPENSSL, OPENSSL, false" })
	void bothEndsKnowEachOtherAndBytesArriveAsTheyWere(Provider ours, Provider theirs, boolean checksums) {
		TcpStreamServer server = this.fixture
			.serve(settings("b").withTls(tls(material("b"), theirs)).withChecksums(checksums));
		Connection opened = this.fixture.connected(settings("a").withTls(tls(material("a"), ours)), server);
		Connection accepted = this.fixture.nextAccepted();
		assertThat(opened.authenticated()).isTrue();
		assertThat(accepted.authenticated()).isTrue();
		RecordingHandler received = new RecordingHandler();
		RecordingHandler answers = new RecordingHandler();
		List<byte[]> sent = new ArrayList<>();
		opened.start(answers);
		// before the other end reads: what has come by then waits for it
		for (int i = 0; i < 40; i++) {
			byte[] body = new byte[(i % 4 == 0) ? 1 << 20 : i * 1_000];
			for (int at = 0; at < body.length; at++) {
				body[at] = (byte) (i * 31 + at * 7 + (at >> 8));
			}
			sent.add(body);
			opened.writer().send(FrameType.NOTIFY, 0, (header) -> {
			}, body);
		}
		accepted.start(received);
		await().atMost(WireFixture.PATIENCE).until(() -> received.bodies.size() == sent.size());
		for (int i = 0; i < sent.size(); i++) {
			assertThat(received.bodies.get(i)).isEqualTo(sent.get(i));
		}
		opened.close(new WireException(NixlError.STALE, "done"));
		assertThat(get(received.closed)).hasMessageContaining("done");
		get(opened.closed());
		get(accepted.closed());
	}

	@ParameterizedTest
	@EnumSource(value = Provider.class, names = { "JDK", "OPENSSL" })
	void aCertificateOfAnotherEngineIsRefused(Provider provider) {
		TcpStreamServer server = this.fixture.serve(settings("b").withTls(tls(material("b"), provider)));
		WireException refusal = failure(
				this.fixture.connect(settings("impostor").withTls(tls(material("a"), provider)), server, "b"));
		assertThat(refusal.error()).isEqualTo(NixlError.REFUSED);
		assertThat(refusal).hasMessageContaining("does not name it");
		TcpStreamServer impostor = this.fixture.serve(settings("c").withTls(tls(material("x"), provider)));
		assertThat(failure(this.fixture.connect(settings("a").withTls(tls(material("a"), provider)), impostor, "c")))
			.hasMessageContaining("certificate of engine 'c'");
		assertThat(this.fixture.accepted).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(value = Provider.class, names = { "JDK", "OPENSSL" })
	void certificatesOfStrangersAreRefusedAtBothEnds(Provider provider) {
		TlsMaterial strange = new TlsMaterial(STRANGER.keys("a"), AUTHORITY.trust(), List.of(), List.of());
		TcpStreamServer server = this.fixture.serve(settings("b").withTls(tls(material("b"), provider)));
		WireException refusal = failure(
				this.fixture.connect(settings("a").withTls(tls(strange, provider)), server, "b"));
		assertThat(refusal.error()).isEqualTo(NixlError.REFUSED);
		TlsMaterial distrustful = new TlsMaterial(AUTHORITY.keys("a"), STRANGER.trust(), List.of(), List.of());
		refusal = failure(this.fixture.connect(settings("a").withTls(tls(distrustful, provider)), server, "b"));
		assertThat(refusal.error()).isEqualTo(NixlError.REFUSED);
		assertThat(refusal.retry()).isFalse();
		assertThat(refusal).hasMessageContaining("TLS failed");
		assertThat(this.fixture.accepted).isEmpty();
	}

	@Test
	void namesAreTakenFromAUriAndWithoutAnyFromTheCommonName() {
		TlsMaterial uri = new TlsMaterial(TestAuthority.keys(AUTHORITY.issue("someone", (builder) -> {
			try {
				return builder.addSanUriName("nixl:engine_1").addSanUriName("spiffe://cluster/a");
			}
			catch (java.net.URISyntaxException ex) {
				throw new IllegalStateException(ex);
			}
		})), AUTHORITY.trust(), List.of(), List.of());
		TlsMaterial common = new TlsMaterial(TestAuthority.keys(AUTHORITY.issue("b", (builder) -> builder)),
				AUTHORITY.trust(), List.of(), List.of());
		TcpStreamServer server = this.fixture.serve(settings("b").withTls(tls(common, Provider.AUTO)));
		TlsEndpoint named = tls(uri, Provider.AUTO);
		assertThat(this.fixture.connected(settings("engine_1").withTls(named), server).authenticated()).isTrue();
		assertThat(failure(this.fixture.connect(settings("a").withTls(named), server, "b"))).isNotNull();
		assertThat(failure(this.fixture.connect(settings("someone").withTls(named), server, "b"))).isNotNull();
	}

	@Test
	void whoeverIsTrustedMayBeAnyEngineIfThatIsTheRule() {
		TlsEndpoint any = tls(new TlsEndpoint(() -> material("x"), Provider.AUTO, ClientCertificate.NEEDED, false));
		TcpStreamServer server = this.fixture.serve(settings("b").withTls(any));
		assertThat(this.fixture.connected(settings("a").withTls(any), server).authenticated()).isTrue();
		assertThat(this.fixture.nextAccepted().authenticated()).isTrue();
	}

	@Test
	void withoutClientCertificatesOnlyTheServerIsKnown() {
		TlsMaterial ours = material("b");
		TcpStreamServer server = this.fixture.serve(
				settings("b").withTls(tls(new TlsEndpoint(() -> ours, Provider.AUTO, ClientCertificate.NONE, true))));
		Connection opened = this.fixture.connected(secured("other"), server);
		assertThat(opened.authenticated()).isTrue();
		assertThat(this.fixture.nextAccepted().authenticated()).isFalse();
	}

	@Test
	void theSecretIsAskedForUnderTlsToo() {
		SharedSecret secret = SharedSecret.of("a secret of both");
		TcpStreamServer server = this.fixture.serve(secured("b").withSecret(secret));
		assertThat(this.fixture.connected(secured("a").withSecret(secret), server).authenticated()).isTrue();
		assertThat(failure(this.fixture.connect(secured("a").withSecret(SharedSecret.of("another")), server, "b")))
			.hasMessageContaining("proof of the secret is wrong");
	}

	@Test
	void anEndWithoutTlsIsToldWhatIsMissing() {
		TcpStreamServer with = this.fixture.serve(secured("b"));
		WireException refusal = failure(this.fixture.connect(settings("a"), with, "b"));
		assertThat(refusal).hasMessageContaining("tcp.ssl");
		TcpStreamServer without = this.fixture.serve(settings("c"));
		refusal = failure(this.fixture.connect(secured("a"), without, "c"));
		assertThat(refusal.error()).isEqualTo(NixlError.REFUSED);
		assertThat(refusal).hasMessageContaining("does not speak TLS").hasMessageContaining("tcp.ssl");
	}

	@ParameterizedTest
	@EnumSource(value = Provider.class, names = { "JDK", "OPENSSL" })
	void newKeysAreUsedByNewConnectionsAndOldOnesLiveOn(Provider provider) {
		AtomicReference<TlsMaterial> ours = new AtomicReference<>(material("b"));
		TcpStreamServer server = this.fixture.serve(settings("b")
			.withTls(tls(new TlsEndpoint(() -> ours.get(), provider, ClientCertificate.NEEDED, true))));
		Connection before = this.fixture.connected(settings("a").withTls(tls(material("a"), provider)), server);
		Connection accepted = this.fixture.nextAccepted();
		ours.set(new TlsMaterial(STRANGER.keys("b"), STRANGER.trust(), List.of(), List.of()));
		assertThat(
				failure(this.fixture.connect(settings("a").withTls(tls(material("a"), provider)), server, "b")).error())
			.isEqualTo(NixlError.REFUSED);
		TlsMaterial changed = new TlsMaterial(STRANGER.keys("a"), STRANGER.trust(), List.of(), List.of());
		assertThat(this.fixture.connected(settings("a").withTls(tls(changed, provider)), server).authenticated())
			.isTrue();
		RecordingHandler received = new RecordingHandler();
		accepted.start(received);
		before.writer().send(FrameType.NOTIFY, 0, (header) -> {
		}, "still here".getBytes(StandardCharsets.UTF_8));
		await().atMost(WireFixture.PATIENCE).until(() -> received.bodies.size() == 1);
	}

	@Test
	void aPeerThatReadsNothingDoesNotHoldTheConnectionOpen() {
		TcpStreamServer server = this.fixture.serve(secured("b"));
		Connection opened = this.fixture.connected(secured("a"), server);
		this.fixture.nextAccepted();
		CompletableFuture<Void> closed = opened.closed();
		for (int i = 0; i < 64; i++) {
			opened.writer().send(FrameType.NOTIFY, 0, (header) -> {
			}, new byte[1 << 20]);
		}
		opened.close(null);
		// the other end has not started to read, so nothing drains
		get(closed);
	}

	@Test
	void keysShowInNoText() {
		TlsMaterial material = material("a");
		assertThat(material.toString()).isEqualTo("TlsMaterial[hidden]");
	}

}
