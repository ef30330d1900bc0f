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

package io.nixl4j.process;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataCodec;
import io.nixl4j.metadata.etcd.EtcdProcess;

/**
 * What befalls an etcd while workers live on.
 */
enum EtcdFault {

	/** Killed by SIGKILL and started on its data. */
	KILLED {

		@Override
		void happen(EtcdWorkers workers, EtcdProcess etcd, Duration outage) throws InterruptedException {
			etcd.kill();
			passes(outage);
			etcd.restart();
		}

	},

	/** Killed, and started without its data. */
	WIPED {

		@Override
		void happen(EtcdWorkers workers, EtcdProcess etcd, Duration outage) throws InterruptedException {
			etcd.kill();
			etcd.wipe();
			passes(outage);
			etcd.restart();
		}

	},

	/** Killed, and another cluster is started in its place. */
	REPLACED {

		@Override
		void happen(EtcdWorkers workers, EtcdProcess etcd, Duration outage) throws InterruptedException {
			etcd.kill();
			etcd.wipe("another-" + System.nanoTime());
			passes(outage);
			etcd.restart();
		}

	},

	/**
	 * Changed and compacted while nobody can watch, so that no watch can go on where it
	 * was.
	 */
	COMPACTED {

		@Override
		void happen(EtcdWorkers workers, EtcdProcess etcd, Duration outage) throws InterruptedException {
			NixlMetadata gone = new NixlMetadata("gone-meanwhile", Map.of(), "passer-by");
			etcd.put(EtcdWorkers.PREFIX + gone.engineId(), NixlMetadataCodec.encode(gone));
			workers.cut();
			etcd.ctl("del", EtcdWorkers.PREFIX + gone.engineId());
			passes(outage);
			etcd.compact();
			workers.mend();
		}

	},

	/** Frozen: its connections stay, and it answers nothing. */
	FROZEN {

		@Override
		void happen(EtcdWorkers workers, EtcdProcess etcd, Duration outage) throws InterruptedException {
			etcd.freeze();
			passes(outage);
			etcd.thaw();
		}

	},

	/** Behind a network that swallows everything. */
	CUT_OFF {

		@Override
		void happen(EtcdWorkers workers, EtcdProcess etcd, Duration outage) throws InterruptedException {
			workers.cutSilently();
			passes(outage);
			workers.mend();
		}

	};

	/**
	 * Lets it happen; when this returns etcd is back.
	 * @param workers the workers, which live on
	 * @param etcd what they know each other by
	 * @param outage how long it is away
	 * @throws InterruptedException if the wait is interrupted
	 */
	abstract void happen(EtcdWorkers workers, EtcdProcess etcd, Duration outage) throws InterruptedException;

	private static void passes(Duration time) throws InterruptedException {
		new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
	}

}
