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

/**
 * What an application does in serving; it may do several things.
 */
public enum NixlServingRole {

	/** Takes requests and sends them to workers. */
	ROUTER("Router"),

	/** Computes prompts for decode workers. */
	PREFILL("Prefill"),

	/** Makes answers. */
	DECODE("Decode");

	private final String word;

	NixlServingRole(String word) {
		this.word = word;
	}

	/** The name of the agent that is made for the role. */
	String agentBean() {
		return "nixl" + this.word + "Agent";
	}

	/** The name of the KV cache that is made for the role. */
	String cacheBean() {
		return "nixl" + this.word + "KvCache";
	}

	/** The role's part of keys. */
	String key() {
		return switch (this) {
			case ROUTER -> "router";
			case PREFILL -> "prefill";
			case DECODE -> "decode";
		};
	}

}
