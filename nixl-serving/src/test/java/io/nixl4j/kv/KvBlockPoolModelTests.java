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
import java.util.List;

import io.nixl4j.memory.NixlBusyException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.Transformer;

/**
 * Random calls on a pool, each compared with {@link PoolModel}.
 */
class KvBlockPoolModelTests {

	@Property(tries = 400)
	void thePoolDoesWhatTheModelDoes(@ForAll("calls") ActionChain<PoolModel> chain) {
		chain.withInvariant("blocks add up and are as the model says", PoolModel::check).run();
	}

	@Provide
	Arbitrary<ActionChain<PoolModel>> calls() {
		return ActionChain.startWith(() -> new PoolModel(24))
			.withAction(3, reserve())
			.withAction(3, onSome("ready", PoolModel::ready))
			.withAction(1, onSome("ready of another attempt", PoolModel::readyOfAnotherAttempt))
			.withAction(2, onSome("lease", PoolModel::lease))
			.withAction(3, onSome("free", PoolModel::free))
			.withAction(3, onSome("release", PoolModel::release))
			.withAction(1, onSome("release of all of one incarnation", PoolModel::releaseAllOf))
			.withAction(3, onSome("complete a proof", PoolModel::completeProof))
			.withAction(1, onSome("fail a proof", PoolModel::failProof))
			.withAction(1, advance())
			.withMaxTransformations(60);
	}

	private static Action.Independent<PoolModel> reserve() {
		return () -> Arbitraries.integers()
			.between(1, 8)
			.flatMap((count) -> Arbitraries.integers()
				.between(0, 2)
				.map((engine) -> Transformer.mutate("reserve " + count + " for engine " + engine,
						(model) -> model.reserve(count, engine))));
	}

	/** The numbers mean something for every model, so that chains can be shrunk. */
	private static Action.Independent<PoolModel> onSome(String name, Call call) {
		return () -> Arbitraries.integers()
			.between(0, 1000)
			.list()
			.ofMinSize(1)
			.ofMaxSize(4)
			.map((picks) -> Transformer.mutate(name + " " + picks, (model) -> call.on(model, picks)));
	}

	private static Action.Independent<PoolModel> advance() {
		return () -> Arbitraries.integers()
			.between(1, 1500)
			.map((millis) -> Transformer.mutate("advance " + millis + " ms",
					(model) -> model.advance(Duration.ofMillis(millis))));
	}

	/**
	 * A call on blocks, proofs or engines that the numbers pick.
	 */
	interface Call {

		void on(PoolModel model, List<Integer> picks) throws NixlBusyException;

	}

}
