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
 * One attempt of a request, as workers know it: each router names its requests itself.
 *
 * @param router the engine id of the router
 * @param id the request
 * @param attempt the attempt, from 1
 * @param ticket the decode worker's number for it, so that nobody takes it for one of the
 * same name in another life of the router
 */
record AttemptId(String router, String id, int attempt, long ticket) {

	/**
	 * Returns what all attempts of the request have in common.
	 * @return the same for each attempt
	 */
	AttemptId request() {
		return new AttemptId(this.router, this.id, 0, 0);
	}

	@Override
	public String toString() {
		return "attempt " + this.attempt + " of request '" + this.id + "'";
	}

}
