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

package com.example.shelf;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.nixl4j.NixlAgent;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.spring.boot.test.AutoConfigureTestNixl;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Classes of tests that want one context or another: Spring keeps both and pauses one
 * while the other is used. Each time an agent comes back as another incarnation, and the
 * shelf connects again.
 */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
class AlternatingContextsTests {

	private static final Set<Incarnation> SEEN = ConcurrentHashMap.newKeySet();

	abstract static class Shelving {

		@Autowired
		private NixlAgent agent;

		@Autowired
		private BlockShelf shelf;

		void assertThatABlockComesBack() throws Exception {
			assertThat(SEEN.add(this.agent.incarnation().orElseThrow())).as("another incarnation").isTrue();
			byte[] block = new byte[CachePeer.BLOCK_SIZE];
			block[0] = (byte) SEEN.size();
			this.shelf.keep(0, block);
			assertThat(this.shelf.bring(0)).isEqualTo(block);
		}

	}

	@SpringBootTest(properties = "shelf.buffers=1")
	@AutoConfigureTestNixl
	@Import(CachePeer.class)
	abstract static class WithOneBuffer extends Shelving {

	}

	@SpringBootTest(properties = "shelf.buffers=3")
	@AutoConfigureTestNixl
	@Import(CachePeer.class)
	abstract static class WithThreeBuffers extends Shelving {

	}

	@Nested
	@Order(1)
	class One extends WithOneBuffer {

		@Test
		void oneContextWorks() throws Exception {
			assertThatABlockComesBack();
		}

	}

	@Nested
	@Order(2)
	class Other extends WithThreeBuffers {

		@Test
		void otherContextWorksBesideIt() throws Exception {
			assertThatABlockComesBack();
		}

	}

	@Nested
	@Order(3)
	class OneAgain extends WithOneBuffer {

		@Test
		void oneContextWorksAgain() throws Exception {
			assertThatABlockComesBack();
		}

	}

	@Nested
	@Order(4)
	class OtherAgain extends WithThreeBuffers {

		@Test
		void otherContextWorksAgain() throws Exception {
			assertThatABlockComesBack();
		}

	}

	@Nested
	@Order(5)
	class OneAtLast extends WithOneBuffer {

		@Test
		void oneContextWorksToTheEnd() throws Exception {
			assertThatABlockComesBack();
		}

	}

}
