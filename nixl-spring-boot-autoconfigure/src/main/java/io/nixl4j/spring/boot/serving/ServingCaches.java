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

import java.util.List;

import io.nixl4j.kv.KvCache;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;

/**
 * Finds the KV cache of each worker that is made: the one that has the name of its
 * role's, or else the application's only one.
 */
final class ServingCaches {

	private final ListableBeanFactory beans;

	ServingCaches(ListableBeanFactory beans) {
		this.beans = beans;
	}

	/**
	 * Finds the cache of a worker.
	 * @param role the worker's role
	 * @return its bean
	 */
	KvCache cache(NixlServingRole role) {
		String name = role.cacheBean();
		if (this.beans.containsBean(name)) {
			return this.beans.getBean(name, KvCache.class);
		}
		try {
			return this.beans.getBean(KvCache.class);
		}
		catch (NoUniqueBeanDefinitionException ex) {
			throw ServingFailure.of(role, "does not say which KV cache it has, and there are several",
					"Name the bean of one '" + name + "', or make it the primary one of "
							+ List.of(this.beans.getBeanNamesForType(KvCache.class)) + ".");
		}
	}

}
