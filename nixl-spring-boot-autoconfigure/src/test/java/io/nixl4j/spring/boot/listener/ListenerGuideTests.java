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

package io.nixl4j.spring.boot.listener;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.NixlPeer;
import io.nixl4j.spring.boot.NixlAgentAutoConfiguration;
import io.nixl4j.spring.boot.NixlLifecycleAutoConfiguration;
import io.nixl4j.spring.boot.NixlMetadataStoreAutoConfiguration;
import io.nixl4j.spring.boot.NixlRouteAutoConfiguration;
import io.nixl4j.spring.boot.event.NixlEventAutoConfiguration;
import io.nixl4j.spring.boot.support.TwoAgents;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The listener guide's example is what it says.
 */
class ListenerGuideTests {

	private static final Path GUIDE = Path.of("..", "docs", "spring.md");

	private static final Path EXAMPLE = Path.of("src/test/java/io/nixl4j/spring/boot/listener/KvTier.java");

	@Test
	void theGuideShowsTheExampleAsItIs() throws IOException {
		String source = Files.readString(EXAMPLE);
		assertThat(Files.readString(GUIDE)).contains(source.substring(source.indexOf("@Component")));
	}

	@Test
	void theExampleWorks() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(NixlAgentAutoConfiguration.class, NixlLifecycleAutoConfiguration.class,
							NixlMetadataStoreAutoConfiguration.class, NixlRouteAutoConfiguration.class,
							NixlEventAutoConfiguration.class, NixlListenerAutoConfiguration.class))
			.withPropertyValues("data-plane.nixl.engine-id=tier-1")
			.withBean("kvTier", KvTier.class)
			.run((context) -> {
				TwoAgents.ready(context);
				KvTier tier = context.getBean(KvTier.class);
				try (NixlAgent decode = context.getBean(NixlAgentBuilder.class).name("decode-1").build()) {
					decode.start();
					NixlPeer peer = decode.connect("tier-1");
					notify(peer, "stored:a", "stored:b", "evicted:", "stored:");
					Awaitility.await().until(() -> tier.owner("a").isPresent() && tier.owner("b").isPresent());
					assertThat(tier.owner("a")).contains("decode-1");
					notify(peer, "evicted:a");
					Awaitility.await().until(() -> tier.owner("a").isEmpty());
					assertThat(tier.owner("b")).contains("decode-1");
				}
				Awaitility.await().until(() -> tier.owner("b").isEmpty());
			});
	}

	private static void notify(NixlPeer peer, String... payloads) {
		for (String payload : payloads) {
			peer.notify(payload.getBytes(StandardCharsets.UTF_8)).join();
		}
	}

}
