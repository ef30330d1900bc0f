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

package com.example.shelf;

/**
 * A block cannot be kept or brought back now.
 */
public class ShelfException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final Reason reason;

	ShelfException(Reason reason, int block) {
		super("Block " + block + ": " + reason);
		this.reason = reason;
	}

	/**
	 * Returns why.
	 * @return the reason
	 */
	public Reason reason() {
		return this.reason;
	}

	/**
	 * Why not.
	 */
	public enum Reason {

		/** All buffers are on their way. */
		BUSY,

		/** Bytes of an earlier transfer may still be on their way into the block. */
		IN_DOUBT,

		/** It was never kept, or the peer that kept it is gone. */
		LOST

	}

}
