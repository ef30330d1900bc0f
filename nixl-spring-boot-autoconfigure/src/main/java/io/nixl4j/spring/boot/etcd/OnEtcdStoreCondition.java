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

package io.nixl4j.spring.boot.etcd;

import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;

/**
 * Holds where etcd is the store: it is named, or there is one and nothing else is named.
 */
final class OnEtcdStoreCondition extends AnyNestedCondition {

	private static final String KEY = "data-plane.nixl.metadata.store";

	OnEtcdStoreCondition() {
		super(ConfigurationPhase.REGISTER_BEAN);
	}

	@ConditionalOnProperty(name = KEY, havingValue = "etcd")
	static final class Named {

	}

	@ConditionalOnProperty(name = KEY, havingValue = "auto", matchIfMissing = true)
	@ConditionalOnBean(NixlEtcdConnectionDetails.class)
	static final class Found {

	}

}
