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

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;

import io.nixl4j.memory.DeviceMemoryProvider;
import io.nixl4j.memory.NixlError;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.wire.AgentIdentity;
import org.jspecify.annotations.Nullable;

/**
 * Builds agents. Each setting has a default that works: an agent with a random name that
 * uses every route on the class path and listens on a free port of the loopback address.
 * <p>
 * Not safe for use by several threads. A builder can build several agents; what was set
 * before holds for all of them.
 */
public final class NixlAgentBuilder {

	/** How many requests may be in flight to one peer on one route by default. */
	public static final int DEFAULT_QUEUE_DEPTH = 128;

	/** How much staging memory an agent uses by default: 64 MiB. */
	public static final long DEFAULT_STAGING_MEMORY = 64 << 20;

	private static final long MIN_STAGING_MEMORY = 1 << 20;

	private static final long MAX_STAGING_MEMORY = 1 << 30;

	private @Nullable String name;

	private @Nullable String engineId;

	private @Nullable List<RouteProvider> routes;

	private @Nullable TcpOptions tcp = TcpOptions.defaults();

	private @Nullable InProcessNetwork network;

	private @Nullable NixlMetadataStore store;

	private NixlMetadata.Additions additions = NixlMetadata.Additions.none();

	private final Map<String, String> peers = new LinkedHashMap<>();

	private Timeouts timeouts = Timeouts.defaults();

	private int queueDepth = DEFAULT_QUEUE_DEPTH;

	private CompletionMode completionMode = CompletionMode.POLLING;

	private @Nullable List<DeviceMemoryProvider> devices;

	private long stagingMemory = DEFAULT_STAGING_MEMORY;

	private @Nullable Executor callbacks;

	NixlAgentBuilder() {
	}

	/**
	 * Names the agent. By default it has a random name.
	 * @param name the name
	 * @return this
	 */
	public NixlAgentBuilder name(String name) {
		this.name = name;
		return this;
	}

	/**
	 * Names the engine that the agent belongs to. By default it is the agent's name.
	 * @param engineId what peers connect to; without {@code /}
	 * @return this
	 */
	public NixlAgentBuilder engineId(String engineId) {
		this.engineId = NixlMetadata.checkEngineId(engineId);
		return this;
	}

	/**
	 * Sets the routes, the preferred one first. By default these are all that
	 * {@link ServiceLoader} finds.
	 * @param providers the providers
	 * @return this
	 */
	public NixlAgentBuilder routes(List<? extends RouteProvider> providers) {
		this.routes = List.copyOf(providers);
		return this;
	}

	/**
	 * Sets how to use sockets.
	 * @param options the options, or {@code null} for an agent without sockets
	 * @return this
	 */
	public NixlAgentBuilder tcp(@Nullable TcpOptions options) {
		this.tcp = options;
		return this;
	}

	/**
	 * Sets where to listen, whatever else {@link #tcp(TcpOptions)} said. Without sockets
	 * it does nothing.
	 * @param port the port, 0 for a free one
	 * @return this
	 */
	public NixlAgentBuilder port(int port) {
		TcpOptions options = this.tcp;
		if (options != null) {
			this.tcp = options.withBind(options.bindAddress(), port);
		}
		return this;
	}

	/**
	 * Encrypts all connections, whatever else {@link #tcp(TcpOptions)} said. Without
	 * sockets it does nothing.
	 * @param tls keys and rules, or {@code null} for connections without TLS
	 * @return this
	 */
	public NixlAgentBuilder tls(@Nullable TlsOptions tls) {
		TcpOptions options = this.tcp;
		if (options != null) {
			this.tcp = options.withTls(tls);
		}
		return this;
	}

	/**
	 * Lets the agent meet others of this process without sockets.
	 * @param network the network, shared with the others
	 * @return this
	 */
	public NixlAgentBuilder network(@Nullable InProcessNetwork network) {
		this.network = network;
		return this;
	}

	/**
	 * Sets where metadata is published and looked up.
	 * @param store the store, not closed by the agent
	 * @return this
	 */
	public NixlAgentBuilder metadataStore(@Nullable NixlMetadataStore store) {
		this.store = store;
		return this;
	}

	/**
	 * Sets all that the agent's metadata says beside its regions, in place of what was
	 * set before.
	 * @param additions the additions; incarnation, endpoint and features are the agent's
	 * @return this
	 */
	public NixlAgentBuilder metadata(NixlMetadata.Additions additions) {
		this.additions = additions;
		return this;
	}

	/**
	 * Says where the agent is: between agents of different zones only the route
	 * {@code tcp} is used, whatever other routes there are. An agent without a zone is in
	 * every zone.
	 * @param zone data centre or the like, 1 to 255 bytes of UTF-8 without control
	 * characters, or {@code null} for none
	 * @return this
	 */
	public NixlAgentBuilder zone(@Nullable String zone) {
		if (zone != null && zone.getBytes(StandardCharsets.UTF_8).length > AgentIdentity.MAX_NAME_BYTES) {
			throw new IllegalArgumentException(
					"zone has more than " + AgentIdentity.MAX_NAME_BYTES + " bytes of UTF-8");
		}
		return metadata(this.additions.withZone(zone));
	}

	/**
	 * Says in the metadata what the agent serves as.
	 * @param roles such as {@code prefill} or {@code decode}
	 * @return this
	 * @see NixlAgent#updateRoles(List)
	 */
	public NixlAgentBuilder roles(List<String> roles) {
		return metadata(this.additions.withRoles(roles));
	}

	/**
	 * Says in the metadata which model the agent's engine serves.
	 * @param model the model, or {@code null} for none
	 * @return this
	 * @see NixlAgent#updateModel(String)
	 */
	public NixlAgentBuilder model(@Nullable String model) {
		return metadata(this.additions.withModel(model));
	}

	/**
	 * Says in the metadata how much the agent can take.
	 * @param capacity figures by name, none negative
	 * @return this
	 * @see NixlAgent#updateCapacity(Map)
	 */
	public NixlAgentBuilder capacity(Map<String, Long> capacity) {
		return metadata(this.additions.withCapacity(capacity));
	}

	/**
	 * Says where an engine listens that no store knows.
	 * @param engineId the engine
	 * @param endpoint {@code host:port}, an IPv6 host in brackets
	 * @return this
	 */
	public NixlAgentBuilder peer(String engineId, String endpoint) {
		this.peers.put(NixlMetadata.checkEngineId(engineId), NixlMetadata.checkSessionEndpoint(endpoint));
		return this;
	}

	/**
	 * Sets how long to wait.
	 * @param timeouts the time-outs
	 * @return this
	 */
	public NixlAgentBuilder timeouts(Timeouts timeouts) {
		this.timeouts = timeouts;
		return this;
	}

	/**
	 * Sets how many requests may be in flight to one peer on one route; eight times as
	 * many may wait, then posts are refused as {@code BUSY}.
	 * @param queueDepth the bound, at least one
	 * @return this
	 */
	public NixlAgentBuilder queueDepth(int queueDepth) {
		if (queueDepth < 1) {
			throw new IllegalArgumentException("queue-depth must be at least 1, not " + queueDepth);
		}
		this.queueDepth = queueDepth;
		return this;
	}

	/**
	 * Sets who provides memory that the host cannot reach, such as that of GPUs. By
	 * default these are all that {@link ServiceLoader} finds. One that cannot work here
	 * is left out; allocating such memory then says why.
	 * @param providers the providers, the preferred one of each type first
	 * @return this
	 */
	public NixlAgentBuilder deviceMemory(List<? extends DeviceMemoryProvider> providers) {
		this.devices = List.copyOf(providers);
		return this;
	}

	/**
	 * Sets how the agent waits for transfers and peers. By default it polls.
	 * @param completionMode the mode
	 * @return this
	 */
	public NixlAgentBuilder completionMode(CompletionMode completionMode) {
		this.completionMode = completionMode;
		return this;
	}

	/**
	 * Sets how much memory of the host sockets may use to reach memory of devices. It is
	 * allocated when the first such transfer needs it.
	 * @param bytes the bound in bytes, 1 MiB to 1 GiB
	 * @return this
	 */
	public NixlAgentBuilder stagingMemory(long bytes) {
		if (bytes < MIN_STAGING_MEMORY || bytes > MAX_STAGING_MEMORY) {
			throw new IllegalArgumentException("staging-memory must be 1 MiB to 1 GiB, not " + bytes + " bytes");
		}
		this.stagingMemory = bytes;
		return this;
	}

	/**
	 * Sets what runs notification handlers and completes futures. By default the agent
	 * has daemon threads of its own for that.
	 * @param callbacks the executor, not closed by the agent; it may block
	 * @return this
	 */
	public NixlAgentBuilder callbackExecutor(@Nullable Executor callbacks) {
		this.callbacks = callbacks;
		return this;
	}

	/**
	 * Builds an agent. It has no threads and no sockets until it is started.
	 * @return the agent, to be closed by the caller
	 */
	public NixlAgent build() {
		String agentName = (this.name != null) ? this.name : "agent-" + random();
		String engine = (this.engineId != null) ? this.engineId : NixlMetadata.checkEngineId(agentName);
		List<RouteProvider> providers = (this.routes != null) ? this.routes : discovered(RouteProvider.class);
		if (providers.isEmpty()) {
			throw NixlError.UNSUPPORTED.exception("An agent needs at least one route", null, "build", null);
		}
		List<DeviceMemoryProvider> memories = (this.devices != null) ? this.devices
				: discovered(DeviceMemoryProvider.class);
		return new DefaultNixlAgent(new AgentSettings(agentName, engine, providers, this.tcp, this.network, this.store,
				this.additions, Map.copyOf(this.peers), this.timeouts, this.queueDepth, this.completionMode, memories,
				this.stagingMemory, this.callbacks));
	}

	private static <T> List<T> discovered(Class<T> type) {
		List<T> found = new ArrayList<>();
		ServiceLoader.load(type, NixlAgentBuilder.class.getClassLoader()).forEach(found::add);
		return found;
	}

	private static String random() {
		return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
	}

}
