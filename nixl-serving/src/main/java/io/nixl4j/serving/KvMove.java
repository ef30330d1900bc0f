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

import java.util.Map;

/**
 * How the KV cache of one request moved.
 *
 * @param bytes the bytes
 * @param blocks the blocks that they are in
 * @param layers the layers, one WRITE or READ each
 * @param overlapped the layers whose transfer was posted before the last layer was
 * computed, or, if they are read, before the reader knew that it is
 * @param transferNanos the durations of all transfers, summed
 */
public record KvMove(long bytes, int blocks, int layers, int overlapped, long transferNanos) {

	void fields(Map<String, Object> to) {
		to.put("bytes", this.bytes);
		to.put("count", this.blocks);
		to.put("layers", this.layers);
		to.put("overlapped", this.overlapped);
		to.put("nanos", this.transferNanos);
	}

}
