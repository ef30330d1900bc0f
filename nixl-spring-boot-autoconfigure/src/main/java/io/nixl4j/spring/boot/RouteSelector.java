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

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

import io.nixl4j.route.RouteProvider;
import io.nixl4j.spring.boot.NixlProperties.Fallback;
import io.nixl4j.spring.boot.NixlProperties.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.util.StringUtils;

/**
 * Chooses from the routes that are there those that the configuration asks for, and says
 * what it asks for in vain.
 */
final class RouteSelector {

	static final String MEMORY = "memory";

	static final String TCP = "tcp";

	private static final Logger logger = LoggerFactory.getLogger(RouteSelector.class);

	private static final String NATIVE_MODULE = "io.nixl4j:nixl-native-jna";

	private static final Set<String> NATIVE = Set.of("cuda", "nixl");

	/** The preferred one first; an application's own routes come before the last. */
	private static final List<String> ORDER = List.of(MEMORY, "shm", "cuda", "nixl", "", TCP);

	private final NixlProperties properties;

	RouteSelector(NixlProperties properties) {
		this.properties = properties;
	}

	RouteSelection select(Collection<RouteProvider> found) {
		boolean nativeThere = found.stream().anyMatch(RouteSelector::isNative);
		if (!nativeThere) {
			checkNativeIsNotNeeded();
		}
		List<RouteProvider> chosen = new ArrayList<>(found);
		chosen.removeIf((provider) -> !isWanted(provider));
		chosen.sort(Comparator.comparingInt(RouteSelector::rank));
		if (chosen.isEmpty()) {
			throw new FailureAnalyzedException(
					key("transport") + " is '" + text(this.properties.transport()) + "', but of the routes "
							+ found.stream().map(RouteProvider::name).toList()
							+ " that were found none is of that kind.",
					"Set " + key("transport") + " to 'auto', or see whether the application's packaging has lost"
							+ " META-INF/services/" + RouteProvider.class.getName() + " of io.nixl4j:nixl-core.");
		}
		return new RouteSelection(chosen, nativeThere);
	}

	private void checkNativeIsNotNeeded() {
		Transport transport = this.properties.transport();
		if (transport != Transport.TCP && this.properties.fallback() == Fallback.NONE) {
			throw new FailureAnalyzedException(
					key("fallback") + " is 'none' and " + key("transport") + " is '" + text(transport)
							+ "', but there is no native route.",
					"Add the dependency " + NATIVE_MODULE + ", or set " + key("fallback") + " to 'tcp'.");
		}
		if (transport == Transport.NATIVE) {
			logger.warn(
					"{} is 'native', but there is no native route: transfers take tcp."
							+ " Add the dependency {}, or set {} to 'tcp'",
					key("transport"), NATIVE_MODULE, key("transport"));
		}
		String rdmaInterface = this.properties.rdmaInterface();
		if (StringUtils.hasText(rdmaInterface)) {
			logger.warn("{} is '{}', but there is no native route: no transfer uses it. Add the dependency {}",
					key("rdma-interface"), rdmaInterface, NATIVE_MODULE);
		}
	}

	private boolean isWanted(RouteProvider provider) {
		boolean tcp = provider.name().equals(TCP);
		return switch (this.properties.transport()) {
			case AUTO -> !tcp || this.properties.fallback() == Fallback.TCP;
			case NATIVE -> isNative(provider) || (tcp && this.properties.fallback() == Fallback.TCP);
			case TCP -> tcp;
		};
	}

	private static boolean isNative(RouteProvider provider) {
		return NATIVE.contains(provider.name());
	}

	private static int rank(RouteProvider provider) {
		int rank = ORDER.indexOf(provider.name());
		return (rank >= 0) ? rank : ORDER.indexOf("");
	}

	private static String key(String key) {
		return NixlProperties.PREFIX + "." + key;
	}

	private static String text(Transport transport) {
		return switch (transport) {
			case AUTO -> "auto";
			case NATIVE -> "native";
			case TCP -> "tcp";
		};
	}

}
