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

package io.nixl4j.spring.boot.serving;

import java.util.ArrayList;
import java.util.List;

import io.nixl4j.serving.DecodeEngine;
import io.nixl4j.serving.PrefillEngine;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.StringUtils;

/**
 * Finds the engine of each worker. An engine computes in the cache of its worker, so two
 * workers never have the same.
 */
final class ServingEngines {

	private final ListableBeanFactory beans;

	private final NixlServingProperties properties;

	ServingEngines(ListableBeanFactory beans, NixlServingProperties properties) {
		this.beans = beans;
		this.properties = properties;
	}

	DecodeEngine decode() {
		return this.beans.getBean(decodeName(), DecodeEngine.class);
	}

	PrefillEngine prefill() {
		List<String> others = names(PrefillEngine.class);
		if (this.properties.roles().contains(NixlServingRole.DECODE)) {
			others.remove(decodeName());
		}
		return this.beans.getBean(
				chosen(NixlServingRole.PREFILL, this.properties.prefill().engine(), others, PrefillEngine.class),
				PrefillEngine.class);
	}

	private String decodeName() {
		List<String> all = names(DecodeEngine.class);
		String prefill = this.properties.prefill().engine();
		if (this.properties.roles().contains(NixlServingRole.PREFILL) && StringUtils.hasText(prefill)) {
			all.remove(prefill);
		}
		return chosen(NixlServingRole.DECODE, this.properties.decode().engine(), all, DecodeEngine.class);
	}

	private static String chosen(NixlServingRole role, @Nullable String named, List<String> candidates, Class<?> type) {
		String key = ServingFailure.key(role.key() + ".engine");
		if (StringUtils.hasText(named)) {
			if (candidates.contains(named)) {
				return named;
			}
			throw ServingFailure.of(role,
					"has the engine '" + named + "', which is not a " + type.getSimpleName()
							+ " bean that the other worker does not have",
					"Set " + key + " to one of " + candidates + ".");
		}
		if (candidates.size() == 1) {
			return candidates.get(0);
		}
		if (candidates.isEmpty()) {
			throw ServingFailure.of(role, "has no engine", "Make a " + type.getSimpleName() + " bean, which takes the"
					+ " KvCache bean of its worker. Each worker needs one of its own.");
		}
		throw ServingFailure.of(role, "does not say which engine it has, and there are several",
				"Set " + key + " to one of " + candidates + ".");
	}

	private List<String> names(Class<?> type) {
		return new ArrayList<>(List.of(this.beans.getBeanNamesForType(type)));
	}

}
