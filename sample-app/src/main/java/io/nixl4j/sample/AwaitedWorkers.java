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

package io.nixl4j.sample;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.nixl4j.serving.ListedWorker;
import io.nixl4j.serving.WorkerDirectory;

/**
 * The workers that a directory knows, for a router, and a way to wait for the first of
 * them: what is asked before there is a decode worker fails.
 */
final class AwaitedWorkers implements WorkerDirectory {

	private final WorkerDirectory directory;

	private final Map<String, ListedWorker> workers = new HashMap<>();

	AwaitedWorkers(WorkerDirectory directory) {
		this.directory = directory;
	}

	@Override
	public Watch watch(Listener listener) {
		return this.directory.watch(new Listener() {

			@Override
			public void listed(ListedWorker worker) {
				listener.listed(worker);
				change(() -> AwaitedWorkers.this.workers.put(worker.engineId(), worker));
			}

			@Override
			public void delisted(String engineId) {
				listener.delisted(engineId);
				change(() -> AwaitedWorkers.this.workers.remove(engineId));
			}

		});
	}

	private synchronized void change(Runnable change) {
		change.run();
		notifyAll();
	}

	/**
	 * Waits until a router that watches has been told of a prefill and a decode worker.
	 * @param patience how long
	 * @return whether it has
	 */
	synchronized boolean await(Duration patience) {
		long end = System.nanoTime() + patience.toNanos();
		try {
			while (!areEnough()) {
				long left = (end - System.nanoTime()) / 1_000_000;
				if (left <= 0) {
					return false;
				}
				wait(left);
			}
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private boolean areEnough() {
		return this.workers.values().stream().anyMatch(ListedWorker::prefills)
				&& this.workers.values().stream().anyMatch(ListedWorker::decodes);
	}

}
