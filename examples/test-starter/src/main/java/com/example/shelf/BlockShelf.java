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

package com.example.shelf;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiFunction;

import com.example.shelf.ShelfException.Reason;
import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.Transfer;
import io.nixl4j.TransferBuilder;
import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.RegionOptions;

import org.springframework.stereotype.Component;

/**
 * Writes KV blocks into the memory of a peer and reads them back. A transfer that failed
 * has not stopped: its buffer here is used again after its release only, its block at the
 * peer after its stop.
 */
@Component
public class BlockShelf {

	/** What the peer calls the memory in which it keeps blocks. */
	static final String REGION = "shelf";

	private final NixlAgent agent;

	private final ShelfProperties properties;

	private final int blockSize;

	private final MemoryRegion buffers;

	private final BlockingQueue<Integer> free = new LinkedBlockingQueue<>();

	private final Set<Integer> inDoubt = ConcurrentHashMap.newKeySet();

	/** Which life of the peer has a block: memory ends with its process. */
	private final Map<Integer, Incarnation> keepers = new ConcurrentHashMap<>();

	BlockShelf(NixlAgent agent, ShelfProperties properties) {
		this.agent = agent;
		this.properties = properties;
		this.blockSize = Math.toIntExact(properties.blockSize().toBytes());
		this.buffers = agent.allocate((long) this.blockSize * properties.buffers(), RegionOptions.of(""));
		for (int buffer = 0; buffer < properties.buffers(); buffer++) {
			this.free.add(buffer);
		}
	}

	/**
	 * Keeps a block, in place of what was kept under its number.
	 * @param block the number at the peer
	 * @param content as many bytes as a block has
	 * @throws IllegalArgumentException if it has more or fewer; nothing is kept then
	 * @throws InterruptedException if the thread is interrupted; the transfer goes on
	 */
	public void keep(int block, byte[] content) throws InterruptedException {
		if (content.length != this.blockSize) {
			throw new IllegalArgumentException("A block has " + this.blockSize + " bytes, not " + content.length);
		}
		NixlPeer peer = this.agent.connect(this.properties.peer());
		int buffer = take(block);
		this.buffers.buffer((long) buffer * this.blockSize, this.blockSize).put(content);
		this.keepers.remove(block);
		finish(block, buffer, move(peer, peer::write, buffer, block));
		this.keepers.put(block, peer.incarnation());
		this.free.add(buffer);
	}

	/**
	 * Brings a block back.
	 * @param block the number at the peer
	 * @return its content
	 * @throws InterruptedException if the thread is interrupted; the transfer goes on
	 */
	public byte[] bring(int block) throws InterruptedException {
		NixlPeer peer = this.agent.connect(this.properties.peer());
		if (!peer.incarnation().equals(this.keepers.get(block))) {
			throw new ShelfException(Reason.LOST, block);
		}
		int buffer = take(block);
		finish(block, buffer, move(peer, peer::read, buffer, block));
		byte[] content = new byte[this.blockSize];
		this.buffers.buffer((long) buffer * this.blockSize, this.blockSize).get(content);
		this.free.add(buffer);
		return content;
	}

	/**
	 * Returns how many buffers are free now.
	 * @return the number of them
	 */
	public int freeBuffers() {
		return this.free.size();
	}

	private int take(int block) {
		if (this.inDoubt.contains(block)) {
			throw new ShelfException(Reason.IN_DOUBT, block);
		}
		Integer buffer = this.free.poll();
		if (buffer == null) {
			throw new ShelfException(Reason.BUSY, block);
		}
		return buffer;
	}

	private Transfer move(NixlPeer peer, BiFunction<DescriptorList, DescriptorList, TransferBuilder> operation,
			int buffer, int block) {
		try {
			return operation
				.apply(this.buffers.blocks(this.blockSize, buffer), peer.region(REGION).blocks(this.blockSize, block))
				.timeout(this.properties.timeout())
				.submit();
		}
		catch (RuntimeException ex) {
			// Refused before anything was on its way.
			this.free.add(buffer);
			throw ex;
		}
	}

	/** Whatever goes wrong, memory is free only by its own proof. */
	private void finish(int block, int buffer, Transfer transfer) throws InterruptedException {
		boolean done = false;
		try {
			transfer.await();
			done = true;
		}
		finally {
			if (!done) {
				this.inDoubt.add(block);
				transfer.stopped().thenRun(() -> this.inDoubt.remove(block));
				transfer.released().thenRun(() -> this.free.add(buffer));
			}
		}
	}

}
