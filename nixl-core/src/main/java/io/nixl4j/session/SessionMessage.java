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

package io.nixl4j.session;

import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;

/**
 * What two ends of a session say to each other, in order.
 */
sealed interface SessionMessage {

	/**
	 * The receiver may use a region of the sender.
	 *
	 * @param handle names the region on routes and in later messages
	 * @param name the region's name, empty if it has none
	 * @param address the region's start in the sender's address space
	 * @param length the region's length in bytes
	 * @param type the region's memory type
	 * @param deviceId the device that the memory is on
	 * @param permissions what the receiver may do
	 */
	record Grant(long handle, String name, long address, long length, MemoryType type, long deviceId,
			Permissions permissions) implements SessionMessage {

		@Override
		public String toString() {
			return "Grant[" + this.name + ", " + this.length + " bytes, " + this.permissions + "]";
		}

	}

	/**
	 * All grants that existed when the session began have been said.
	 */
	record Granted() implements SessionMessage {
	}

	/**
	 * A grant has ended.
	 *
	 * @param handle the grant's handle
	 */
	record Withdraw(long handle) implements SessionMessage {

		@Override
		public String toString() {
			return "Withdraw";
		}

	}

	/**
	 * Nothing of the receiver of a withdrawal uses the grant any more.
	 *
	 * @param handle the grant's handle
	 */
	record Withdrawn(long handle) implements SessionMessage {

		@Override
		public String toString() {
			return "Withdrawn";
		}

	}

	/**
	 * A notification.
	 *
	 * @param number the sender's number of it, from one, without gaps
	 * @param payload the bytes, owned by the message
	 */
	record Notify(long number, byte[] payload) implements SessionMessage {

		@Override
		public String toString() {
			return "Notify[" + this.number + ", " + this.payload.length + " bytes]";
		}

	}

	/**
	 * Notifications were accepted.
	 *
	 * @param upTo all numbers up to this one
	 */
	record NotifyAck(long upTo) implements SessionMessage {
	}

	/**
	 * The sender ends the session in good order.
	 *
	 * @param reason why, for people
	 */
	record Goodbye(String reason) implements SessionMessage {
	}

	/**
	 * The receiver shall answer that it is there. Not counted as a message.
	 *
	 * @param received how many messages the sender has received
	 */
	record Ping(long received) implements SessionMessage {
	}

	/**
	 * The sender is there; an answer, or unasked. Not counted as a message.
	 *
	 * @param received how many messages the sender has received
	 */
	record Pong(long received) implements SessionMessage {
	}

	/**
	 * The receiver shall close its end of a lane.
	 *
	 * @param route the route that the lane belongs to
	 * @param lane the lane's number
	 */
	record Fence(String route, int lane) implements SessionMessage {
	}

	/**
	 * Nothing of the lane moves at the sender any more.
	 *
	 * @param route the route that the lane belonged to
	 * @param lane the lane's number
	 */
	record Fenced(String route, int lane) implements SessionMessage {
	}

}
