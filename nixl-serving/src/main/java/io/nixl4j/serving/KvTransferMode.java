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

/**
 * Who moves the keys and values of a prompt from a prefill worker to a decode worker.
 */
public enum KvTransferMode {

	/**
	 * The prefill worker WRITEs each layer into the blocks of the decode worker. Blocks
	 * of a decode worker that gives a request up come back when the prefill worker has
	 * stopped.
	 */
	PUSH,

	/**
	 * The decode worker READs each layer from the blocks of the prefill worker, which
	 * keeps them meanwhile. Nobody writes to the memory of a decode worker, and its
	 * blocks come back without a word of the prefill worker; each prompt costs two
	 * messages more.
	 */
	PULL

}
