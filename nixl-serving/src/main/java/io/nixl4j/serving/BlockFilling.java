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

package io.nixl4j.serving;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

import io.nixl4j.NixlPeer;
import io.nixl4j.kv.KvBlocks;
import io.nixl4j.kv.KvCache;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.serving.DecodeTask.Phase;
import org.jspecify.annotations.Nullable;

/**
 * Brings the keys and values of prompts from prefill workers into the blocks that a
 * decode worker keeps for them: lets a prefill worker write, or reads what it holds.
 * Lives on the worker's loop.
 */
final class BlockFilling {

	private final KvCache cache;

	private final WorkerOptions options;

	private final Loop loop;

	private final Mail mail;

	private final Function<AttemptId, @Nullable DecodeTask> tasks;

	private final Consumer<DecodeTask> filled;

	private final Failed failed;

	/**
	 * Creates the part of a worker.
	 * @param cache the worker's blocks
	 * @param options what the worker was told
	 * @param loop the worker's loop
	 * @param mail the worker's mail
	 * @param tasks finds the newest attempt of a request
	 * @param filled gets an attempt whose blocks have everything
	 * @param failed gets an attempt that cannot be filled
	 */
	BlockFilling(KvCache cache, WorkerOptions options, Loop loop, Mail mail,
			Function<AttemptId, @Nullable DecodeTask> tasks, Consumer<DecodeTask> filled, Failed failed) {
		this.cache = cache;
		this.options = options;
		this.loop = loop;
		this.mail = mail;
		this.tasks = tasks;
		this.filled = filled;
		this.failed = failed;
	}

	/**
	 * A prefill worker asks whether it may write.
	 * @param sender the worker
	 * @param id the attempt
	 */
	void begin(String sender, AttemptId id) {
		DecodeTask task = this.tasks.apply(id.request());
		NixlPeer prefill = (task != null) ? task.prefill : null;
		boolean isDue = task != null && task.phase == Phase.RESERVED && task.id.equals(id)
				&& task.prefillEngine.equals(sender);
		if (task == null || prefill == null || !isDue || !prefill.isConnected()) {
			this.mail.tell(sender, new ServingMessage.Stop(id));
			return;
		}
		if (this.options.transferMode() == KvTransferMode.PULL) {
			task.phase = Phase.PULLING;
			this.mail.sendTo(prefill, new ServingMessage.Hold(id, LayoutText.of(this.cache.layout())),
					(unsent) -> this.failed.fail(task, unsent, task.prefillEngine));
			return;
		}
		// From here on the blocks come back by proof only
		task.phase = Phase.FILLING;
		this.mail.sendTo(prefill,
				new ServingMessage.Admit(id, this.cache.region().name(), LayoutText.of(this.cache.layout())),
				(unsent) -> this.failed.fail(task, unsent, task.prefillEngine));
	}

	/**
	 * A prefill worker tells where layers can be read.
	 * @param sender the worker
	 * @param message its word
	 */
	void source(String sender, ServingMessage.Source message) {
		DecodeTask task = this.tasks.apply(message.attemptId().request());
		NixlPeer prefill = (task != null) ? task.prefill : null;
		if (task == null || prefill == null || !task.isPrefilledBy(sender, message.attemptId())
				|| task.phase != Phase.PULLING || task.pull != null) {
			return;
		}
		try {
			KvBlocks remote = new KvBlocks(LayoutText.parse(message.layout(), sender),
					prefill.region(message.region()));
			int tokens = task.request.tokens().size();
			BlockShare share = Objects.requireNonNull(task.share, "share");
			List<Integer> filled = share.table(this.cache.layout().blocksFor(tokens));
			LayerLists lists = new LayerLists(remote, ints(message.blocks()), this.cache.blocks(), ints(filled), tokens,
					share.heldTokens(), sender);
			task.pull = new KvPull(prefill, lists, task.deadline,
					new LayerReports(this.options.transferListener(), task.id.id()), this.loop,
					(failure) -> pulled(task, failure));
		}
		catch (NixlException ex) {
			this.failed.fail(task, ex, sender);
		}
	}

	private static int[] ints(List<Integer> numbers) {
		return numbers.stream().mapToInt(Integer::intValue).toArray();
	}

	private void pulled(DecodeTask task, @Nullable NixlException failure) {
		if (failure != null) {
			this.failed.fail(task, failure, task.prefillEngine);
		}
		else {
			computeIfFilled(task);
		}
	}

	/**
	 * A layer is computed, or here.
	 * @param sender the worker
	 * @param message its word
	 */
	void layerDone(String sender, ServingMessage.LayerDone message) {
		DecodeTask task = this.tasks.apply(message.attemptId().request());
		if (task == null || !task.isPrefilledBy(sender, message.attemptId())) {
			return;
		}
		try {
			if (task.phase == Phase.FILLING) {
				written(task, message.layer());
			}
			else if (task.pull != null) {
				task.pull.layer(message.layer());
			}
		}
		catch (NixlException ex) {
			this.failed.fail(task, ex, sender);
		}
	}

	private void written(DecodeTask task, int layer) {
		if (layer >= this.cache.layout().layers()) {
			throw NixlError.PROTOCOL.exception("Layer " + layer + " does not exist", task.prefillEngine, "prefill",
					null);
		}
		task.layers.set(layer);
		computeIfFilled(task);
	}

	/**
	 * The prompt is computed.
	 * @param sender the worker
	 * @param message its word
	 */
	void prefilled(String sender, ServingMessage.Prefilled message) {
		DecodeTask task = this.tasks.apply(message.attemptId().request());
		if (task != null && task.isPrefilledBy(sender, message.attemptId())) {
			task.first = message.token();
			computeIfFilled(task);
		}
	}

	private void computeIfFilled(DecodeTask task) {
		if (task.over || task.first < 0) {
			return;
		}
		KvPull pull = task.pull;
		if (pull != null && pull.isComplete() && !task.confirming) {
			task.confirming = true;
			AttemptId id = task.id;
			this.mail.sendTo(Objects.requireNonNull(task.prefill, "prefill"), new ServingMessage.Read(id, pull.move()),
					(unsent) -> this.failed.fail(task, unsent, task.prefillEngine));
		}
		else if (task.phase == Phase.FILLING && task.layers.cardinality() == this.cache.layout().layers()) {
			this.filled.accept(task);
		}
	}

	/**
	 * What was read is what was computed.
	 * @param sender the worker
	 * @param id the attempt
	 */
	void kept(String sender, AttemptId id) {
		DecodeTask task = this.tasks.apply(id.request());
		if (task != null && task.isPrefilledBy(sender, id) && task.confirming) {
			this.filled.accept(task);
		}
	}

	/**
	 * Hears of failures.
	 */
	@FunctionalInterface
	interface Failed {

		void fail(DecodeTask task, NixlException failure, String culprit);

	}

}
