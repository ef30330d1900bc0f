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

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * How an agent encrypts its connections and knows its peers by their certificates. Both
 * ends of a connection need it: an agent with TLS speaks to none without.
 *
 * @param material asked for each new connection, so that what it returns may change while
 * the agent runs; connections that are open live on. Called on event loops, must not
 * block
 * @param provider what does the cryptography
 * @param clientAuthentication whether those who connect must show a certificate too
 * @param peerIdentity what a peer's certificate must say
 */
public record TlsOptions(Supplier<Material> material, Provider provider, ClientAuthentication clientAuthentication,
		PeerIdentity peerIdentity) {

	public TlsOptions {
		Objects.requireNonNull(material);
		Objects.requireNonNull(provider);
		Objects.requireNonNull(clientAuthentication);
		Objects.requireNonNull(peerIdentity);
	}

	/**
	 * Returns options for mutual TLS: the fastest provider that is there, and each peer
	 * must show a certificate that names its engine id.
	 * @param material asked for each new connection
	 * @return the options
	 */
	public static TlsOptions mutual(Supplier<Material> material) {
		return new TlsOptions(material, Provider.AUTO, ClientAuthentication.NEED, PeerIdentity.ENGINE_ID);
	}

	/**
	 * Returns options for mutual TLS with keys that do not change.
	 * @param material the keys
	 * @return the options
	 */
	public static TlsOptions mutual(Material material) {
		Objects.requireNonNull(material);
		return mutual(() -> material);
	}

	/**
	 * Returns these options with another provider.
	 * @param other what does the cryptography
	 * @return the options
	 */
	public TlsOptions withProvider(Provider other) {
		return new TlsOptions(this.material, other, this.clientAuthentication, this.peerIdentity);
	}

	/**
	 * Returns these options with another rule for those who connect.
	 * @param other whether they must show a certificate
	 * @return the options
	 */
	public TlsOptions withClientAuthentication(ClientAuthentication other) {
		return new TlsOptions(this.material, this.provider, other, this.peerIdentity);
	}

	/**
	 * Returns these options with another rule for certificates.
	 * @param other what a peer's certificate must say
	 * @return the options
	 */
	public TlsOptions withPeerIdentity(PeerIdentity other) {
		return new TlsOptions(this.material, this.provider, this.clientAuthentication, other);
	}

	@Override
	public String toString() {
		return "TlsOptions[" + this.provider + ", client authentication " + this.clientAuthentication + ", "
				+ this.peerIdentity + "]";
	}

	/**
	 * Implementations of TLS.
	 */
	public enum Provider {

		/** OpenSSL where it is on the class path, else the JDK. */
		AUTO,

		/** The JDK's own. */
		JDK,

		/** OpenSSL by {@code netty-tcnative}; without it agents do not start. */
		OPENSSL

	}

	/**
	 * What is asked of those who connect. Those who are connected to always show a
	 * certificate.
	 */
	public enum ClientAuthentication {

		/** A certificate. */
		NEED,

		/**
		 * A certificate, or none: then they must know the secret, or be on this host.
		 */
		WANT,

		/** No certificate. */
		NONE

	}

	/**
	 * What ties a peer's engine id to its certificate.
	 */
	public enum PeerIdentity {

		/**
		 * The certificate names the engine id: as a DNS name, as the URI
		 * {@code nixl:<engine id>}, or, if it has neither DNS names nor URIs, as the
		 * subject's common name.
		 */
		ENGINE_ID,

		/** Nothing: whoever is trusted may be any engine. */
		TRUSTED

	}

	/**
	 * Keys and trust, as they are at one moment.
	 *
	 * @param keyManagers this agent's certificate and private key, initialized
	 * @param trustManagers whom it trusts, initialized
	 * @param protocols versions of TLS that may be spoken, empty for TLS 1.3 alone
	 * @param ciphers cipher suites that may be used, empty for the provider's own choice
	 */
	public record Material(KeyManagerFactory keyManagers, TrustManagerFactory trustManagers, List<String> protocols,
			List<String> ciphers) {

		public Material {
			Objects.requireNonNull(keyManagers);
			Objects.requireNonNull(trustManagers);
			protocols = List.copyOf(protocols);
			ciphers = List.copyOf(ciphers);
		}

		/**
		 * Returns material for TLS 1.3 with the provider's own choice of ciphers.
		 * @param keyManagers this agent's certificate and private key, initialized
		 * @param trustManagers whom it trusts, initialized
		 * @return the material
		 */
		public static Material of(KeyManagerFactory keyManagers, TrustManagerFactory trustManagers) {
			return new Material(keyManagers, trustManagers, List.of(), List.of());
		}

		@Override
		public String toString() {
			return "Material[hidden]";
		}

	}

}
