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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.nixl4j.kv.KvBlock;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of what was computed before, found by the tokens whose keys and values they
 * have. Each step of the tree is one whole block: the path to a node is all the tokens up
 * to the end of its block, compared one by one, so that no two texts are ever taken for
 * the same. Lives on the loop of its worker.
 */
final class PrefixTree {

	private final Map<String, Node> roots = new HashMap<>();

	/** Nodes that nobody uses and that lead to no other, the one longest unused first. */
	private final TreeMap<Long, Node> leaves = new TreeMap<>();

	private final int tokensPerBlock;

	private long uses;

	private int idle;

	PrefixTree(int tokensPerBlock) {
		this.tokensPerBlock = tokensPerBlock;
	}

	/**
	 * Finds the blocks that a prompt begins with, which stay until they are left.
	 * @param key the text that the blocks depend on besides
	 * @param tokens the prompt
	 * @return the way to the last of the blocks, perhaps empty; it leaves at least one
	 * token to be computed
	 */
	List<Node> enter(String key, List<Integer> tokens) {
		List<Node> path = new ArrayList<>();
		Node node = this.roots.get(key);
		int most = (tokens.size() - 1) / this.tokensPerBlock;
		while (node != null && path.size() < most) {
			node = node.next.get(step(tokens, path.size()));
			if (node != null) {
				path.add(node);
			}
		}
		path.forEach(this::use);
		return path;
	}

	private void use(Node node) {
		if (node.users == 0) {
			this.idle--;
			this.leaves.remove(node.lastUse);
		}
		node.users++;
	}

	/**
	 * Takes blocks that were entered back.
	 * @param path what {@link #enter} gave
	 */
	void leave(List<Node> path) {
		for (int i = path.size() - 1; i >= 0; i--) {
			Node node = path.get(i);
			node.users--;
			if (node.users == 0) {
				rest(node);
			}
		}
	}

	private void rest(Node node) {
		this.idle++;
		node.lastUse = ++this.uses;
		if (node.next.isEmpty()) {
			this.leaves.put(node.lastUse, node);
		}
	}

	/**
	 * Adds the blocks of a text. Those that it has of the tree already must be entered.
	 * @param key the text that the blocks depend on besides
	 * @param tokens the tokens
	 * @param blocks their whole blocks, from the first token on
	 * @return those of the blocks that the tree has no use for, since it has others of
	 * the same text
	 */
	List<KvBlock> add(String key, List<Integer> tokens, List<KvBlock> blocks) {
		List<KvBlock> surplus = new ArrayList<>();
		List<Node> added = new ArrayList<>();
		Node node = blocks.isEmpty() ? null : this.roots.computeIfAbsent(key, (text) -> new Node(null, text, null));
		for (int i = 0; i < blocks.size(); i++) {
			Node parent = Objects.requireNonNull(node, "node");
			KvBlock block = blocks.get(i);
			List<Integer> step = step(tokens, i);
			node = parent.next.get(step);
			if (node == null) {
				node = new Node(parent, List.copyOf(step), block);
				this.leaves.remove(parent.lastUse, parent);
				parent.next.put(node.step, node);
				added.add(node);
			}
			else if (!block.equals(node.block)) {
				surplus.add(block);
			}
		}
		for (int i = added.size() - 1; i >= 0; i--) {
			rest(added.get(i));
		}
		return surplus;
	}

	private List<Integer> step(List<Integer> tokens, int block) {
		return tokens.subList(block * this.tokensPerBlock, (block + 1) * this.tokensPerBlock);
	}

	/**
	 * Removes the block that was not used for the longest time, of those that no other
	 * one goes on from.
	 * @return the block, or {@code null} if all are in use
	 */
	@Nullable KvBlock evict() {
		Map.Entry<Long, Node> oldest = this.leaves.pollFirstEntry();
		if (oldest == null) {
			return null;
		}
		this.idle--;
		Node node = oldest.getValue();
		Node parent = Objects.requireNonNull(node.parent, "parent");
		parent.next.remove(node.step);
		if (parent.next.isEmpty()) {
			if (parent.parent == null) {
				this.roots.remove(parent.step);
			}
			else if (parent.users == 0) {
				this.leaves.put(parent.lastUse, parent);
			}
		}
		return node.block;
	}

	/** Returns how many blocks nobody uses. */
	int idle() {
		return this.idle;
	}

	/**
	 * One block, or the beginning of all texts of one key.
	 */
	static final class Node {

		private final @Nullable Node parent;

		/** Its tokens, or the key. */
		private final Object step;

		private final @Nullable KvBlock block;

		private final Map<Object, Node> next = new HashMap<>();

		private int users;

		private long lastUse;

		private Node(@Nullable Node parent, Object step, @Nullable KvBlock block) {
			this.parent = parent;
			this.step = step;
			this.block = block;
		}

		KvBlock block() {
			return Objects.requireNonNull(this.block, "block");
		}

	}

}
