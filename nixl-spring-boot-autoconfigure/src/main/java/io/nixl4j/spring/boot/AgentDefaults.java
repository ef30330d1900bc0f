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

package io.nixl4j.spring.boot;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.TcpLimits;
import io.nixl4j.TcpOptions;
import io.nixl4j.Timeouts;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Puts the configuration into builders.
 */
final class AgentDefaults {

	private static final int MIN_MTU = 256;

	private static final int MAX_MTU = 4096;

	private static final String DEFAULT_APPLICATION = "agent";

	private static final int MAX_APPLICATION = 64;

	private final NixlProperties properties;

	private final String application;

	/**
	 * Takes the configuration.
	 * @param properties the configuration
	 * @param application the application's name, or {@code null} if it has none
	 */
	AgentDefaults(NixlProperties properties, @Nullable String application) {
		this.properties = properties;
		this.application = StringUtils.hasText(application) ? printable(application) : DEFAULT_APPLICATION;
	}

	// Names of applications may be anything; an engine id must not have a '/'.
	private static String printable(String application) {
		String name = application.strip().replaceAll("[^\\p{Alnum}._-]", "-");
		return name.substring(0, Math.min(MAX_APPLICATION, name.length()));
	}

	/**
	 * Makes a builder with all that any agent of the application has in common: it has a
	 * name of its own and listens on a free port.
	 * @return the builder
	 */
	NixlAgentBuilder builder() {
		NixlAgentBuilder builder = NixlAgent.builder()
			.name(this.application + "-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt()))
			.tcp(tcp().withBind(this.properties.tcp().bindAddress(), 0))
			.timeouts(timeouts());
		ConfigurationCheck.group("tuning", () -> builder.queueDepth(this.properties.tuning().queueDepth()));
		ConfigurationCheck.group("tcp", () -> builder.stagingMemory(this.properties.tcp().stagingMemory().toBytes()));
		builder.completionMode(this.properties.tuning().completionMode());
		ConfigurationCheck.key("tuning.mtu", () -> checkMtu(this.properties.tuning().mtu()));
		ConfigurationCheck.key("zone", () -> builder.zone(this.properties.zone()));
		this.properties.peers()
			.forEach((engine, endpoint) -> ConfigurationCheck.key("peers." + engine,
					() -> builder.peer(engine, endpoint)));
		return builder;
	}

	// No route uses it yet; a wrong one is told now, not when an RDMA route comes.
	private static int checkMtu(int mtu) {
		if (Integer.bitCount(mtu) != 1 || mtu < MIN_MTU || mtu > MAX_MTU) {
			throw new IllegalArgumentException("must be 256, 512, 1024, 2048 or 4096, not " + mtu);
		}
		return mtu;
	}

	/**
	 * Makes a builder that of the one agent which the configuration speaks of.
	 * @param builder the builder
	 * @return the same builder
	 */
	NixlAgentBuilder identify(NixlAgentBuilder builder) {
		String agentName = this.properties.agentName();
		if (agentName != null) {
			builder.name(agentName);
		}
		String engineId = this.properties.engineId();
		if (engineId != null) {
			ConfigurationCheck.key("engine-id", () -> builder.engineId(engineId));
		}
		int port = this.properties.tcp().port();
		return (port != 0) ? builder.port(port) : builder;
	}

	TcpOptions tcp() {
		NixlProperties.Tcp tcp = this.properties.tcp();
		String secret = tcp.secret();
		if (secret != null && !StringUtils.hasText(secret)) {
			String key = NixlProperties.PREFIX + ".tcp.secret";
			throw new FailureAnalyzedException(key + " is empty.", "Set " + key + " to the secret that all agents"
					+ " share, or remove the key: then only peers on this host are accepted.");
		}
		return ConfigurationCheck.group("tcp",
				() -> new TcpOptions(tcp.bindAddress(), tcp.port(),
						StringUtils.hasText(tcp.advertisedHost()) ? tcp.advertisedHost() : null,
						tcp.connectionsPerPeer(), secret, tcp.checksum(), bytes(tcp.maxFrameSize()),
						bytes(tcp.sendBuffer()), bytes(tcp.receiveBuffer()), null, limits()));
	}

	private TcpLimits limits() {
		NixlProperties.Limits limits = this.properties.tcp().limits();
		return ConfigurationCheck.group("tcp.limits",
				() -> new TcpLimits(limits.connections(), limits.lanes(), limits.handshakes(),
						limits.handshakesPerAddress(), limits.frameTime(), bytes(limits.frameRate()), limits.requests(),
						bytes(limits.answers())));
	}

	Timeouts timeouts() {
		NixlProperties.Timeouts timeouts = this.properties.timeouts();
		return ConfigurationCheck.group("timeouts", () -> new Timeouts(timeouts.transfer(), timeouts.connect(),
				timeouts.handshake(), timeouts.drain(), timeouts.regionClose(), timeouts.peer()));
	}

	private static int bytes(DataSize size) {
		return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, size.toBytes()));
	}

}
