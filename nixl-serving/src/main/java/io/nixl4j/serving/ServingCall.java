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

import java.util.concurrent.CompletableFuture;

/**
 * A request that was taken.
 */
public interface ServingCall {

	/**
	 * Returns the request.
	 * @return what is answered
	 */
	ServingRequest request();

	/**
	 * Returns the result. It comes at the request's deadline at the latest, after the
	 * listener has heard the last token.
	 * @return the answer; fails with a {@link io.nixl4j.memory.NixlException}. Completing
	 * or cancelling it from outside does not end the request
	 */
	CompletableFuture<ServingResult> result();

	/**
	 * Gives the request up: its result comes at once, a
	 * {@link io.nixl4j.memory.NixlCancelledException}, and the workers drop it as soon as
	 * they can. Does nothing if there is a result.
	 */
	void cancel();

}
