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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.nixl4j.memory.NixlException;

/**
 * Keeps the fates of notifications in their order.
 */
final class RecordingDelivery {

	private final List<String> fates = new CopyOnWriteArrayList<>();

	List<String> fates() {
		return this.fates;
	}

	Delivery of(Object name) {
		return new Delivery() {

			@Override
			public void delivered() {
				RecordingDelivery.this.fates.add(name + " delivered");
			}

			@Override
			public void undelivered(NixlException cause) {
				RecordingDelivery.this.fates.add(name + " " + cause.error().code());
			}

		};
	}

}
