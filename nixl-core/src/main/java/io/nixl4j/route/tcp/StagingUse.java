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

/**
 * What staging memory is used for. Each use has a share of its own, so that who holds one
 * of an earlier use and waits for one of a later, here or at the peer, waits for
 * something that goes on by itself: that is why no pattern of transfers can stop.
 * <ol>
 * <li>A WRITE that leaves a device holds {@link #WRITE_OUT} and waits for {@link #IN} at
 * its target.</li>
 * <li>A READ into a device holds {@link #IN} and waits for {@link #READ_OUT} at its
 * target. What a WRITE was granted waits only for bytes that are ready.</li>
 * <li>Who holds {@link #READ_OUT} waits only for the socket.</li>
 * </ol>
 */
enum StagingUse {

	/** Bytes of a WRITE on their way out of a device. */
	WRITE_OUT(4),

	/** Bytes on their way into a device, of either operation. */
	IN(2),

	/** Bytes that a READ asked for on their way out of a device. */
	READ_OUT(4);

	private final int divisor;

	StagingUse(int divisor) {
		this.divisor = divisor;
	}

	/**
	 * How many of the slots are its own.
	 * @param slots how many there are, at least four
	 * @return its share
	 */
	int shareOf(int slots) {
		return slots / this.divisor;
	}

}
