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
import java.util.concurrent.TimeUnit;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request a deadline. Only so a request that timed out cannot be carried out
 * later, when etcd is back: a future that gives up leaves it in the channel.
 */
final class RequestDeadlines implements ClientInterceptor {

	/** A stream by its kind, but used for one question and one answer only. */
	private static final String KEEP_ALIVE = "etcdserverpb.Lease/LeaseKeepAlive";

	private final Duration request;

	private final Duration beat;

	RequestDeadlines(Duration request, Duration beat) {
		this.request = request;
		this.beat = beat;
	}

	@Override
	public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
		Duration limit = limit(method);
		return next.newCall(method,
				(limit != null) ? options.withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS) : options);
	}

	private @Nullable Duration limit(MethodDescriptor<?, ?> method) {
		if (method.getFullMethodName().equals(KEEP_ALIVE)) {
			return this.beat;
		}
		return (method.getType() == MethodDescriptor.MethodType.UNARY) ? this.request : null;
	}

}
