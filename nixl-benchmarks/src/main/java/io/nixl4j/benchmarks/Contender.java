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

package io.nixl4j.benchmarks;

import java.io.IOException;

/**
 * One way of moving bytes that is measured.
 */
interface Contender extends AutoCloseable {

	/**
	 * Returns the name in the table.
	 * @return the name
	 */
	String name();

	/**
	 * Moves bytes into the target's memory and returns when they are there.
	 * @param bytes how many
	 * @throws Exception if that failed
	 */
	void write(int bytes) throws Exception;

	/**
	 * Moves bytes from the target's memory and returns when they are here.
	 * @param bytes how many
	 * @throws Exception if that failed
	 */
	void read(int bytes) throws Exception;

	@Override
	void close() throws IOException;

}
