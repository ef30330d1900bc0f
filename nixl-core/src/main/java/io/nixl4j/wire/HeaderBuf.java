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

package io.nixl4j.wire;

/**
 * A frame's prefix and header. When the socket has let go of it the writer has it back.
 */
final class HeaderBuf extends AddressedBuf {

	private static final int INITIAL_CAPACITY = 256;

	private final ChannelFramedWriter home;

	private boolean kept = true;

	HeaderBuf(ChannelFramedWriter home, int maxCapacity) {
		super(INITIAL_CAPACITY, maxCapacity);
		this.home = home;
	}

	/** Frees the memory, now that nobody uses it. */
	void free() {
		this.kept = false;
		release();
	}

	@Override
	protected void deallocate() {
		if (!this.kept) {
			super.deallocate();
			return;
		}
		resetRefCnt();
		clear();
		if (!this.home.spare(this)) {
			free();
		}
	}

}
