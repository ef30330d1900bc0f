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

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The first lines of code that the README shows, as they stand there.
 */
class FirstStepsTests {

	@Test
	void theReadmesCodeWorks() {
		// begin
		try (NixlAgent decode = NixlAgent.builder().name("decode-1").build();
				NixlAgent prefill = NixlAgent.builder().name("prefill-1").build()) {
			MemoryRegion kv = decode.allocate("kv", 1 << 20, MemoryType.DRAM, Permissions.READ_WRITE);
			decode.start();
			decode.publish();

			MemoryRegion source = prefill.allocate("source", 1 << 20, MemoryType.DRAM, Permissions.READ);
			source.buffer(0, 5).put("hello".getBytes(StandardCharsets.UTF_8));
			prefill.start();
			NixlPeer peer = prefill.connect("127.0.0.1", decode.port());
			Transfer transfer = peer.write(source.blocks(4096, 0, 2), peer.region("kv").blocks(4096, 7, 3))
				.notification("request-42")
				.submit();
			transfer.result().join();
			assert StandardCharsets.UTF_8.decode(kv.buffer(7 * 4096, 5)).toString().equals("hello");
		}
		// end
	}

	@Test
	void theReadmeShowsThisCode() throws IOException {
		String source = Files.readString(Path.of("src/test/java/io/nixl4j/FirstStepsTests.java"));
		String shown = source.substring(source.indexOf("// begin") + 8, source.indexOf("// end"));
		assertThat(plain(Files.readString(Path.of("../README.md")))).contains(plain(shown));
	}

	private static String plain(String code) {
		return code.replaceAll("\\s+", " ").strip();
	}

}
