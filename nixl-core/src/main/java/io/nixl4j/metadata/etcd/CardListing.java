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
package io.nixl4j.metadata.etcd;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.OptionsUtil;

/**
 * Reads all entries of a namespace as they were at one revision, page by page.
 */
final class CardListing {

	private static final String OPERATION = "list metadata";

	/** Largest cards of this number are 16 MiB. */
	private static final int PAGE = 256;

	private static final int PAGE_OF_KEYS = 4096;

	private static final ByteSequence ZERO = ByteSequence.from(new byte[1]);

	private final EtcdCalls calls;

	private final ByteSequence first;

	private final ByteSequence end;

	CardListing(EtcdCalls calls, EtcdKeys keys) {
		this.calls = calls;
		this.first = keys.prefix();
		this.end = OptionsUtil.prefixEndOf(keys.prefix());
	}

	/**
	 * Reads all entries.
	 * @return completes on the client's event loop
	 */
	CompletableFuture<Listing> list() {
		return page(new Listing(0, 0, new ArrayList<>()), this.first, PAGE, false);
	}

	/**
	 * Reads the keys and revisions of all entries.
	 * @return completes on the client's event loop; the values are empty
	 */
	CompletableFuture<Listing> keys() {
		return page(new Listing(0, 0, new ArrayList<>()), this.first, PAGE_OF_KEYS, true);
	}

	private CompletableFuture<Listing> page(Listing before, ByteSequence from, int limit, boolean keysOnly) {
		GetOption option = GetOption.builder()
			.withRange(this.end)
			.withLimit(limit)
			.withKeysOnly(keysOnly)
			.withRevision(before.revision())
			.build();
		return this.calls.call(OPERATION, null, (client) -> client.getKVClient().get(from, option))
			.handle((page, failure) -> {
				if (failure == null) {
					return added(before, page, limit, keysOnly);
				}
				// Foreign entries may be large: fewer of them then.
				return (limit > 1 && EtcdFailures.isTooLarge(failure)) ? page(before, from, limit / 4, keysOnly)
						: CompletableFuture.<Listing>failedFuture(failure);
			})
			.thenCompose((next) -> next);
	}

	private CompletableFuture<Listing> added(Listing before, GetResponse page, int limit, boolean keysOnly) {
		List<KeyValue> entries = before.entries();
		entries.addAll(page.getKvs());
		Listing now = new Listing(page.getHeader().getClusterId(),
				(before.revision() != 0) ? before.revision() : page.getHeader().getRevision(), entries);
		if (!page.isMore() || page.getKvs().isEmpty()) {
			return CompletableFuture.completedFuture(now);
		}
		ByteSequence last = page.getKvs().get(page.getKvs().size() - 1).getKey();
		return page(now, last.concat(ZERO), limit, keysOnly);
	}

	/**
	 * What there was.
	 *
	 * @param clusterId the cluster that answered
	 * @param revision when it was so
	 * @param entries in the order of their keys
	 */
	record Listing(long clusterId, long revision, List<KeyValue> entries) {

	}

}
