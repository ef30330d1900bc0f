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

package io.nixl4j.route.tcp;

import org.jspecify.annotations.Nullable;

/**
 * Something that has frames to send on a lane. Frames are made one by one when the socket
 * can take them, in turn with those of other sources. It is in one {@link FairQueue} at
 * most, and is its own link there. Used by the lane's event loop.
 */
abstract class FrameSource {

	@Nullable FairQueue queue;

	@Nullable FrameSource before;

	@Nullable FrameSource after;

	/** Whether this is so small that it goes before what is large. */
	abstract boolean isShort();

	/**
	 * Writes the next frame.
	 * @return whether there will be another one after it, now; if not, the source is
	 * asked again only after it was queued again
	 */
	abstract boolean writeFrame();

}
