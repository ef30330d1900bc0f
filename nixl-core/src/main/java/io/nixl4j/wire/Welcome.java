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
 * The frame that ends a handshake.
 *
 * @param sessionId the session's number
 * @param token what lanes of the session show, empty on a lane
 * @param checksums whether bodies carry checksums
 * @param received how many messages of a session that goes on the acceptor has received,
 * else {@link Hello#NEW}
 */
record Welcome(long sessionId, byte[] token, boolean checksums, long received) {

	private static final int SESSION = 's' << 16 | 'i' << 8 | 'd';

	private static final int TOKEN = 't' << 16 | 'o' << 8 | 'k';

	private static final int CHECKSUMS = 'c' << 8 | 's';

	private static final int RECEIVED = 'r' << 16 | 'c' << 8 | 'v';

	/** The end of a handshake that goes on with nothing. */
	Welcome(long sessionId, byte[] token, boolean checksums) {
		this(sessionId, token, checksums, Hello.NEW);
	}

	void write(FramedWriter writer) {
		boolean resumes = this.received != Hello.NEW;
		MsgPackWriter header = writer.begin(FrameType.WELCOME, resumes ? 4 : 3);
		header.key(SESSION).unsigned(this.sessionId);
		header.key(TOKEN).binary(this.token);
		header.key(CHECKSUMS).bool(this.checksums);
		if (resumes) {
			header.key(RECEIVED).unsigned(this.received);
		}
		writer.end(null);
		writer.flush();
	}

	static Welcome read(int entries, MsgPackReader header) {
		Long sessionId = null;
		byte[] token = {};
		boolean checksums = false;
		long received = Hello.NEW;
		for (int i = 0; i < entries; i++) {
			switch (header.key()) {
				case SESSION -> sessionId = header.unsigned();
				case TOKEN -> token = header.binary(Hello.TOKEN);
				case CHECKSUMS -> checksums = header.bool();
				case RECEIVED -> received = header.unsigned(Long.MAX_VALUE);
				default -> header.skip();
			}
		}
		header.expectEnd();
		return new Welcome(Hello.present(sessionId, "session"), token, checksums, received);
	}

	@Override
	public String toString() {
		return "Welcome[]";
	}

}
