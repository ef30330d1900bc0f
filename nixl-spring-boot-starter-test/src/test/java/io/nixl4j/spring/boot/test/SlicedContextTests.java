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

import io.nixl4j.NixlAgent;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.autoconfigure.json.JsonTest;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.junit.jupiter.SpringExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Contexts that have little of the application get agents too.
 */
class SlicedContextTests {

	abstract static class Contents {

		@Autowired
		private NixlAgent agent;

		@Autowired
		private NixlFaults faults;

		void assertThatTheAgentRuns() {
			assertThat(this.agent.incarnation()).isPresent();
			assertThat(this.agent.port()).isEqualTo(-1);
			assertThat(this.faults.heldBack()).isZero();
		}

	}

	@Nested
	@JsonTest
	@ContextConfiguration(classes = Application.class)
	@AutoConfigureTestNixl
	class SliceOfBoot extends Contents {

		@Test
		void agentRunsInASlice() {
			assertThatTheAgentRuns();
		}

	}

	@Nested
	@ExtendWith(SpringExtension.class)
	@ContextConfiguration(classes = Plain.class)
	@AutoConfigureTestNixl
	class PlainContext extends Contents {

		@Test
		void agentRunsWithoutBootsTestSupport() {
			assertThatTheAgentRuns();
		}

	}

	static class Plain {

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

	}

}
