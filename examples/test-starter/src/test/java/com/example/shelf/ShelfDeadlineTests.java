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

import com.example.shelf.ShelfException.Reason;
import io.nixl4j.memory.NixlTimeoutException;
import io.nixl4j.spring.boot.test.AutoConfigureTestNixl;
import io.nixl4j.spring.boot.test.NixlFaults;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A shelf that waits so shortly that even good order may be too slow for it now and then:
 * what must succeed here is tried again.
 */
@SpringBootTest(properties = { "shelf.buffers=2", "shelf.timeout=200ms" })
@AutoConfigureTestNixl
@Import(CachePeer.class)
class ShelfDeadlineTests {

	@Autowired
	private BlockShelf shelf;

	@Autowired
	private NixlFaults faults;

	@Test
	void blockThatTimedOutIsInDoubtUntilItsBytesHaveLanded() throws Exception {
		await().untilAsserted(() -> this.shelf.keep(1, block(1)));
		await().until(() -> this.shelf.freeBuffers() == 2);
		this.faults.between("gateway-1", "cache-1").delay(Duration.ofHours(1));
		assertThatExceptionOfType(NixlTimeoutException.class).isThrownBy(() -> this.shelf.keep(1, block(2)));
		assertThat(this.shelf.freeBuffers()).isEqualTo(1);
		assertThatExceptionOfType(ShelfException.class).isThrownBy(() -> this.shelf.keep(1, block(3)))
			.satisfies((refusal) -> assertThat(refusal.reason()).isEqualTo(Reason.IN_DOUBT));
		this.faults.clear();
		await().untilAsserted(() -> this.shelf.keep(1, block(3)));
		await().untilAsserted(() -> assertThat(this.shelf.bring(1)).isEqualTo(block(3)));
		await().until(() -> this.shelf.freeBuffers() == 2);
	}

	@Test
	void partitionThatLastsIsATimeOut() throws Exception {
		await().untilAsserted(() -> this.shelf.keep(0, block(1)));
		await().until(() -> this.shelf.freeBuffers() == 2);
		this.faults.partition("gateway-1", "cache-1");
		assertThatExceptionOfType(NixlTimeoutException.class).isThrownBy(() -> this.shelf.bring(0));
		assertThat(this.shelf.freeBuffers()).isEqualTo(1);
		this.faults.heal();
		await().untilAsserted(() -> assertThat(this.shelf.bring(0)).isEqualTo(block(1)));
		await().until(() -> this.shelf.freeBuffers() == 2);
	}

	private static byte[] block(int seed) {
		byte[] content = new byte[CachePeer.BLOCK_SIZE];
		Arrays.fill(content, (byte) seed);
		return content;
	}

}
