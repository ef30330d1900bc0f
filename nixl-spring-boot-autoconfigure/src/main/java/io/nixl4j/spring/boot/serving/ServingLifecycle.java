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

package io.nixl4j.spring.boot.serving;

import io.nixl4j.serving.DecodeWorker;
import io.nixl4j.serving.PrefillWorker;
import io.nixl4j.serving.Router;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * The life of routers and workers, whoever made them. They are there before their agents
 * are published, and closed before these stop for good. A stop that may be followed by a
 * start leaves them: their sessions end with those of their agents, and begin anew.
 */
final class ServingLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {

	/** After agents start and before web servers do, and the other way round. */
	static final int PHASE = DEFAULT_PHASE - 3072;

	private final ListableBeanFactory beans;

	private final ApplicationContext context;

	private volatile boolean closing;

	private volatile boolean running;

	ServingLifecycle(ListableBeanFactory beans, ApplicationContext context) {
		this.beans = beans;
		this.context = context;
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context) {
			this.closing = true;
		}
	}

	@Override
	public void start() {
		// Lazy ones are made now.
		this.beans.getBeansOfType(PrefillWorker.class, false, true);
		this.beans.getBeansOfType(DecodeWorker.class, false, true);
		this.beans.getBeansOfType(Router.class, false, true);
		this.running = true;
	}

	@Override
	public void stop() {
		if (this.closing) {
			this.beans.getBeansOfType(Router.class, false, false).values().forEach(Router::close);
			this.beans.getBeansOfType(PrefillWorker.class, false, false).values().forEach(PrefillWorker::close);
			this.beans.getBeansOfType(DecodeWorker.class, false, false).values().forEach(DecodeWorker::close);
		}
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
