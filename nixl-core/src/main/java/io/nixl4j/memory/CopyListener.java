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

package io.nixl4j.memory;

import org.jspecify.annotations.Nullable;

/**
 * Told of the fate of one copy between a device and the host, by whatever thread. Must
 * not block.
 */
public interface CopyListener {

	/**
	 * The copy will not end well, but may still touch memory at either side. Need not be
	 * told at all, and at most once, before {@link #finished(NixlException)}.
	 * @param cause why
	 */
	void failed(NixlException cause);

	/**
	 * Proved: the copy touches neither side any more. Told exactly once, last; never
	 * because time has passed.
	 * @param cause why the bytes are not all where they belong, or {@code null} if they
	 * are
	 */
	void finished(@Nullable NixlException cause);

}
