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

package io.nixl4j.route.tcp;

import io.nixl4j.memory.NixlError;
import io.nixl4j.wire.FramedWriter;
import io.nixl4j.wire.MsgPackReader;
import io.nixl4j.wire.MsgPackWriter;
import io.nixl4j.wire.WireException;

/**
 * The header of a lane's frame, read into fields that are reused. Which keys a frame has
 * is its type's matter; absent ones are asked for by {@link #require(int)}.
 */
final class LaneHeader {

	static final int HAS_TOTAL = 1;

	static final int HAS_CHUNK = 2;

	static final int HAS_RUNS = 4;

	static final int HAS_BYTES = 32;

	private static final int HAS_ID = 8;

	private static final int HAS_ATTEMPT = 16;

	private static final int ID = 'i' << 8 | 'd';

	private static final int ATTEMPT = 'a' << 8 | 't';

	private static final int TOTAL = 't' << 16 | 'o' << 8 | 't';

	private static final int CHUNK = 'c';

	private static final int RUNS = 'r';

	private static final int ERROR = 'e';

	private static final int MESSAGE = 'm';

	private static final int BYTES = 'b';

	private static final int MAX_MESSAGE = 1024;

	private final RunList runs = new RunList();

	private int present;

	private long id;

	private int attempt;

	private long total;

	private int chunk;

	private int bytes;

	private NixlError error = NixlError.BACKEND;

	private String message = "";

	void read(int entries, MsgPackReader header) {
		this.present = 0;
		this.error = NixlError.BACKEND;
		this.message = "";
		this.runs.clear();
		for (int i = 0; i < entries; i++) {
			readEntry(header);
		}
		header.expectEnd();
		require(HAS_ID | HAS_ATTEMPT);
	}

	private void readEntry(MsgPackReader header) {
		switch (header.key()) {
			case ID -> {
				this.id = header.unsigned();
				this.present |= HAS_ID;
			}
			case ATTEMPT -> {
				this.attempt = header.unsignedInt(Integer.MAX_VALUE);
				this.present |= HAS_ATTEMPT;
			}
			case TOTAL -> {
				this.total = header.unsigned();
				this.present |= HAS_TOTAL;
			}
			case CHUNK -> {
				this.chunk = header.unsignedInt(Integer.MAX_VALUE);
				this.present |= HAS_CHUNK;
			}
			case RUNS -> {
				this.runs.read(header);
				this.present |= HAS_RUNS;
			}
			case BYTES -> {
				this.bytes = header.unsignedInt(Integer.MAX_VALUE);
				this.present |= HAS_BYTES;
			}
			case ERROR -> this.error = NixlError.ofCode(header.string(64));
			case MESSAGE -> this.message = header.text(MAX_MESSAGE);
			default -> header.skip();
		}
	}

	void require(int keys) {
		if ((this.present & keys) != keys) {
			throw WireException.protocol("a lane's frame lacks a part of its header");
		}
	}

	long id() {
		return this.id;
	}

	int attempt() {
		return this.attempt;
	}

	/** The request's bytes, any 64 bits. */
	long total() {
		return this.total;
	}

	int chunk() {
		return this.chunk;
	}

	/** The bytes of one frame. */
	int bytes() {
		return this.bytes;
	}

	RunList runs() {
		return this.runs;
	}

	NixlError error() {
		return this.error;
	}

	String message() {
		return this.message;
	}

	/** Begins a frame with the keys that all have. */
	static MsgPackWriter begin(FramedWriter writer, int type, long id, int attempt, int more) {
		return writer.begin(type, 2 + more).key(ID).unsigned(id).key(ATTEMPT).unsigned(attempt);
	}

	static MsgPackWriter total(MsgPackWriter header, long total) {
		return header.key(TOTAL).unsigned(total);
	}

	static MsgPackWriter chunk(MsgPackWriter header, int chunk) {
		return header.key(CHUNK).unsigned(chunk);
	}

	static MsgPackWriter bytes(MsgPackWriter header, int bytes) {
		return header.key(BYTES).unsigned(bytes);
	}

	static void runs(MsgPackWriter header, RunList runs) {
		runs.write(header.key(RUNS));
	}

	static void failure(MsgPackWriter header, NixlError error, String message) {
		String shortened = (message.length() > MAX_MESSAGE / 4) ? message.substring(0, MAX_MESSAGE / 4) : message;
		header.key(ERROR).string(error.code()).key(MESSAGE).string(shortened);
	}

}
