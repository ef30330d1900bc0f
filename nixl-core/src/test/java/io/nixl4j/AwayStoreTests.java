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

package io.nixl4j;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.metadata.ForwardingStore;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataStoreException;
import io.nixl4j.metadata.NixlMetadataStoreException.Problem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Agents that are published while their store is away.
 */
class AwayStoreTests {

	private final AwayStore store = new AwayStore();

	private final NixlAgent agent = NixlAgent.builder().name("decode-1").tcp(null).metadataStore(this.store).build();

	@AfterEach
	void close() {
		this.agent.close();
	}

	@Test
	void anAgentIsThereWhenItsStoreIs() {
		this.store.failure = Problem.UNREACHABLE;
		this.agent.start();
		this.agent.publish();
		assertThat(this.store.list()).isEmpty();
		this.agent.allocate("kv", 4096, MemoryType.DRAM, Permissions.READ_WRITE);
		await().until(() -> this.store.puts.get() > 2);
		this.store.failure = null;
		await().untilAsserted(() -> assertThat(this.store.find("decode-1")).get()
			.satisfies((card) -> assertThat(card.memoryDescriptors()).containsOnlyKeys("kv")));
	}

	@Test
	void anAgentThatIsWithdrawnMeanwhileIsNotPutLater() {
		this.store.failure = Problem.UNREACHABLE;
		this.agent.start();
		this.agent.publish();
		this.agent.withdraw();
		this.store.failure = null;
		this.agent.stop();
		this.agent.start();
		this.agent.publish();
		assertThat(this.store.get("decode-1").additions().incarnation())
			.isEqualTo(this.agent.incarnation().orElseThrow());
	}

	@Test
	void whatIsWrongIsTheCallersToKnow() {
		this.store.failure = Problem.PERMISSION;
		this.agent.start();
		assertThatExceptionOfType(NixlMetadataStoreException.class).isThrownBy(this.agent::publish)
			.satisfies((ex) -> assertThat(ex.problem()).isEqualTo(Problem.PERMISSION));
	}

	/**
	 * A store whose puts fail while a test says so.
	 */
	private static final class AwayStore extends ForwardingStore {

		private final AtomicInteger puts = new AtomicInteger();

		private volatile Problem failure;

		@Override
		public CompletableFuture<Void> put(NixlMetadata metadata) {
			this.puts.incrementAndGet();
			Problem problem = this.failure;
			return (problem == null) ? this.real.put(metadata) : CompletableFuture
				.failedFuture(new NixlMetadataStoreException(problem, "It is not there", null, "put metadata", null));
		}

	}

}
