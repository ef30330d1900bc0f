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

package io.nixl4j.kv;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.NixlRefusedException;
import io.nixl4j.memory.NixlStaleException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * A pool and beside it, in plain maps, what it should be: every handle that was ever
 * given out, and for each block that is out its state, its holder and its deadline.
 */
final class PoolModel {

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private final ManualClock clock = new ManualClock();

	private final KvBlockPool pool;

	private final int size;

	private final List<KvHolder> engines = List.of(holder("prefill-0"), holder("prefill-1"), holder("prefill-2"));

	private final List<KvBlock> everGiven = new ArrayList<>();

	private final Map<Integer, Long> generations = new HashMap<>();

	private final Map<KvBlock, Entry> out = new HashMap<>();

	private final List<Proof> proofs = new ArrayList<>();

	private long now;

	private long attempts;

	PoolModel(int size) {
		this.size = size;
		this.pool = new KvBlockPool(size, this.clock);
	}

	private static KvHolder holder(String engineId) {
		return new KvHolder(engineId, Incarnation.random(), "request", 0);
	}

	private KvHolder nextAttempt(int engine) {
		KvHolder holder = this.engines.get(engine);
		return new KvHolder(holder.engineId(), holder.incarnation(), holder.request(), ++this.attempts);
	}

	void reserve(int count, int engine) {
		KvHolder holder = nextAttempt(engine);
		if (count(KvBlockState.QUARANTINED) >= this.size / 10 || this.size - this.out.size() < count) {
			assertThatExceptionOfType(NixlBusyException.class)
				.isThrownBy(() -> this.pool.reserve(count, holder, TIMEOUT));
			return;
		}
		Set<Integer> busy = new HashSet<>();
		this.out.keySet().forEach((block) -> busy.add(block.index()));
		List<KvBlock> given = this.pool.reserve(count, holder, TIMEOUT);
		assertThat(given).hasSize(count).doesNotHaveDuplicates();
		for (KvBlock block : given) {
			assertThat(busy.add(block.index())).as("block %s was not free", block).isTrue();
			assertThat(block.index()).isBetween(0, this.size - 1);
			assertThat(block.generation()).isEqualTo(this.generations.merge(block.index(), 1L, Long::sum));
			this.out.put(block, new Entry(KvBlockState.FILLING, holder, this.now + TIMEOUT.toNanos(), false));
		}
		this.everGiven.addAll(given);
	}

	void ready(List<Integer> picks) {
		List<KvBlock> blocks = pick(picks);
		if (blocks.isEmpty()) {
			return;
		}
		Entry first = this.out.get(blocks.get(0));
		KvHolder holder = (first != null) ? first.holder : this.engines.get(0);
		Runnable call = () -> this.pool.ready(holder, blocks);
		if (refuses(call, blocks, KvBlockState.FILLING, KvBlockState.LEASED)) {
			return;
		}
		if (blocks.stream().anyMatch((block) -> !this.out.get(block).holder.equals(holder))) {
			assertThatExceptionOfType(NixlStaleException.class).isThrownBy(call::run);
			return;
		}
		assertThatNoException().isThrownBy(call::run);
		blocks.forEach((block) -> this.out.get(block).state = KvBlockState.READY);
	}

	void readyOfAnotherAttempt(List<Integer> picks) {
		List<KvBlock> blocks = pick(picks);
		KvHolder nobody = nextAttempt(0);
		Runnable call = () -> this.pool.ready(nobody, blocks);
		if (!blocks.isEmpty() && !refuses(call, blocks, KvBlockState.FILLING, KvBlockState.LEASED)) {
			assertThatExceptionOfType(NixlStaleException.class).isThrownBy(call::run);
		}
	}

	void lease(List<Integer> picks) {
		List<KvBlock> blocks = pick(picks);
		KvHolder holder = nextAttempt(picks.get(0) % this.engines.size());
		Runnable call = () -> this.pool.lease(holder, blocks, TIMEOUT);
		if (!refuses(call, blocks, KvBlockState.READY)) {
			assertThatNoException().isThrownBy(call::run);
			blocks.forEach((block) -> this.out.put(block,
					new Entry(KvBlockState.LEASED, holder, this.now + TIMEOUT.toNanos(), false)));
		}
	}

	void free(List<Integer> picks) {
		List<KvBlock> blocks = pick(picks);
		Runnable call = () -> this.pool.free(blocks);
		if (!refuses(call, blocks, KvBlockState.READY)) {
			assertThatNoException().isThrownBy(call::run);
			blocks.forEach(this.out::remove);
		}
	}

	void release(List<Integer> picks) {
		List<KvBlock> blocks = pick(picks);
		Proof proof = new Proof(blocks, new CompletableFuture<>());
		Runnable call = () -> this.pool.release(blocks, proof.future);
		if (!blocks.stream().allMatch(this.out::containsKey)) {
			assertThatExceptionOfType(NixlStaleException.class).isThrownBy(call::run);
			return;
		}
		assertThatNoException().isThrownBy(call::run);
		blocks.forEach((block) -> this.out.get(block).ending = true);
		this.proofs.add(proof);
	}

	void releaseAllOf(List<Integer> picks) {
		Incarnation incarnation = this.engines.get(picks.get(0) % this.engines.size()).incarnation();
		List<KvBlock> held = new ArrayList<>();
		this.out.forEach((block, entry) -> {
			if (entry.state != KvBlockState.READY && entry.holder.incarnation().equals(incarnation)) {
				held.add(block);
				entry.ending = true;
			}
		});
		Proof proof = new Proof(held, new CompletableFuture<>());
		assertThat(this.pool.releaseAllOf(incarnation, proof.future)).isEqualTo(held.size());
		this.proofs.add(proof);
	}

	void completeProof(List<Integer> picks) {
		if (!this.proofs.isEmpty()) {
			Proof proof = this.proofs.remove(picks.get(0) % this.proofs.size());
			proof.future.complete(null);
			proof.blocks.forEach(this.out::remove);
		}
	}

	void failProof(List<Integer> picks) {
		if (!this.proofs.isEmpty()) {
			Proof proof = this.proofs.remove(picks.get(0) % this.proofs.size());
			proof.future.completeExceptionally(new IllegalStateException("lost"));
			proof.blocks.stream()
				.filter(this.out::containsKey)
				.forEach((block) -> this.out.get(block).state = KvBlockState.QUARANTINED);
		}
	}

	void advance(Duration time) {
		this.clock.advance(time);
		this.now += time.toNanos();
		for (Entry entry : this.out.values()) {
			if ((entry.state == KvBlockState.FILLING || entry.state == KvBlockState.LEASED)
					&& entry.deadline <= this.now) {
				entry.state = KvBlockState.QUARANTINED;
			}
		}
	}

	/** Whether the blocks are not all in one of the states; then the call must say so. */
	private boolean refuses(Runnable call, Collection<KvBlock> blocks, KvBlockState... allowed) {
		List<KvBlockState> states = List.of(allowed);
		for (KvBlock block : blocks) {
			Entry entry = this.out.get(block);
			if (entry == null) {
				assertThatExceptionOfType(NixlStaleException.class).isThrownBy(call::run);
				return true;
			}
			if (!states.contains(entry.state) || entry.ending) {
				assertThatExceptionOfType(NixlRefusedException.class).isThrownBy(call::run);
				return true;
			}
		}
		return false;
	}

	/** Mostly blocks that are out, now and then one that was freed. */
	private List<KvBlock> pick(List<Integer> picks) {
		List<KvBlock> current = this.everGiven.stream().filter(this.out::containsKey).toList();
		return picks.stream().flatMap((pick) -> {
			List<KvBlock> from = (pick % 10 == 0) ? this.everGiven : current;
			return from.isEmpty() ? Stream.<KvBlock>empty() : Stream.of(from.get(pick % from.size()));
		}).distinct().toList();
	}

	private int count(KvBlockState state) {
		return (int) this.out.values().stream().filter((entry) -> entry.state == state).count();
	}

	/**
	 * Compares everything that can be seen of the pool.
	 */
	void check() {
		assertThat(this.pool.occupancy()).isEqualTo(new KvOccupancy(this.size, this.size - this.out.size(),
				count(KvBlockState.FILLING), count(KvBlockState.READY), count(KvBlockState.LEASED),
				count(KvBlockState.QUARANTINED), this.size / 10));
		this.out.forEach((block, entry) -> assertThat(this.pool.state(block)).isEqualTo(entry.state));
		Map<String, Integer> quarantined = new HashMap<>();
		for (Entry entry : this.out.values()) {
			if (entry.state == KvBlockState.QUARANTINED) {
				quarantined.merge(entry.holder.engineId(), 1, Integer::sum);
			}
		}
		assertThat(this.pool.quarantinedByEngine()).isEqualTo(quarantined);
	}

	@Override
	public String toString() {
		return this.pool.occupancy().toString();
	}

	private static final class Entry {

		private KvBlockState state;

		private final KvHolder holder;

		private final long deadline;

		private boolean ending;

		Entry(KvBlockState state, KvHolder holder, long deadline, boolean ending) {
			this.state = state;
			this.holder = holder;
			this.deadline = deadline;
			this.ending = ending;
		}

	}

	private record Proof(List<KvBlock> blocks, CompletableFuture<Void> future) {
	}

}
