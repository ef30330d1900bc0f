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
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.FramedWriter;
import io.nixl4j.wire.MsgPackReader;
import io.nixl4j.wire.WireException;

/**
 * Session messages as frames. Notifications carry their payload as the frame's body, all
 * others are a header only. Keys that are not known are skipped; a missing one is an
 * error where it has no natural default.
 */
final class SessionCodec {

	/** Longest name of a region in bytes of UTF-8: 256 characters of three bytes. */
	private static final int MAX_NAME = 768;

	/** Longest reason of a goodbye in bytes of UTF-8. */
	private static final int MAX_REASON = 1_024;

	private static final int HANDLE = 'h';

	private static final int NAME = 'n';

	private static final int ADDRESS = 'a';

	private static final int LENGTH = 'l';

	private static final int MEMORY = 'm';

	private static final int DEVICE = 'd';

	private static final int PERMISSIONS = 'p';

	private static final int NUMBER = 's';

	private static final int ROUTE = 'r';

	private static final int LANE = 'i';

	private static final int REASON = 'w';

	private static final int RECEIVED = 'c';

	private SessionCodec() {
	}

	static void write(SessionMessage message, FramedWriter writer) {
		if (message instanceof SessionMessage.Notify notify) {
			writer.send(FrameType.NOTIFY, 1, (out) -> out.key(NUMBER).unsigned(notify.number()), notify.payload());
		}
		else if (message instanceof SessionMessage.NotifyAck ack) {
			writer.send(FrameType.NOTIFY_ACK, 1, (out) -> out.key(NUMBER).unsigned(ack.upTo()), null);
		}
		else if (message instanceof SessionMessage.Grant grant) {
			writer.send(FrameType.GRANT, 7, (out) -> {
				out.key(HANDLE).unsigned(grant.handle());
				out.key(NAME).string(grant.name());
				out.key(ADDRESS).unsigned(grant.address());
				out.key(LENGTH).unsigned(grant.length());
				out.key(MEMORY).string(grant.type().name());
				out.key(DEVICE).unsigned(grant.deviceId());
				out.key(PERMISSIONS).string(grant.permissions().code());
			}, null);
		}
		else if (message instanceof SessionMessage.Granted) {
			writer.send(FrameType.GRANTED, 0, (out) -> {
			}, null);
		}
		else if (message instanceof SessionMessage.Withdraw withdraw) {
			writer.send(FrameType.WITHDRAW, 1, (out) -> out.key(HANDLE).unsigned(withdraw.handle()), null);
		}
		else if (message instanceof SessionMessage.Withdrawn withdrawn) {
			writer.send(FrameType.WITHDRAWN, 1, (out) -> out.key(HANDLE).unsigned(withdrawn.handle()), null);
		}
		else if (message instanceof SessionMessage.Goodbye goodbye) {
			writer.send(FrameType.GOODBYE, 1, (out) -> out.key(REASON).string(shortened(goodbye.reason())), null);
		}
		else if (message instanceof SessionMessage.Ping ping) {
			writer.send(FrameType.PING, 1, (out) -> out.key(RECEIVED).unsigned(ping.received()), null);
		}
		else if (message instanceof SessionMessage.Pong pong) {
			writer.send(FrameType.PONG, 1, (out) -> out.key(RECEIVED).unsigned(pong.received()), null);
		}
		else if (message instanceof SessionMessage.Fence fence) {
			writer.send(FrameType.FENCE, 2,
					(out) -> out.key(ROUTE).string(fence.route()).key(LANE).unsigned(fence.lane()), null);
		}
		else if (message instanceof SessionMessage.Fenced fenced) {
			writer.send(FrameType.FENCED, 2,
					(out) -> out.key(ROUTE).string(fenced.route()).key(LANE).unsigned(fenced.lane()), null);
		}
	}

	// A character takes three bytes at most, or two characters four.
	private static String shortened(String reason) {
		return (reason.length() <= MAX_REASON / 3) ? reason : reason.substring(0, MAX_REASON / 3);
	}

	/**
	 * Reads a message other than a notification.
	 * @param type the frame's type
	 * @param entries how many entries the header has
	 * @param in stands at the first of them
	 * @return the message
	 */
	static SessionMessage read(int type, int entries, MsgPackReader in) {
		Fields fields = new Fields();
		for (int i = 0; i < entries; i++) {
			fields.read(in);
		}
		in.expectEnd();
		return switch (type) {
			case FrameType.GRANT -> fields.grant();
			case FrameType.GRANTED -> new SessionMessage.Granted();
			case FrameType.WITHDRAW -> new SessionMessage.Withdraw(fields.handle);
			case FrameType.WITHDRAWN -> new SessionMessage.Withdrawn(fields.handle);
			case FrameType.NOTIFY_ACK -> new SessionMessage.NotifyAck(fields.number);
			case FrameType.GOODBYE -> new SessionMessage.Goodbye(fields.reason);
			case FrameType.PING -> new SessionMessage.Ping(fields.received);
			case FrameType.PONG -> new SessionMessage.Pong(fields.received);
			case FrameType.FENCE -> new SessionMessage.Fence(fields.route, fields.lane);
			case FrameType.FENCED -> new SessionMessage.Fenced(fields.route, fields.lane);
			default -> throw WireException.protocol("frame type " + type + " does not belong on a session");
		};
	}

	/**
	 * Reads the number of a notification.
	 * @param entries how many entries the header has
	 * @param in stands at the first of them
	 * @return the number
	 */
	static long readNumber(int entries, MsgPackReader in) {
		Fields fields = new Fields();
		for (int i = 0; i < entries; i++) {
			fields.read(in);
		}
		in.expectEnd();
		return fields.number;
	}

	/**
	 * The entries of one header, whatever its type: each key means the same everywhere.
	 */
	private static final class Fields {

		private long handle;

		private String name = "";

		private long address;

		private long length;

		private String memory = "";

		private long device;

		private String permissions = "";

		private long number;

		private String route = "";

		private int lane;

		private String reason = "";

		private long received;

		private void read(MsgPackReader in) {
			switch (in.key()) {
				case HANDLE -> this.handle = in.unsigned();
				case NAME -> this.name = in.name(MAX_NAME);
				case ADDRESS -> this.address = in.unsigned();
				case LENGTH -> this.length = in.unsigned(Long.MAX_VALUE);
				case MEMORY -> this.memory = in.string(16);
				case DEVICE -> this.device = in.unsigned(Long.MAX_VALUE);
				case PERMISSIONS -> this.permissions = in.string(2);
				case NUMBER -> this.number = in.unsigned(Long.MAX_VALUE);
				case ROUTE -> this.route = in.string(32);
				case LANE -> this.lane = in.unsignedInt(Integer.MAX_VALUE);
				case REASON -> this.reason = in.text(MAX_REASON);
				case RECEIVED -> this.received = in.unsigned(Long.MAX_VALUE);
				default -> in.skip();
			}
		}

		private SessionMessage.Grant grant() {
			if (this.length == 0) {
				throw WireException.protocol("a region of no bytes was granted");
			}
			try {
				return new SessionMessage.Grant(this.handle, this.name, this.address, this.length,
						MemoryType.valueOf(this.memory), this.device, Permissions.ofCode(this.permissions));
			}
			catch (IllegalArgumentException | NixlException ex) {
				throw WireException.protocol("a region of unknown type or permissions was granted");
			}
		}

	}

}
