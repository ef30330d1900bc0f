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

package io.nixl4j;

import java.time.Duration;

/**
 * A transfer before it is posted.
 */
public interface TransferBuilder {

	/**
	 * Tells the target's application when the bytes are there: the notification is
	 * delivered after all of them are visible, and the transfer is done when the target
	 * has accepted it.
	 * @param payload at most 64 KiB; copied
	 * @return this
	 */
	TransferBuilder notification(byte[] payload);

	/**
	 * As {@link #notification(byte[])}, in UTF-8.
	 * @param payload at most 64 KiB when encoded
	 * @return this
	 */
	TransferBuilder notification(String payload);

	/**
	 * Sets when the transfer has its result at the latest.
	 * @param timeout from the post on, more than zero
	 * @return this
	 */
	TransferBuilder timeout(Duration timeout);

	/**
	 * Posts the transfer.
	 * @return the transfer
	 * @throws io.nixl4j.memory.NixlException if it could not be posted
	 */
	Transfer submit();

	/**
	 * Compiles the transfer to be posted many times.
	 * @return the prepared transfer, to be closed by the caller
	 */
	PreparedTransfer prepare();

}
