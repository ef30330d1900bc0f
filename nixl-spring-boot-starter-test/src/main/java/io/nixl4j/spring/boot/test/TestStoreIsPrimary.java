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

package io.nixl4j.spring.boot.test;

import io.nixl4j.metadata.NixlMetadataStore;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Makes the test's metadata store the only primary one: the application's own may be
 * primary too, and stays in the context as any other bean.
 */
final class TestStoreIsPrimary implements BeanFactoryPostProcessor {

	static final String STORE = "nixlTestMetadataStore";

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
		for (String name : beans.getBeanNamesForType(NixlMetadataStore.class, true, false)) {
			if (!name.equals(STORE) && beans.containsBeanDefinition(name)) {
				beans.getBeanDefinition(name).setPrimary(false);
			}
		}
	}

}
