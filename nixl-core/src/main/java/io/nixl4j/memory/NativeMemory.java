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

import java.nio.ByteBuffer;

/**
 * Where memory outside the heap comes from. From Java 22 on it is an arena, before that
 * Unsafe, which newer JDKs warn about; never {@link ByteBuffer#allocateDirect}, which the
 * heap's size bounds. Both are reached by method handles, since neither can be named in
 * code that Java 17 compiles without warnings.
 */
interface NativeMemory {

	/**
	 * Chooses for the JVM that runs.
	 * @return the memory
	 */
	static NativeMemory create() {
		return (Runtime.version().feature() >= 22) ? new ArenaMemory() : new UnsafeMemory();
	}

	/**
	 * Allocates memory, all zeros, aligned to pages if it is as long as one.
	 * @param length the length in bytes, more than 0
	 * @return the memory
	 * @throws NixlBackendException if there is not enough
	 */
	Block allocate(long length);

	/**
	 * Makes memory of somebody else's usable.
	 * @param address its address
	 * @param length its length in bytes
	 * @return the memory, which {@link Block#free()} leaves allocated
	 */
	Block view(long address, long length);

	/**
	 * Makes a direct buffer's memory, from position to limit, usable, and keeps it alive.
	 * @param direct the buffer
	 * @return the memory, which {@link Block#free()} leaves allocated
	 */
	Block view(ByteBuffer direct);

	/**
	 * Contiguous memory.
	 */
	interface Block {

		/**
		 * Returns where it starts.
		 * @return the address of the first byte
		 */
		long address();

		/**
		 * Returns its length.
		 * @return the length in bytes
		 */
		long length();

		/**
		 * Cuts a buffer out of it.
		 * @param offset the first byte
		 * @param length the length in bytes
		 * @return a new buffer
		 */
		ByteBuffer cut(long offset, int length);

		/**
		 * Says that buffers now leave the library's hands: nobody will tell when they are
		 * no longer used.
		 */
		void lend();

		/**
		 * Frees it, or lets go of it if it is somebody else's; to be called until it
		 * returns {@code true}, and not again.
		 * @return {@code false} if it cannot be freed yet, because the JDK is using it
		 */
		boolean free();

	}

}
