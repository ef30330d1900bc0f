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

import java.util.ArrayDeque;

import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.route.PeerLink;
import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.FramedWriter;
import io.nixl4j.wire.MsgPackWriter;

/**
 * Answers the chunks that the peer asked for on one lane, in order. Used by the lane's
 * event loop.
 */
final class ReadService extends FrameSource {

	/** Chunks that one peer may have waiting on a lane; it asks for fewer at a time. */
	private static final int MAX_CHUNKS = 8 * ReadCredit.CHUNKS;

	private final Lane lane;

	private final PeerLink link;

	/** Used again from chunk to chunk. */
	private final ArrayDeque<Chunk> spare = new ArrayDeque<>();

	private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();

	ReadService(Lane lane, PeerLink link) {
		this.lane = lane;
		this.link = link;
	}

	/** Whether one more chunk may wait. */
	void checkRoom() {
		if (this.chunks.size() >= MAX_CHUNKS) {
			throw NixlError.BUSY.exception("more than " + MAX_CHUNKS + " chunks are asked for at once");
		}
	}

	/**
	 * Queues the chunk that a header asks for.
	 * @param header the header
	 * @param bytes the chunk's bytes
	 * @param runs where they are; taken over
	 */
	void add(LaneHeader header, int bytes, AdmittedRuns runs) {
		Chunk kept = this.spare.pollLast();
		Chunk chunk = (kept != null) ? kept : new Chunk();
		chunk.runs.takeFrom(runs);
		chunk.id = header.id();
		chunk.attempt = header.attempt();
		chunk.number = header.chunk();
		chunk.bytes = bytes;
		this.chunks.addLast(chunk);
		this.lane.enqueue(this);
	}

	@Override
	boolean isShort() {
		return false;
	}

	@Override
	boolean writeFrame() {
		Chunk chunk = this.chunks.pollFirst();
		if (chunk != null) {
			write(chunk);
		}
		return !this.chunks.isEmpty();
	}

	private void write(Chunk chunk) {
		MsgPackWriter header = LaneHeader.begin(this.lane.writer(), FrameType.READ_DATA, chunk.id, chunk.attempt, 1);
		LaneHeader.chunk(header, chunk.number);
		FrameBody body = this.lane.body();
		body.begin(chunk.bytes);
		RunList list = chunk.list;
		for (int group = 0; group < list.groups(); group++) {
			LocalRegion region = chunk.runs.region(group);
			for (int run = list.firstRun(group); run < list.endRun(group); run++) {
				for (long i = 0; i < list.count(run); i++) {
					body.add(region, list.start(run) + i * list.stride(run), (int) list.length(run));
				}
			}
		}
		body.finish();
		this.lane.writer().end(chunk);
	}

	/** Drops what waits of an attempt and of those before it. */
	void drop(long id, int attempt) {
		this.chunks.removeIf((chunk) -> {
			boolean matches = chunk.id == id && chunk.attempt <= attempt;
			if (matches) {
				chunk.done();
			}
			return matches;
		});
	}

	/** Drops everything. */
	void close() {
		this.chunks.forEach(Chunk::done);
		this.chunks.clear();
	}

	/** One chunk that waits, or is being sent. */
	private final class Chunk implements FramedWriter.WriteListener {

		private final RunList list = new RunList();

		private final AdmittedRuns runs = new AdmittedRuns(ReadService.this.link, this.list);

		private long id;

		private int attempt;

		private int number;

		private int bytes;

		@Override
		public void done() {
			this.runs.leave();
			if (ReadService.this.spare.size() < MAX_CHUNKS) {
				ReadService.this.spare.addLast(this);
			}
		}

	}

}
