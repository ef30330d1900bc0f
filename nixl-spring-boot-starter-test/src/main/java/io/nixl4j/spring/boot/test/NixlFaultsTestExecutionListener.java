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

package io.nixl4j.spring.boot.test;

import org.springframework.test.context.TestContext;
import org.springframework.test.context.support.AbstractTestExecutionListener;
import org.springframework.test.context.support.DirtiesContextTestExecutionListener;

/**
 * Ends all faults behind each test method, since the next one may get the same context.
 */
final class NixlFaultsTestExecutionListener extends AbstractTestExecutionListener {

	private static final int ORDER = 3500;

	NixlFaultsTestExecutionListener() {
	}

	/**
	 * Behind {@link DirtiesContextTestExecutionListener}, so that it is told before it of
	 * what is over: closing a context would wait for transfers that are held back.
	 */
	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public void afterTestMethod(TestContext testContext) {
		if (testContext.hasApplicationContext()) {
			testContext.getApplicationContext().getBeanProvider(NixlFaults.class).ifAvailable(NixlFaults::clear);
		}
	}

}
