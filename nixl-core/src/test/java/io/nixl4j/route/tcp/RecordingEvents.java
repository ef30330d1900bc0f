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

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

import io.nixl4j.memory.NixlException;
import io.nixl4j.route.AttemptEvents;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Notes the fates of attempts.
 */
final class RecordingEvents implements AttemptEvents {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	final List<String> fates = new CopyOnWriteArrayList<>();

	volatile @Nullable NixlException failure;

	@Override
	public void done() {
		this.fates.add("done");
	}

	@Override
	public void failed(NixlException cause) {
		this.failure = cause;
		this.fates.add("failed");
	}

	@Override
	public void released() {
		this.fates.add("released");
	}

	@Override
	public void stopped() {
		this.fates.add("stopped");
	}

	void awaitDone() {
		await(() -> this.fates.contains("done") || this.fates.contains("failed"));
		assertThat(this.failure).isNull();
		assertThat(this.fates).containsExactly("done");
	}

	NixlException awaitFailed() {
		await(() -> this.fates.contains("failed"));
		assertThat(this.fates).doesNotContain("done");
		return Objects.requireNonNull(this.failure);
	}

	void awaitReleased() {
		await(() -> this.fates.contains("released"));
	}

	void awaitStopped() {
		await(() -> this.fates.contains("stopped"));
	}

	private void await(java.util.concurrent.Callable<Boolean> condition) {
		org.awaitility.Awaitility.await()
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(2))
			.pollDelay(Duration.ZERO)
			.until(condition);
	}

}
