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

import java.util.List;

import io.nixl4j.InProcessNetwork;
import io.nixl4j.NixlAgent;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.spring.boot.NixlAgentAutoConfiguration;
import io.nixl4j.spring.boot.NixlMetadataStoreAutoConfiguration;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/**
 * Auto-configuration for {@link AutoConfigureTestNixl}; it is imported by that alone.
 */
@AutoConfiguration(before = { NixlAgentAutoConfiguration.class, NixlMetadataStoreAutoConfiguration.class })
public final class NixlTestAutoConfiguration {

	/** Primary, so that a store of the application's own is not what agents use. */
	@Bean(TestStoreIsPrimary.STORE)
	@Primary
	InMemoryNixlMetadataStore nixlTestMetadataStore() {
		return new InMemoryNixlMetadataStore();
	}

	@Bean
	NixlFaults nixlFaults(InProcessNetwork network, InMemoryNixlMetadataStore store, ListableBeanFactory beans) {
		return new NixlFaults(network, store,
				() -> List.copyOf(beans.getBeansOfType(NixlAgent.class, false, false).values()));
	}

	@Bean
	static TestStoreIsPrimary nixlTestStoreIsPrimary() {
		return new TestStoreIsPrimary();
	}

	@Bean
	static TestAgentBuilders nixlTestAgentBuilders(ObjectProvider<NixlFaults> faults) {
		return new TestAgentBuilders(faults);
	}

}
