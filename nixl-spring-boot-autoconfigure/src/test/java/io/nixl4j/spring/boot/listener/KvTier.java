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

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import io.nixl4j.Notification;
import io.nixl4j.spring.boot.event.NixlPeerLeft;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * The example of {@code docs/spring.md}.
 */
@Component
class KvTier implements NixlNotificationErrorHandler {

	private static final Logger logger = LoggerFactory.getLogger(KvTier.class);

	private final Map<String, String> owners = new ConcurrentHashMap<>();

	@NixlNotificationListener(prefix = "stored:", from = "decode-*", concurrency = "4", errorHandler = "kvTier")
	void stored(String payload, @NotificationSender String engine) {
		this.owners.put(payload.substring("stored:".length()), engine);
	}

	@NixlNotificationListener(prefix = "evicted:")
	void evicted(Notification notification) {
		this.owners.remove(notification.text().substring("evicted:".length()), notification.engineId());
	}

	@EventListener
	void left(NixlPeerLeft event) {
		this.owners.values().removeIf(event.getEngineId()::equals);
	}

	@Override
	public void handleError(Throwable failure, Notification notification, String listenerId) {
		logger.warn("{} of engine {} was not noted", listenerId, notification.engineId(), failure);
	}

	Optional<String> owner(String block) {
		return Optional.ofNullable(this.owners.get(block));
	}

}
