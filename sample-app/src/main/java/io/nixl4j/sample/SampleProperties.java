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

package io.nixl4j.sample;

import java.nio.file.Path;
import java.time.Duration;

import io.nixl4j.serving.KvTransferMode;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the sample.
 *
 * @param role what this process does
 * @param model GGUF file of the model
 * @param question question to ask if the command line has none
 * @param maxTokens tokens that an answer may have if the request does not say
 * @param temperature zero for the likeliest token each time, if the request does not say
 * @param blocks KV blocks of each worker
 * @param tokensPerBlock tokens that a KV block holds
 * @param transferMode whether the prefill worker pushes keys and values or the decode
 * worker pulls them
 * @param streams how many answers are made at once
 * @param maxRequests how many requests are under way or wait at once
 * @param requestTimeout when a request has its answer at the latest
 */
@ConfigurationProperties("sample")
public record SampleProperties(@DefaultValue("all") SampleRole role, Path model,
		@DefaultValue("What is a key-value cache?") String question, @DefaultValue("128") int maxTokens,
		@DefaultValue("0") float temperature, @DefaultValue("128") int blocks, @DefaultValue("16") int tokensPerBlock,
		@DefaultValue("push") KvTransferMode transferMode, @DefaultValue("8") int streams,
		@DefaultValue("64") int maxRequests, @DefaultValue("2m") Duration requestTimeout) {

	private static final String SUFFIX = ".gguf";

	/**
	 * Returns what clients and peers call the model.
	 * @return the name of its file without the ending
	 */
	public String modelName() {
		Path file = this.model.getFileName();
		String name = (file != null) ? file.toString() : "";
		return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
	}

	/**
	 * Returns how many tokens fit into a worker's KV blocks.
	 * @return the most that prompt and answer can have together
	 */
	public int room() {
		return Math.multiplyExact(this.blocks, this.tokensPerBlock);
	}

}
