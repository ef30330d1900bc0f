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

package io.nixl4j.session;

import io.nixl4j.memory.NixlException;

/**
 * Told of the fate of one notification, once, on a thread of the session: implementations
 * return at once and run no code of users.
 */
public interface Delivery {

	/**
	 * The target has accepted the notification.
	 */
	void delivered();

	/**
	 * The session ended first; the target may or may not have accepted it.
	 * @param cause why
	 */
	void undelivered(NixlException cause);

}
