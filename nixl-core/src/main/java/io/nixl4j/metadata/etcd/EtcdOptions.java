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
package io.nixl4j.metadata.etcd;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * How to reach etcd and what to keep there. Immutable; no text of it shows the password.
 */
public final class EtcdOptions {

	private static final Duration SHORTEST_LEASE = Duration.ofSeconds(2);

	private static final Duration LONGEST = Duration.ofHours(1);

	private static final Duration SHORTEST_REQUEST = Duration.ofMillis(50);

	private final List<EtcdEndpoint> endpoints;

	private final String namespace;

	private final @Nullable String user;

	private final @Nullable String password;

	private final @Nullable EtcdTls tls;

	private final Duration leaseTime;

	private final Duration requestTimeout;

	private final Consumer<Object> clientCustomizer;

	private EtcdOptions(Draft draft) {
		this.endpoints = draft.endpoints;
		this.namespace = draft.namespace;
		this.user = draft.user;
		this.password = draft.password;
		this.tls = draft.tls;
		this.leaseTime = draft.leaseTime;
		this.requestTimeout = draft.requestTimeout;
		this.clientCustomizer = draft.clientCustomizer;
	}

	/**
	 * Options with defaults for everything but the endpoints.
	 * @param endpoints members of one cluster, each {@code http://host:port},
	 * {@code https://host:port} or {@code host:port}; 2379 where the port is missing
	 * @return the options
	 * @throws IllegalArgumentException if there is no endpoint, or one has another form,
	 * or some are encrypted and others not
	 */
	public static EtcdOptions of(String... endpoints) {
		return of(Arrays.asList(endpoints));
	}

	/**
	 * Options with defaults for everything but the endpoints.
	 * @param endpoints members of one cluster, as for {@link #of(String...)}
	 * @return the options
	 * @throws IllegalArgumentException as {@link #of(String...)}
	 */
	public static EtcdOptions of(List<String> endpoints) {
		if (endpoints.isEmpty()) {
			throw new IllegalArgumentException("There has to be an endpoint of etcd");
		}
		Draft draft = new Draft();
		draft.endpoints = endpoints.stream().map(EtcdEndpoint::parse).distinct().toList();
		if (draft.endpoints.stream().map(EtcdEndpoint::secure).filter(Objects::nonNull).distinct().count() > 1) {
			throw new IllegalArgumentException("The endpoints of etcd mix http and https: " + draft.endpoints);
		}
		return new EtcdOptions(draft);
	}

	/**
	 * These options with another namespace.
	 * @param namespace first part of every key; without {@code /} at its ends and control
	 * characters. {@code default} unless set
	 * @return new options
	 */
	public EtcdOptions withNamespace(String namespace) {
		EtcdKeys.checkNamespace(namespace);
		return with((draft) -> draft.namespace = namespace);
	}

	/**
	 * These options with a user of etcd.
	 * @param user the name
	 * @param password the password
	 * @return new options
	 */
	public EtcdOptions withUser(String user, String password) {
		if (user.isEmpty() || password.isEmpty()) {
			throw new IllegalArgumentException("A user of etcd has a name and a password that are not empty");
		}
		return with((draft) -> {
			draft.user = user;
			draft.password = password;
		});
	}

	/**
	 * These options with TLS.
	 * @param tls keys and trust, or {@code null} for what the endpoints say and the JVM
	 * trusts
	 * @return new options
	 * @throws IllegalArgumentException if there are keys and an endpoint says
	 * {@code http}
	 */
	public EtcdOptions withTls(@Nullable EtcdTls tls) {
		if (tls != null && this.endpoints.stream().anyMatch((endpoint) -> Boolean.FALSE.equals(endpoint.secure()))) {
			throw new IllegalArgumentException("There is TLS for etcd, but its endpoints say http: " + this.endpoints);
		}
		return with((draft) -> draft.tls = tls);
	}

	/**
	 * These options with another time for the lease.
	 * @param leaseTime how long etcd keeps the entries of a process that it does not hear
	 * of, 2 seconds to 1 hour in whole seconds; 10 seconds unless set
	 * @return new options
	 */
	public EtcdOptions withLeaseTime(Duration leaseTime) {
		if (leaseTime.compareTo(SHORTEST_LEASE) < 0 || leaseTime.compareTo(LONGEST) > 0
				|| leaseTime.toNanosPart() != 0) {
			throw new IllegalArgumentException(
					"The lease time of etcd is 2 seconds to 1 hour in whole seconds, not " + leaseTime);
		}
		return with((draft) -> draft.leaseTime = leaseTime);
	}

	/**
	 * These options with another time for requests.
	 * @param requestTimeout how long one request may take, 50 milliseconds to 1 hour; one
	 * that may be repeated fails after twice this time. 2 seconds unless set
	 * @return new options
	 */
	public EtcdOptions withRequestTimeout(Duration requestTimeout) {
		if (requestTimeout.compareTo(SHORTEST_REQUEST) < 0 || requestTimeout.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException(
					"The request time-out of etcd is 50 milliseconds to 1 hour, not " + requestTimeout);
		}
		return with((draft) -> draft.requestTimeout = requestTimeout);
	}

	/**
	 * These options with a last word on the client.
	 * @param clientCustomizer is given an {@code io.etcd.jetcd.ClientBuilder} each time
	 * that a client is built, which is at the start, when etcd has stayed away for
	 * seconds, and when TLS is loaded anew
	 * @return new options
	 */
	public EtcdOptions withClientCustomizer(Consumer<Object> clientCustomizer) {
		Objects.requireNonNull(clientCustomizer, "clientCustomizer");
		return with((draft) -> draft.clientCustomizer = clientCustomizer);
	}

	/**
	 * Returns the members of the cluster.
	 * @return the endpoints as they were given
	 */
	public List<String> endpoints() {
		return this.endpoints.stream().map(EtcdEndpoint::toString).toList();
	}

	/**
	 * Returns the first part of every key.
	 * @return the namespace
	 */
	public String namespace() {
		return this.namespace;
	}

	/**
	 * Returns the name of the user.
	 * @return the name, or {@code null} if there is none
	 */
	public @Nullable String user() {
		return this.user;
	}

	/**
	 * Returns how long etcd keeps the entries of a process that it does not hear of.
	 * @return the time
	 */
	public Duration leaseTime() {
		return this.leaseTime;
	}

	/**
	 * Returns how long one request may take.
	 * @return the time
	 */
	public Duration requestTimeout() {
		return this.requestTimeout;
	}

	/**
	 * Returns the keys and the trust.
	 * @return TLS, or {@code null} if none was set
	 */
	public @Nullable EtcdTls tls() {
		return this.tls;
	}

	@Nullable String password() {
		return this.password;
	}

	List<EtcdEndpoint> members() {
		return this.endpoints;
	}

	Consumer<Object> clientCustomizer() {
		return this.clientCustomizer;
	}

	/** Whether the connections are encrypted. */
	boolean secure() {
		return this.tls != null
				|| this.endpoints.stream().anyMatch((endpoint) -> Boolean.TRUE.equals(endpoint.secure()));
	}

	private EtcdOptions with(Consumer<Draft> change) {
		Draft draft = new Draft();
		draft.endpoints = this.endpoints;
		draft.namespace = this.namespace;
		draft.user = this.user;
		draft.password = this.password;
		draft.tls = this.tls;
		draft.leaseTime = this.leaseTime;
		draft.requestTimeout = this.requestTimeout;
		draft.clientCustomizer = this.clientCustomizer;
		change.accept(draft);
		return new EtcdOptions(draft);
	}

	@Override
	public String toString() {
		return "EtcdOptions[" + this.endpoints + ", namespace " + this.namespace
				+ ((this.user != null) ? ", user " + this.user : "") + (secure() ? ", TLS" : "") + ", lease "
				+ this.leaseTime + ", requests " + this.requestTimeout + "]";
	}

	/**
	 * Options that are being made, with their defaults.
	 */
	private static final class Draft {

		private List<EtcdEndpoint> endpoints = List.of();

		private String namespace = "default";

		private @Nullable String user;

		private @Nullable String password;

		private @Nullable EtcdTls tls;

		private Duration leaseTime = Duration.ofSeconds(10);

		private Duration requestTimeout = Duration.ofSeconds(2);

		private Consumer<Object> clientCustomizer = (builder) -> {
		};

	}

}
