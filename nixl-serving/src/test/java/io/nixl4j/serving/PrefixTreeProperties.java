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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import io.nixl4j.kv.KvBlock;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tree beside a plain table of texts.
 */
class PrefixTreeProperties {

	private static final int PER_BLOCK = 2;

	private static final int BLOCKS = 30;

	@Property(tries = 300)
	void aBlockIsOnlyEverFoundByTheTextThatItWasAddedFor(@ForAll long seed) {
		new Run(new Random(seed)).run();
	}

	/**
	 * Texts come and go.
	 */
	private static final class Run {

		private final PrefixTree tree = new PrefixTree(PER_BLOCK);

		private final Deque<KvBlock> free = new ArrayDeque<>();

		private final Map<List<Object>, KvBlock> known = new HashMap<>();

		private final List<Text> open = new ArrayList<>();

		private final Random random;

		private Run(Random random) {
			this.random = random;
			for (int i = 0; i < BLOCKS; i++) {
				this.free.add(new KvBlock(1, i, 1));
			}
		}

		private void run() {
			for (int step = 0; step < 200; step++) {
				switch (this.random.nextInt(4)) {
					case 0, 1 -> open();
					case 2 -> close();
					default -> evict();
				}
				check();
			}
		}

		private void open() {
			String key = "key-" + this.random.nextInt(2);
			List<Integer> tokens = this.random.ints(1 + this.random.nextInt(9), 0, 2).boxed().toList();
			List<PrefixTree.Node> path = this.tree.enter(key, tokens);
			List<KvBlock> expected = new ArrayList<>();
			while ((expected.size() + 1) * PER_BLOCK < tokens.size()
					&& this.known.containsKey(name(key, tokens, expected.size()))) {
				expected.add(this.known.get(name(key, tokens, expected.size())));
			}
			assertThat(path.stream().map(PrefixTree.Node::block)).containsExactlyElementsOf(expected);
			this.open.add(new Text(key, tokens, path));
		}

		private void close() {
			if (this.open.isEmpty()) {
				return;
			}
			Text text = this.open.remove(this.random.nextInt(this.open.size()));
			int whole = text.tokens.size() / PER_BLOCK;
			int fresh = whole - text.path.size();
			if (fresh <= this.free.size() && this.random.nextBoolean()) {
				List<KvBlock> blocks = new ArrayList<>(text.path.stream().map(PrefixTree.Node::block).toList());
				for (int i = 0; i < fresh; i++) {
					blocks.add(this.free.remove());
				}
				List<KvBlock> surplus = this.tree.add(text.key, text.tokens, blocks);
				for (int i = 0; i < whole; i++) {
					if (!surplus.contains(blocks.get(i))) {
						this.known.put(name(text.key, text.tokens, i), blocks.get(i));
					}
				}
				this.free.addAll(surplus);
			}
			this.tree.leave(text.path);
		}

		private void evict() {
			KvBlock block = this.tree.evict();
			if (block == null) {
				assertThat(idle()).isEmpty();
				return;
			}
			assertThat(idle()).contains(block);
			this.known.values().remove(block);
			this.free.add(block);
		}

		private Set<KvBlock> idle() {
			Set<KvBlock> idle = new HashSet<>(this.known.values());
			this.open.forEach((text) -> text.path.forEach((node) -> idle.remove(node.block())));
			return idle;
		}

		private void check() {
			assertThat(this.tree.idle()).isEqualTo(idle().size());
			Set<KvBlock> all = new HashSet<>(this.free);
			all.addAll(this.known.values());
			assertThat(all).hasSize(BLOCKS);
			assertThat(this.free.size() + this.known.size()).as("no block is in two places").isEqualTo(BLOCKS);
		}

		private static List<Object> name(String key, List<Integer> tokens, int block) {
			return List.of(key, List.copyOf(tokens.subList(0, (block + 1) * PER_BLOCK)));
		}

	}

	/**
	 * Somebody uses blocks.
	 *
	 * @param key what they depend on
	 * @param tokens the text
	 * @param path the blocks
	 */
	private record Text(String key, List<Integer> tokens, List<PrefixTree.Node> path) {
	}

}
