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
import java.util.List;
import java.util.Map;

/**
 * A target's and an initiator's process.
 *
 * @param target the target's
 * @param initiator the initiator's
 */
record ChildPair(Child target, Child initiator) implements AutoCloseable {

	/**
	 * Starts both at once.
	 * @param target the target's command
	 * @param initiator the initiator's
	 * @param environment what is added to the environment
	 * @return the processes, ready
	 * @throws IOException if one does not become ready
	 */
	static ChildPair start(List<String> target, List<String> initiator, Map<String, String> environment)
			throws IOException {
		Child first = Child.begin(target, environment);
		try {
			Child second = Child.start(initiator, environment);
			first.ready();
			return new ChildPair(first, second);
		}
		catch (IOException ex) {
			first.close();
			throw ex;
		}
	}

	/**
	 * Stops both where they are.
	 * @throws IOException if that is not possible
	 */
	void freeze() throws IOException {
		this.initiator.freeze();
		this.target.freeze();
	}

	/**
	 * Lets both go on.
	 * @throws IOException if that is not possible
	 */
	void thaw() throws IOException {
		this.target.thaw();
		this.initiator.thaw();
	}

	@Override
	public void close() throws IOException {
		this.initiator.close();
		this.target.close();
	}

}
