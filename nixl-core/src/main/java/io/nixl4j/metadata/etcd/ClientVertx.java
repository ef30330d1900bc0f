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

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loop of all clients of a store. jetcd closes the Vert.x that it is given
 * together with the client; this one outlives the client, so that another client takes no
 * new threads.
 */
final class ClientVertx extends VertxWrapper {

	private static final Logger logger = LoggerFactory.getLogger(ClientVertx.class);

	private static final Duration LIMIT = Duration.ofSeconds(2);

	private ClientVertx(VertxInternal vertx) {
		super(vertx);
	}

	static ClientVertx create() {
		VertxOptions options = new VertxOptions().setEventLoopPoolSize(1)
			.setWorkerPoolSize(1)
			.setInternalBlockingPoolSize(1)
			.setUseDaemonThread(true)
			.setFileSystemOptions(
					new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
		return new ClientVertx((VertxInternal) Vertx.vertx(options));
	}

	@Override
	public Future<Void> close() {
		return Future.succeededFuture();
	}

	/** Ends the threads and waits for that. */
	void shutDown() {
		try {
			super.close().toCompletionStage().toCompletableFuture().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.warn("The event loop of the client of etcd did not end in time");
		}
	}

}
