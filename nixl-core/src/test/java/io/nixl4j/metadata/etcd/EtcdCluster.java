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

package io.nixl4j.metadata.etcd;

import java.util.List;
import java.util.stream.Stream;

/**
 * Three real etcd that make one cluster: it serves while two of them live.
 */
public final class EtcdCluster implements AutoCloseable {

	private static final int TRIES = 10;

	private final List<EtcdProcess> nodes;

	private EtcdCluster(List<EtcdProcess> nodes) {
		this.nodes = nodes;
	}

	/**
	 * Starts a cluster and waits until all of it serves.
	 * @return the cluster, to be closed
	 */
	public static EtcdCluster start() {
		for (int i = 1;; i++) {
			List<EtcdProcess.Member> members = Stream.of("one", "two", "three").map(EtcdProcess.Member::find).toList();
			EtcdCluster cluster = new EtcdCluster(
					members.stream().map((member) -> EtcdProcess.launch(member, members, null)).toList());
			try {
				cluster.nodes.forEach(EtcdProcess::awaitReady);
				return cluster;
			}
			catch (IllegalStateException ex) {
				cluster.close();
				// Somebody else may have taken a port meanwhile.
				if (i == TRIES) {
					throw ex;
				}
			}
		}
	}

	/**
	 * Returns one of the three.
	 * @param index 0 to 2
	 * @return the etcd, which may be killed and restarted
	 */
	public EtcdProcess node(int index) {
		return this.nodes.get(index);
	}

	/**
	 * Returns where clients connect.
	 * @return the URLs of all three
	 */
	public List<String> urls() {
		return this.nodes.stream().map(EtcdProcess::url).toList();
	}

	/**
	 * Starts all three again, after each was killed, and waits until all of it serves.
	 */
	public void restart() {
		this.nodes.forEach(EtcdProcess::launchAgain);
		this.nodes.forEach(EtcdProcess::awaitReady);
	}

	@Override
	public void close() {
		this.nodes.forEach(EtcdProcess::close);
	}

}
