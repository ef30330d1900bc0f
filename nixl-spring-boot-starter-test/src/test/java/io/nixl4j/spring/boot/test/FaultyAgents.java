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

package io.nixl4j.spring.boot.test;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.nixl4j.InProcessNetwork;
import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.Timeouts;
import io.nixl4j.Transfer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import org.awaitility.core.ConditionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Agents that faults may break, without an application context.
 */
final class FaultyAgents implements AutoCloseable {

	/** Longer than any test waits for anything in good order. */
	static final Duration LONG = Duration.ofSeconds(60);

	private final List<NixlAgent> agents = new ArrayList<>();

	private final NixlFaults faults = new NixlFaults(new InProcessNetwork(), new InMemoryNixlMetadataStore(),
			() -> this.agents);

	NixlFaults faults() {
		return this.faults;
	}

	NixlAgent start(String engineId, Timeouts timeouts) {
		NixlAgentBuilder builder = NixlAgent.builder().name(engineId).timeouts(timeouts);
		this.faults.configure(builder);
		NixlAgent agent = builder.build();
		this.agents.add(agent);
		agent.start();
		agent.publish();
		return agent;
	}

	static MemoryRegion allocate(NixlAgent agent, String name, int bytes) {
		return agent.allocate(name, bytes, MemoryType.DRAM, Permissions.READ_WRITE);
	}

	@Override
	public void close() {
		this.faults.clear();
		this.agents.forEach(NixlAgent::close);
		soon().untilAsserted(() -> assertThat(this.agents).flatMap(NixlAgent::quarantined).isEmpty());
	}

	static <T> T get(CompletableFuture<T> future) {
		try {
			return future.get(LONG.toSeconds(), TimeUnit.SECONDS);
		}
		catch (InterruptedException | TimeoutException ex) {
			throw new AssertionError("Waited in vain", ex);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof NixlException typed) {
				throw typed;
			}
			throw new AssertionError(ex.getCause());
		}
	}

	static NixlError failureOf(Transfer transfer) {
		return catchThrowableOfType(NixlException.class, () -> get(transfer.result())).error();
	}

	static void awaitStill(Transfer transfer) {
		get(transfer.released());
		get(transfer.stopped());
	}

	static ConditionFactory soon() {
		return await().atMost(LONG).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
	}

	static void stamp(MemoryRegion region, int offset, int length, long word) {
		ByteBuffer buffer = region.buffer(offset, length);
		while (buffer.hasRemaining()) {
			buffer.putLong(word);
		}
	}

	static boolean isStamped(MemoryRegion region, int offset, int length, long word) {
		ByteBuffer buffer = region.buffer(offset, length);
		while (buffer.hasRemaining()) {
			if (buffer.getLong() != word) {
				return false;
			}
		}
		return true;
	}

}
