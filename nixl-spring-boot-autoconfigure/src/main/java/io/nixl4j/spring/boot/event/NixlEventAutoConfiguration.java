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

package io.nixl4j.spring.boot.event;

import java.time.Duration;

import io.nixl4j.NixlAgent;
import io.nixl4j.spring.boot.NixlAgentAutoConfiguration;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the application events about peers.
 */
@AutoConfiguration(after = NixlAgentAutoConfiguration.class)
@ConditionalOnClass(NixlAgent.class)
@ConditionalOnBean(NixlAgent.class)
@ConditionalOnBooleanProperty(name = "data-plane.nixl.enabled", matchIfMissing = true)
public final class NixlEventAutoConfiguration {

	private static final Duration PATIENCE = Duration.ofSeconds(2);

	@Bean
	PeerEventPublisher nixlPeerEventPublisher(ListableBeanFactory beans, ApplicationEventPublisher publisher) {
		return new PeerEventPublisher(beans, publisher, PATIENCE);
	}

}
