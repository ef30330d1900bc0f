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

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.route.Operation;
import io.nixl4j.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a transfer does.
 */
final class DefaultTransferBuilder implements TransferBuilder {

	private final AgentContext agent;

	private final Session session;

	private final Operation operation;

	private final DescriptorList local;

	private final DescriptorList remote;

	private byte @Nullable [] notification;

	private Duration timeout;

	DefaultTransferBuilder(AgentContext agent, Session session, Operation operation, DescriptorList local,
			DescriptorList remote) {
		TransferPlan.check(agent.regions(), session, operation, local, remote);
		this.agent = agent;
		this.session = session;
		this.operation = operation;
		this.local = local;
		this.remote = remote;
		this.timeout = agent.transferTimeout();
	}

	@Override
	public TransferBuilder notification(byte[] payload) {
		this.notification = Notification.checked(payload.clone());
		return this;
	}

	@Override
	public TransferBuilder notification(String payload) {
		this.notification = Notification.checked(payload.getBytes(StandardCharsets.UTF_8));
		return this;
	}

	@Override
	public TransferBuilder timeout(Duration timeout) {
		if (timeout.isNegative() || timeout.isZero()) {
			throw new IllegalArgumentException("A time-out must be longer than zero");
		}
		this.timeout = timeout;
		return this;
	}

	@Override
	public Transfer submit() {
		SubmittedTransfer transfer = new SubmittedTransfer(plan());
		transfer.compile();
		transfer.detachCompiled();
		transfer.startPost();
		return transfer;
	}

	@Override
	public PreparedTransfer prepare() {
		ReusableTransfer transfer = new ReusableTransfer(plan());
		transfer.compile();
		return transfer;
	}

	private TransferPlan plan() {
		return new TransferPlan(this.agent, this.session, this.operation, this.local, this.remote, this.notification,
				this.timeout.toNanos());
	}

}
