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

package io.nixl4j.sample.worker;

import java.util.function.BiConsumer;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.Notification;
import io.nixl4j.memory.NixlException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends and receives serving messages by the notifications of an agent.
 */
final class Mailbox {

	private static final Logger logger = LoggerFactory.getLogger(Mailbox.class);

	private final NixlAgent agent;

	/**
	 * Creates a mailbox and begins to receive.
	 * @param agent whose notifications these are
	 * @param receiver gets the sender's engine and the message; must return soon
	 */
	Mailbox(NixlAgent agent, BiConsumer<String, ServingMessage> receiver) {
		this.agent = agent;
		agent.onNotification((notification) -> receive(notification, receiver));
	}

	private static void receive(Notification notification, BiConsumer<String, ServingMessage> receiver) {
		ServingMessage message;
		try {
			message = ServingCodec.decode(notification.payload());
		}
		catch (NixlException | IllegalArgumentException ex) {
			logger.warn("Ignoring a notification of engine {}: {}", notification.engineId(), ex.getMessage());
			return;
		}
		receiver.accept(notification.engineId(), message);
	}

	/**
	 * Sends a message, connecting to the engine if need be.
	 * @param engineId who gets it
	 * @param message the message
	 * @throws NixlException if the engine cannot be reached
	 */
	void send(String engineId, ServingMessage message) {
		NixlPeer peer = this.agent.connect(engineId);
		peer.notify(ServingCodec.encode(message)).whenComplete((nothing, failure) -> {
			if (failure != null) {
				logger.warn("{} was not delivered to engine {}: {}", message.getClass().getSimpleName(), engineId,
						failure.getMessage());
			}
		});
	}

	/**
	 * Sends a message to somebody who may be gone, which is then logged only.
	 * @param engineId who gets it
	 * @param message the message
	 */
	void tell(String engineId, ServingMessage message) {
		try {
			send(engineId, message);
		}
		catch (NixlException ex) {
			logger.warn("{} was not sent to engine {}: {}", message.getClass().getSimpleName(), engineId,
					ex.getMessage());
		}
	}

}
