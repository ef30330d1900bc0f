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

package io.nixl4j.sample.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.nixl4j.kv.KvLayout;
import io.nixl4j.serving.KvTransferListener;
import io.nixl4j.serving.KvTransferMode;
import io.nixl4j.serving.ServingRequest;
import org.jspecify.annotations.Nullable;

/**
 * How the last requests stand, with the times of their layers. Who wants to follow asks
 * again and again for what has changed, so that those who tell of changes never wait.
 * Safe for use by many threads.
 */
class TransferBoard implements KvTransferListener {

	/** How many requests are remembered. */
	private static final int REMEMBERED = 50;

	private final Map<String, TransferRecord> records = new LinkedHashMap<>();

	private final KvLayout layout;

	private final KvTransferMode mode;

	private long version;

	TransferBoard(KvLayout layout, KvTransferMode mode) {
		this.layout = layout;
		this.mode = mode;
	}

	/**
	 * A request begins.
	 * @param request the request
	 * @param clientId what its client calls it, if anything
	 */
	synchronized void began(ServingRequest request, @Nullable String clientId) {
		int prompt = request.tokens().size();
		TransferRecord begun = new TransferRecord(request.id(), clientId, prompt, this.layout.blocksFor(prompt),
				this.layout.layers());
		this.records.put(request.id(), begun);
		begun.version = ++this.version;
		if (this.records.size() > REMEMBERED) {
			this.records.remove(this.records.keySet().iterator().next());
		}
	}

	/**
	 * A request was not taken after all.
	 * @param id the request
	 */
	synchronized void refused(String id) {
		this.records.remove(id);
	}

	@Override
	public void layerComputed(String requestId, int layer) {
		change(requestId, (changed) -> changed.computed(layer));
	}

	@Override
	public void layerMoved(String requestId, int layer, int blocks, long bytes, Duration duration) {
		change(requestId, (changed) -> changed.moved(layer, blocks, bytes, duration.toNanos()));
	}

	void token(String id) {
		change(id, TransferRecord::token);
	}

	void answered(String id) {
		change(id, TransferRecord::answered);
	}

	void failed(String id, String why) {
		change(id, (changed) -> changed.failed(why));
	}

	private synchronized void change(String id, Consumer<TransferRecord> change) {
		TransferRecord changed = this.records.get(id);
		if (changed != null) {
			change.accept(changed);
			changed.version = ++this.version;
		}
	}

	/**
	 * Returns what has changed.
	 * @param known what was known, 0 for nothing
	 * @return the requests, in the order in which they changed, and what is known now
	 */
	synchronized Changes since(long known) {
		List<TransferRecord> changed = new ArrayList<>();
		for (TransferRecord each : this.records.values()) {
			if (each.version > known) {
				changed.add(each);
			}
		}
		changed.sort(Comparator.comparingLong((each) -> each.version));
		return new Changes(this.version, changed.stream().map((each) -> each.view(this.mode)).toList());
	}

	/**
	 * What has changed.
	 *
	 * @param known what is known with it
	 * @param transfers the requests
	 */
	record Changes(long known, List<TransferView> transfers) {
	}

}
