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

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import io.nixl4j.Notification;

import org.springframework.util.PatternMatchUtils;

/**
 * Which notifications are meant for a listener.
 *
 * @param prefix what payloads begin with
 * @param senders patterns of engine ids; none for any
 */
record NotificationFilter(byte[] prefix, List<String> senders) {

	static NotificationFilter of(String prefix, List<String> senders) {
		return new NotificationFilter(prefix.getBytes(StandardCharsets.UTF_8), senders);
	}

	boolean accepts(Notification notification) {
		byte[] payload = notification.payload();
		boolean begins = payload.length >= this.prefix.length
				&& Arrays.equals(this.prefix, 0, this.prefix.length, payload, 0, this.prefix.length);
		return begins && (this.senders.isEmpty() || this.senders.stream()
			.anyMatch((pattern) -> PatternMatchUtils.simpleMatch(pattern, notification.engineId())));
	}

}
