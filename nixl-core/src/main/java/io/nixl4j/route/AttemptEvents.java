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

package io.nixl4j.route;

import io.nixl4j.memory.NixlException;

/**
 * Every fate of an attempt, each told once. An attempt that succeeds is {@link #done()},
 * and nothing else is told of it. Any other one {@link #failed fails}, unless
 * {@link RouteRequest#stop()} was called before it had a result, in which case there may
 * be none; and it tells, in any order, always {@link #released()}, sooner or later, and
 * {@link #stopped()} as soon as that is proved, which may be never.
 * <p>
 * An attempt has ended when it was done, or was both released and stopped. Nothing more
 * is told of it then, not even its failure, because the request's next attempt may begin
 * at that very moment.
 * <p>
 * Called on the route's own threads, or on those of callers who do their work:
 * implementations return at once and run no code of users.
 */
public interface AttemptEvents {

	/**
	 * All bytes are at their destination and visible there, and nothing of the attempt
	 * can touch memory at either end any more.
	 */
	void done();

	/**
	 * The attempt failed. Says nothing about bytes that may still move.
	 * @param cause why
	 */
	void failed(NixlException cause);

	/**
	 * Nothing will read or write the attempt's local memory any more.
	 */
	void released();

	/**
	 * Proved: no byte of the attempt can land, or be read, at the peer any more.
	 */
	void stopped();

}
