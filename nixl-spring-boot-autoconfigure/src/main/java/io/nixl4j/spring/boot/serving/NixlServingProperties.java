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

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.nixl4j.kv.ElementType;
import io.nixl4j.serving.KvTransferMode;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is configured below {@code data-plane.nixl.serving}.
 *
 * @param roles What this application does: router, prefill, decode, or several of them.
 * Nothing is made unless a role is named.
 * @param model Model that the engines serve. Workers say it in their metadata, and a
 * router that finds its workers there takes only those of its own model.
 * @param layout How KV blocks lie, where the application has no KvLayout bean.
 * @param router How requests are dealt with.
 * @param prefill Worker that computes prompts.
 * @param decode Worker that makes answers.
 */
@ConfigurationProperties("data-plane.nixl.serving")
record NixlServingProperties(@DefaultValue Set<NixlServingRole> roles, @Nullable String model,
		@DefaultValue Layout layout, @DefaultValue Router router, @DefaultValue Prefill prefill,
		@DefaultValue Decode decode) {

	/** What all keys begin with. */
	static final String PREFIX = "data-plane.nixl.serving";

	/**
	 * How KV blocks lie.
	 *
	 * @param layers Number of layers of the model. With it a KvLayout bean is made.
	 * @param tokensPerBlock Number of tokens that a KV block holds.
	 * @param heads Number of heads of the model that have keys and values of their own.
	 * @param headSize Number of numbers that each head has for a token.
	 * @param latentSize Number of numbers of the one latent that each layer keeps for a
	 * token, in place of heads with keys and values.
	 * @param elementType Type of each number.
	 */
	record Layout(@Nullable Integer layers, @DefaultValue("16") int tokensPerBlock, @Nullable Integer heads,
			@Nullable Integer headSize, @Nullable Integer latentSize, @DefaultValue("bf16") ElementType elementType) {
	}

	/**
	 * The router.
	 *
	 * @param agent Name of the NixlAgent bean of the router.
	 * @param engineId Engine id of the agent that is made for the router where the
	 * application has several roles.
	 * @param port Port that this agent listens on, 0 for a free one.
	 * @param prefillEngines Engine ids of the prefill workers. By default it is that of
	 * this application's own, and those in the metadata store if it has no worker.
	 * @param decodeEngines Engine ids of the decode workers. By default it is that of
	 * this application's own, and those in the metadata store if it has no worker.
	 * @param maxRequests Number of requests that may be under way at once.
	 * @param localPrefillTokens Number of tokens up to which decode workers compute a
	 * prompt themselves, 0 for never.
	 * @param remoteTimeout How long to wait for the first token of a prompt that a
	 * prefill worker computes, before the decode worker does it.
	 * @param maxAttempts Number of attempts that a request has at most.
	 * @param continueAnswers Whether an answer whose decode worker fails is gone on with
	 * by another one.
	 */
	record Router(@Nullable String agent, @Nullable String engineId, @DefaultValue("0") int port,
			@DefaultValue List<String> prefillEngines, @DefaultValue List<String> decodeEngines,
			@DefaultValue("1024") int maxRequests, @DefaultValue("0") int localPrefillTokens,
			@DefaultValue("10s") Duration remoteTimeout, @DefaultValue("3") int maxAttempts,
			@DefaultValue("true") boolean continueAnswers) implements Agent {
	}

	/**
	 * The prefill worker.
	 *
	 * @param agent Name of the NixlAgent bean of the prefill worker.
	 * @param engine Name of the PrefillEngine bean, where it is not the only one.
	 * @param engineId Engine id of the agent that is made for the prefill worker where
	 * the application has several roles.
	 * @param port Port that this agent listens on, 0 for a free one.
	 * @param blocks Number of KV blocks of the prefill worker. Needed unless the
	 * application has a cache of its own.
	 * @param threads Number of prompts that the engine computes at once.
	 * @param maxRequests Number of prompts that the worker has at once, waiting ones
	 * included.
	 */
	record Prefill(@Nullable String agent, @Nullable String engine, @Nullable String engineId,
			@DefaultValue("0") int port, @Nullable Integer blocks, @DefaultValue("1") int threads,
			@DefaultValue("256") int maxRequests) implements Worker {
	}

	/**
	 * The decode worker.
	 *
	 * @param agent Name of the NixlAgent bean of the decode worker.
	 * @param engine Name of the DecodeEngine bean, where it is not the only one.
	 * @param engineId Engine id of the agent that is made for the decode worker where the
	 * application has several roles.
	 * @param port Port that this agent listens on, 0 for a free one.
	 * @param blocks Number of KV blocks of the decode worker. Needed unless the
	 * application has a cache of its own.
	 * @param threads Number of requests that the engine computes at once.
	 * @param maxRequests Number of requests that the worker has at once, waiting ones
	 * included.
	 * @param transferMode How keys and values come from prefill workers.
	 */
	record Decode(@Nullable String agent, @Nullable String engine, @Nullable String engineId,
			@DefaultValue("0") int port, @Nullable Integer blocks, @DefaultValue("1") int threads,
			@DefaultValue("256") int maxRequests, @DefaultValue("push") KvTransferMode transferMode) implements Worker {
	}

	/** What all roles have. */
	interface Agent {

		@Nullable String agent();

		@Nullable String engineId();

		int port();

	}

	/** What both workers have. */
	interface Worker extends Agent {

		@Nullable String engine();

		@Nullable Integer blocks();

		int threads();

		int maxRequests();

	}

	Agent of(NixlServingRole role) {
		return switch (role) {
			case ROUTER -> this.router;
			case PREFILL -> this.prefill;
			case DECODE -> this.decode;
		};
	}

	Worker worker(NixlServingRole role) {
		return (role == NixlServingRole.PREFILL) ? this.prefill : this.decode;
	}

}
