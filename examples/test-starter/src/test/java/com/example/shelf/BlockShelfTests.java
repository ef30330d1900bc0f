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

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

import com.example.shelf.ShelfException.Reason;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlBackendException;
import io.nixl4j.memory.NixlError;
import io.nixl4j.spring.boot.test.AutoConfigureTestNixl;
import io.nixl4j.spring.boot.test.NixlFaults;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * What the shelf does when its peer, or the way to it, does not do what it should.
 */
@SpringBootTest(properties = { "shelf.buffers=2", "shelf.timeout=60s" })
@AutoConfigureTestNixl
@Import(CachePeer.class)
class BlockShelfTests {

	@Autowired
	private BlockShelf shelf;

	@Autowired
	private MemoryRegion memoryOfTheCache;

	@Autowired
	private NixlFaults faults;

	@Test
	void blockComesBackAsItWasKept() throws Exception {
		this.shelf.keep(3, block(1));
		this.shelf.keep(4, block(2));
		assertThat(this.shelf.bring(3)).isEqualTo(block(1));
		assertThat(this.shelf.bring(4)).isEqualTo(block(2));
		assertThat(inTheCache(3)).isEqualTo(block(1));
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 1 })
	void contentOfAnotherSizeIsRefusedAndCostsNoBuffer(int difference) throws Exception {
		this.shelf.keep(3, block(1));
		byte[] content = new byte[CachePeer.BLOCK_SIZE + difference];
		assertThatIllegalArgumentException().isThrownBy(() -> this.shelf.keep(3, content));
		await().until(() -> this.shelf.freeBuffers() == 2);
		assertThat(this.shelf.bring(3)).isEqualTo(block(1));
	}

	@Test
	void slowNetworkIsBorne() throws Exception {
		this.faults.between("gateway-1", "cache-1").delay(Duration.ofMillis(20));
		this.shelf.keep(0, block(1));
		assertThat(this.shelf.bring(0)).isEqualTo(block(1));
	}

	@Test
	void failureIsToldAndTheNextOneWorks() throws Exception {
		this.faults.between("gateway-1", "cache-1").writes().failNext();
		assertThatExceptionOfType(NixlBackendException.class).isThrownBy(() -> this.shelf.keep(2, block(1)));
		await().untilAsserted(() -> this.shelf.keep(2, block(2)));
		assertThat(this.shelf.bring(2)).isEqualTo(block(2));
	}

	@Test
	void connectionThatBreaksIsNotSeen() throws Exception {
		this.faults.between("gateway-1", "cache-1").failNext(NixlError.PEER_LOST);
		this.shelf.keep(2, block(1));
		assertThat(this.shelf.bring(2)).isEqualTo(block(1));
	}

	@Test
	void lateBytesSpoilNoOtherBlock() throws Exception {
		this.faults.between("gateway-1", "cache-1").writes().lateBytesNext().lateBytesNext();
		assertThatExceptionOfType(NixlBackendException.class).isThrownBy(() -> this.shelf.keep(5, block(1)));
		assertThatExceptionOfType(NixlBackendException.class).isThrownBy(() -> this.shelf.keep(6, block(2)));
		// Both buffers are still to be read: used again, they send other bytes.
		assertThat(this.shelf.freeBuffers()).isZero();
		assertRefused(Reason.BUSY, () -> this.shelf.keep(7, block(3)));
		assertRefused(Reason.IN_DOUBT, () -> this.shelf.keep(5, block(3)));
		assertThat(inTheCache(5)).isNotEqualTo(block(1));
		this.faults.land();
		await().until(() -> this.shelf.freeBuffers() == 2);
		assertThat(inTheCache(5)).isEqualTo(block(1));
		assertThat(inTheCache(6)).isEqualTo(block(2));
		await().untilAsserted(() -> this.shelf.keep(5, block(3)));
		assertThat(this.shelf.bring(5)).isEqualTo(block(3));
	}

	@Test
	void partitionThatHealsInTimeIsNotSeen() throws Exception {
		this.shelf.keep(0, block(1));
		this.faults.partition("gateway-1", "cache-1");
		CompletableFuture<byte[]> bringing = CompletableFuture.supplyAsync(() -> {
			try {
				return this.shelf.bring(0);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
		await().until(() -> this.faults.heldBack() == 1);
		assertThat(bringing).isNotDone();
		this.faults.heal();
		assertThat(bringing.join()).isEqualTo(block(1));
	}

	@Test
	void blocksOfACacheThatRestartedAreLost() throws Exception {
		this.shelf.keep(0, block(1));
		this.faults.restart("cache-1");
		await().untilAsserted(() -> assertRefused(Reason.LOST, () -> this.shelf.bring(0)));
		this.shelf.keep(0, block(2));
		assertThat(this.shelf.bring(0)).isEqualTo(block(2));
	}

	private static void assertRefused(Reason reason, ThrowingCallable call) {
		assertThatExceptionOfType(ShelfException.class).isThrownBy(call)
			.extracting(ShelfException::reason)
			.isEqualTo(reason);
	}

	private byte[] inTheCache(int block) {
		byte[] content = new byte[CachePeer.BLOCK_SIZE];
		this.memoryOfTheCache.buffer((long) block * CachePeer.BLOCK_SIZE, CachePeer.BLOCK_SIZE).get(content);
		return content;
	}

	private static byte[] block(int seed) {
		byte[] content = new byte[CachePeer.BLOCK_SIZE];
		Arrays.fill(content, (byte) seed);
		return content;
	}

}
