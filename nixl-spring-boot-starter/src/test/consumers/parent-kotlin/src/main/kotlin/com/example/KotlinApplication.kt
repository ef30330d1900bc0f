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

package com.example

import io.nixl4j.NixlAgent
import io.nixl4j.memory.MemoryRegion
import io.nixl4j.memory.MemoryType
import io.nixl4j.memory.Permissions
import org.springframework.beans.factory.getBean
import org.springframework.boot.autoconfigure.SpringBootApplication
import org.springframework.boot.runApplication
import org.springframework.context.annotation.Bean
import java.nio.ByteBuffer
import java.time.Duration
import java.util.Random

private const val HALF = 3_000_000L

@SpringBootApplication
class KotlinApplication {

	@Bean
	fun kv(agent: NixlAgent): MemoryRegion =
		agent.allocate("kv", 2 * HALF, MemoryType.DRAM, Permissions.READ_WRITE)

}

fun main(arguments: Array<String>) {
	runApplication<KotlinApplication>(*arguments).use { context ->
		val agent = context.getBean<NixlAgent>()
		val kv = context.getBean<MemoryRegion>()
		if (agent.engineId() == "prefill") {
			prefill(agent, kv)
		} else {
			decode(agent, kv)
		}
	}
}

private fun prefill(agent: NixlAgent, kv: MemoryRegion) {
	val decode = agent.connect("decode")
	val theirs = decode.region("kv")
	decode.read(kv.range(HALF, HALF), theirs.range(0, HALF)).submit().await()
	println("read: ${kv.buffer(HALF, HALF.toInt()) == bytes(1)}")
	kv.buffer(0, HALF.toInt()).put(bytes(2))
	decode.write(kv.range(0, HALF), theirs.range(HALF, HALF))
		.notification("request-42")
		.submit()
		.await()
}

private fun decode(agent: NixlAgent, kv: MemoryRegion) {
	kv.buffer(0, HALF.toInt()).put(bytes(1))
	println("port: ${agent.port()}")
	val notification = agent.pollNotification(Duration.ofMinutes(1)).orElseThrow().text()
	println("$notification: ${kv.buffer(HALF, HALF.toInt()) == bytes(2)}")
}

private fun bytes(seed: Long): ByteBuffer = ByteBuffer.wrap(ByteArray(HALF.toInt()).also { Random(seed).nextBytes(it) })
