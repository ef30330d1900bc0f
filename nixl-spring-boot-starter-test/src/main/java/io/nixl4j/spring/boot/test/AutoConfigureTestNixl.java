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

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.test.context.TestPropertySource;

/**
 * On a test class: agents of the test's application context use no sockets, whatever is
 * configured. All of them are in one network inside the process, which no other context
 * shares, publish to a metadata store in memory, and carry bytes by a route that
 * {@link NixlFaults}, a bean to be injected, breaks on demand.
 * <p>
 * This holds for the auto-configured {@link io.nixl4j.NixlAgent} and for every one that
 * is built by an injected {@link io.nixl4j.NixlAgentBuilder}. Peers of the application
 * are best made as beans that are no default candidates, so that the application's own
 * agent is there too:
 *
 * <pre class="code">
 * &#064;SpringBootTest
 * &#064;AutoConfigureTestNixl
 * class StoreTests {
 *
 *     &#064;TestConfiguration
 *     static class Peers {
 *
 *         &#064;Bean(defaultCandidate = false)
 *         NixlAgent decode(NixlAgentBuilder builder) {
 *             return builder.name("decode-1").build();
 *         }
 *
 *     }
 *
 * }
 * </pre>
 *
 * They start, publish and stop with the context. Contexts may be cached, paused and
 * started again: agents are then other incarnations with the same regions. All faults end
 * with the test method that made them.
 * <p>
 * {@code data-plane.nixl.enabled}, {@code transport}, {@code fallback} and
 * {@code rdma-interface} are set to their defaults; every other key holds, time-outs
 * among them.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
@TestPropertySource(properties = { "data-plane.nixl.enabled=true", "data-plane.nixl.transport=auto",
		"data-plane.nixl.fallback=tcp", "data-plane.nixl.rdma-interface=", "data-plane.nixl.metadata.store=memory" })
public @interface AutoConfigureTestNixl {

}
