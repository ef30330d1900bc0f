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

import io.netty.buffer.ByteBuf;

/**
 * Where the bytes of one frame's body go. Called on the connection's event loop. After
 * {@link #complete(boolean)} or {@link #aborted()}, of which exactly one comes, nothing
 * is called any more.
 */
public interface BodySink {

	/**
	 * Returns memory for the next bytes. They are received straight into it.
	 * @return a buffer, owned by the caller, whose writable bytes (at least one) are the
	 * memory for the next bytes; the caller fills no more of it than the body has left
	 */
	ByteBuf next();

	/**
	 * Tells that bytes are in the memory that {@link #next()} returned last.
	 * @param bytes how many, counted from where that buffer became writable
	 */
	void placed(int bytes);

	/**
	 * Tells that the whole body is placed.
	 * @param checksumOk whether its checksum was right, {@code true} without one; if not,
	 * the contents of the memory are undefined
	 */
	void complete(boolean checksumOk);

	/**
	 * Tells that the connection ended in mid-body. Nothing more will be placed.
	 */
	void aborted();

}
