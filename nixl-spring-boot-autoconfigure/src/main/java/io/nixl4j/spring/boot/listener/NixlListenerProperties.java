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

package io.nixl4j.spring.boot.listener;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What holds for {@link NixlNotificationListener} methods that do not say otherwise.
 *
 * @param autoStartup Whether listeners start with the application.
 * @param concurrency Number of notifications that a listener is called with at once.
 * @param queueCapacity Number of notifications that may wait for a listener. While as
 * many do, no listener of the agent gets any, and senders are slowed down.
 * @param stopTimeout How long a stopping listener goes on with the notifications that
 * wait for it, before they are dropped.
 */
@ConfigurationProperties("data-plane.nixl.listener")
record NixlListenerProperties(@DefaultValue("true") boolean autoStartup, @DefaultValue("1") int concurrency,
		@DefaultValue("256") int queueCapacity, @DefaultValue("10s") Duration stopTimeout) {

	static final String PREFIX = "data-plane.nixl.listener";

}
