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

package io.nixl4j.route.contract;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.Transfer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.RemoteRegion;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * One part of the contract: opens agents for each test, and closes them when all is at
 * rest.
 */
abstract class ContractCase {

	/** How long a test waits for what must come. */
	private static final long PATIENCE_SECONDS = 60;

	ContractAgents agents;

	abstract ContractAgents open();

	@BeforeEach
	void openAgents() {
		this.agents = open();
	}

	@AfterEach
	void closeAgents() {
		this.agents.close();
	}

	/**
	 * Waits for what must come.
	 * @param <T> the type of the result
	 * @param future what is to complete
	 * @return its result
	 */
	static <T> T get(CompletableFuture<T> future) {
		try {
			return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException | TimeoutException ex) {
			throw new AssertionError("Waited in vain", ex);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof NixlException cause) {
				throw cause;
			}
			throw new AssertionError(ex.getCause());
		}
	}

	/** Waits until nothing of a transfer can touch memory at either end. */
	static void awaitStill(Transfer transfer) {
		get(transfer.released());
		get(transfer.stopped());
	}

	/** Waits for what no future tells. */
	static ConditionFactory soon() {
		return await().atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1));
	}

	/** Waits until a prepared transfer may be posted again. */
	static void awaitEnd(PreparedTransfer transfer) {
		soon().until(() -> transfer.isReleased() && transfer.isStopped());
	}

	static NixlError errorOf(ThrowingCallable call) {
		Throwable thrown = catchThrowable(call);
		Throwable cause = (thrown instanceof CompletionException) ? thrown.getCause() : thrown;
		assertThat(cause).isInstanceOf(NixlException.class);
		return ((NixlException) cause).error();
	}

	/** Waits until the peer's grant of a region has come. */
	static RemoteRegion awaitRegion(NixlPeer peer, String name) {
		soon().until(() -> peer.regions().stream().anyMatch((region) -> region.name().equals(name)));
		return peer.region(name);
	}

	/** Writes one word into every eight bytes. */
	static void stamp(MemoryRegion region, long offset, long length, long word) {
		for (long at = 0; at < length; at += 1 << 20) {
			ByteBuffer buffer = HostBytes.of(region, offset + at, (int) Math.min(1 << 20, length - at));
			while (buffer.hasRemaining()) {
				buffer.putLong(word);
			}
		}
	}

	/** Finds a word that is not the expected one, or says that there is none. */
	static boolean isStamped(MemoryRegion region, long offset, long length, long word) {
		for (long at = 0; at < length; at += 1 << 20) {
			ByteBuffer buffer = HostBytes.of(region, offset + at, (int) Math.min(1 << 20, length - at));
			while (buffer.hasRemaining()) {
				if (buffer.getLong() != word) {
					return false;
				}
			}
		}
		return true;
	}

}
