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

/**
 * Memory of devices that the host, and so a socket, cannot reach, and copies between it
 * and memory of the host. Copies take whole batches of runs and report by
 * {@link CopyListener}; a copy that failed counts as running until it says otherwise.
 * <p>
 * All methods may be called from any thread. Copies are begun on event loops, so the
 * methods that begin them neither block nor wait for a device.
 */
public interface DeviceMemory extends AutoCloseable {

	/**
	 * Returns the type of the memory.
	 * @return the provider's type
	 */
	MemoryType type();

	/**
	 * Allocates memory of a device, all zeros. May block.
	 * @param deviceId the device
	 * @param bytes the length, more than zero
	 * @return the memory
	 * @throws NixlException if there is no such device or not enough memory
	 */
	DeviceBlock allocate(long deviceId, long bytes);

	/**
	 * Makes memory usable for copies that somebody else allocated and keeps. May block.
	 * @param deviceId the device
	 * @param address where the memory starts
	 * @param bytes the length, more than zero
	 * @return the memory, which {@link DeviceBlock#free()} leaves allocated
	 * @throws NixlException if this is no memory of that device
	 */
	DeviceBlock adopt(long deviceId, long address, long bytes);

	/**
	 * Allocates memory of the host that copies can use as fast as possible, for example
	 * pinned. May block.
	 * @param bytes the length, more than zero
	 * @return the memory, its contents undefined
	 * @throws NixlException if there is not enough
	 */
	StagingMemory allocateStaging(int bytes);

	/**
	 * Begins to copy from the device. The bytes of the runs lie in the host's memory one
	 * behind the other.
	 * @param from the ranges to copy; unchanged until the listener is told of the end
	 * @param to memory that {@link #allocateStaging(int)} returned
	 * @param offset where in it the first byte goes; {@code from.bytes()} fit behind it
	 * @param listener told of the copy's fate, from whatever thread, perhaps before this
	 * method returns
	 * @throws NixlException if nothing was begun; the listener is not told then
	 */
	void copyOut(DeviceRuns from, StagingMemory to, int offset, CopyListener listener);

	/**
	 * Begins to copy to the device, otherwise as {@link #copyOut}. When it has ended well
	 * the bytes are visible to whatever the device runs from then on.
	 * @param from memory that {@link #allocateStaging(int)} returned
	 * @param offset where in it the first byte is
	 * @param to the ranges to fill; unchanged until the listener is told of the end
	 * @param listener told of the copy's fate
	 * @throws NixlException if nothing was begun; the listener is not told then
	 */
	void copyIn(StagingMemory from, int offset, DeviceRuns to, CopyListener listener);

	/**
	 * Frees what the memory itself needs, such as threads. Called when all regions of the
	 * agent are free; blocks and staging memory that are not freed yet stay valid.
	 */
	@Override
	void close();

}
