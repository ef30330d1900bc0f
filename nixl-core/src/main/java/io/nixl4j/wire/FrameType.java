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

package io.nixl4j.wire;

/**
 * The numbers of all frames, value of the header's key {@code t}.
 */
public final class FrameType {

	/** Opener to acceptor: who I am, what I can do, whom I expect. */
	public static final int HELLO = 1;

	/** Acceptor to opener: who I am, what we will do, and my proof. */
	public static final int CHALLENGE = 2;

	/** Opener to acceptor: my proof. */
	public static final int PROOF = 3;

	/** Acceptor to opener: accepted. */
	public static final int WELCOME = 4;

	/** Either way, at any time: no, and why. The connection is closed behind it. */
	public static final int REFUSED = 5;

	/** Session: a region that the peer may use. */
	public static final int GRANT = 16;

	/** Session: a region that the peer must let go. */
	public static final int WITHDRAW = 17;

	/** Session: a region was let go. */
	public static final int WITHDRAWN = 18;

	/** Session: a notification; its payload is the body. */
	public static final int NOTIFY = 19;

	/** Session: notifications were delivered. */
	public static final int NOTIFY_ACK = 20;

	/** Session: the sender leaves. */
	public static final int GOODBYE = 21;

	/** Session: close your end of a lane. */
	public static final int FENCE = 22;

	/** Session: nothing of the lane moves here any more. */
	public static final int FENCED = 23;

	/** Session: all grants that existed when it began have been said. */
	public static final int GRANTED = 24;

	/** Session: answer me; and what was received. Not counted. */
	public static final int PING = 25;

	/** Session: I am here; and what was received. Not counted. */
	public static final int PONG = 26;

	/** Lane: bytes of a WRITE, with where they go. */
	public static final int WRITE = 32;

	/** Lane: all bytes of a WRITE are placed. */
	public static final int WRITE_ACK = 33;

	/** Lane: asks for bytes. */
	public static final int READ = 34;

	/** Lane: bytes that were asked for. */
	public static final int READ_DATA = 35;

	/** Lane: a request failed at the target, and why. */
	public static final int FAILED = 36;

	/** Lane: admit nothing more of an attempt. */
	public static final int STOP = 37;

	/** Lane: nothing of the attempt moves here any more. */
	public static final int STOPPED = 38;

	/** Lane: answer me. */
	public static final int LANE_PING = 39;

	/** Lane: I am here. */
	public static final int LANE_PONG = 40;

	/** Lane: asks for staging for one frame of a WRITE. */
	public static final int STAGE = 41;

	/** Lane: there is staging for one frame of a WRITE. */
	public static final int STAGED = 42;

	private FrameType() {
	}

}
