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

package com.example;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
public class UserApplication {

	private static final int HALF = 3_000_000;

	@Bean
	MemoryRegion kv(NixlAgent agent) {
		return agent.allocate("kv", 2 * HALF, MemoryType.DRAM, Permissions.READ_WRITE);
	}

	public static void main(String[] arguments) throws Exception {
		try (ConfigurableApplicationContext context = SpringApplication.run(UserApplication.class, arguments)) {
			NixlAgent agent = context.getBean(NixlAgent.class);
			MemoryRegion kv = context.getBean(MemoryRegion.class);
			if (agent.engineId().equals("prefill")) {
				NixlPeer decode = agent.connect("decode");
				decode.read(kv.range(HALF, HALF), decode.region("kv").range(0, HALF)).submit().await();
				System.out.println("read: " + kv.buffer(HALF, HALF).equals(bytes(1)));
				kv.buffer(0, HALF).put(bytes(2));
				decode.write(kv.range(0, HALF), decode.region("kv").range(HALF, HALF))
					.notification("request-42")
					.submit()
					.await();
			}
			else {
				kv.buffer(0, HALF).put(bytes(1));
				System.out.println("port: " + agent.port());
				String notification = agent.pollNotification(Duration.ofMinutes(1)).orElseThrow().text();
				System.out.println(notification + ": " + kv.buffer(HALF, HALF).equals(bytes(2)));
			}
		}
	}

	private static ByteBuffer bytes(int seed) {
		byte[] bytes = new byte[HALF];
		new Random(seed).nextBytes(bytes);
		return ByteBuffer.wrap(bytes);
	}

}
