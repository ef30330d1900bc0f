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

package io.nixl4j.serving;

import java.util.List;
import java.util.Map;

/**
 * What router and workers say to each other, each as one notification (docs/wire.md). A
 * request may be tried several times; each attempt has fresh blocks, and whoever gets a
 * message of an attempt that is over ignores it.
 */
sealed interface ServingMessage {

	/**
	 * Returns the request.
	 * @return the request's id, unique in its router
	 */
	String id();

	/**
	 * Returns the try.
	 * @return the attempt, from 1
	 */
	int attempt();

	/**
	 * Returns which message it is.
	 * @return the name on the wire
	 */
	String type();

	/**
	 * Writes what the message says besides.
	 * @param to gets each key with a text, a number or a list of numbers, in the order of
	 * the wire
	 */
	void fields(Map<String, Object> to);

	/**
	 * A message between workers, who name the router that the attempt comes from.
	 */
	sealed interface BetweenWorkers extends ServingMessage {

		/**
		 * Returns which attempt it is about.
		 * @return the attempt
		 */
		AttemptId attemptId();

		@Override
		default String id() {
			return attemptId().id();
		}

		@Override
		default int attempt() {
			return attemptId().attempt();
		}

		@Override
		default void fields(Map<String, Object> to) {
			to.put("router", attemptId().router());
			to.put("ticket", attemptId().ticket());
		}

	}

	/**
	 * Router to any worker: a part of a prompt that is too long for one message. Parts
	 * come in their order, before the message that has the rest.
	 *
	 * @param id the request
	 * @param attempt the try
	 * @param tokens the part
	 */
	record Prompt(String id, int attempt, List<Integer> tokens) implements ServingMessage {

		@Override
		public String type() {
			return "prompt";
		}

		@Override
		public void fields(Map<String, Object> to) {
			to.put("tokens", this.tokens);
		}

	}

	/**
	 * Router to decode: keep blocks for a request.
	 *
	 * @param id the request
	 * @param attempt the try
	 * @param prefillEngine who will fill them; empty if the decode worker shall
	 * @param tokens the prompt, or the rest of it
	 * @param length how many tokens the whole prompt has
	 * @param max how many tokens the answer may have
	 * @param parameters what the engines are told
	 * @param millis the time that is left
	 * @param local up to how many tokens the decode worker computes itself
	 */
	record Reserve(String id, int attempt, String prefillEngine, List<Integer> tokens, int length, int answered,
			int max, String parameters, long millis, int local) implements ServingMessage {

		@Override
		public String type() {
			return "reserve";
		}

		@Override
		public void fields(Map<String, Object> to) {
			to.put("engine", this.prefillEngine);
			to.put("tokens", this.tokens);
			to.put("length", this.length);
			to.put("answered", this.answered);
			to.put("max", this.max);
			to.put("parameters", this.parameters);
			to.put("millis", this.millis);
			to.put("local", this.local);
		}

	}

	/**
	 * Decode to router: the blocks are kept.
	 *
	 * @param id the request
	 * @param attempt the try
	 * @param blocks the blocks for the prompt; none if the decode worker computes it
	 * @param held of how many of its tokens keys and values are there already
	 * @param ticket the worker's number for the attempt
	 * @param free how many more tokens the worker has blocks for
	 */
	record Reserved(String id, int attempt, List<Integer> blocks, int held, long ticket,
			long free) implements ServingMessage {

		@Override
		public String type() {
			return "reserved";
		}

		@Override
		public void fields(Map<String, Object> to) {
			to.put("blocks", this.blocks);
			to.put("held", this.held);
			to.put("ticket", this.ticket);
			to.put("free", this.free);
		}

	}

	/**
	 * Router to prefill: compute a prompt into blocks of a decode worker.
	 *
	 * @param id the request
	 * @param attempt the try
	 * @param decodeEngine where the blocks are
	 * @param tokens the prompt, or the rest of it
	 * @param length how many tokens the whole prompt has
	 * @param blocks the blocks
	 * @param held of how many tokens keys and values are in the blocks already
	 * @param ticket the decode worker's number for the attempt
	 * @param max how many tokens the answer may have
	 * @param parameters what the engines are told
	 * @param millis the time that is left
	 */
	record RemotePrefillRequest(String id, int attempt, String decodeEngine, List<Integer> tokens, int length,
			int answered, List<Integer> blocks, int held, long ticket, int max, String parameters,
			long millis) implements ServingMessage {

		@Override
		public String type() {
			return "prefill";
		}

		@Override
		public void fields(Map<String, Object> to) {
			to.put("engine", this.decodeEngine);
			to.put("tokens", this.tokens);
			to.put("length", this.length);
			to.put("answered", this.answered);
			to.put("blocks", this.blocks);
			to.put("held", this.held);
			to.put("ticket", this.ticket);
			to.put("max", this.max);
			to.put("parameters", this.parameters);
			to.put("millis", this.millis);
		}

	}

	/**
	 * Prefill to decode: may I write?
	 *
	 * @param attemptId the attempt
	 */
	record Begin(AttemptId attemptId) implements BetweenWorkers {

		@Override
		public String type() {
			return "begin";
		}

	}

	/**
	 * Decode to prefill: write. From now on the blocks come back by proof only.
	 *
	 * @param attemptId the attempt
	 * @param region the name of the region that has the blocks
	 * @param layout how they lie
	 */
	record Admit(AttemptId attemptId, String region, String layout) implements BetweenWorkers {

		@Override
		public String type() {
			return "admit";
		}

		@Override
		public void fields(Map<String, Object> to) {
			BetweenWorkers.super.fields(to);
			to.put("region", this.region);
			to.put("layout", this.layout);
		}

	}

	/**
	 * Decode to prefill: compute, and keep the layers until they are read.
	 *
	 * @param attemptId the attempt
	 * @param layout how the blocks lie that they are read into
	 */
	record Hold(AttemptId attemptId, String layout) implements BetweenWorkers {

		@Override
		public String type() {
			return "hold";
		}

		@Override
		public void fields(Map<String, Object> to) {
			BetweenWorkers.super.fields(to);
			to.put("layout", this.layout);
		}

	}

	/**
	 * Prefill to decode: where the layers will be.
	 *
	 * @param attemptId the attempt
	 * @param region the name of the region that has the blocks
	 * @param layout how they lie
	 * @param blocks the blocks
	 */
	record Source(AttemptId attemptId, String region, String layout, List<Integer> blocks) implements BetweenWorkers {

		@Override
		public String type() {
			return "source";
		}

		@Override
		public void fields(Map<String, Object> to) {
			BetweenWorkers.super.fields(to);
			to.put("region", this.region);
			to.put("layout", this.layout);
			to.put("blocks", this.blocks);
		}

	}

	/**
	 * Prefill to decode: a layer is computed. With its WRITE if the decode worker has let
	 * the prefill worker write, and then its bytes are in the blocks.
	 *
	 * @param attemptId the attempt
	 * @param layer the layer
	 */
	record LayerDone(AttemptId attemptId, int layer) implements BetweenWorkers {

		@Override
		public String type() {
			return "layer";
		}

		@Override
		public void fields(Map<String, Object> to) {
			BetweenWorkers.super.fields(to);
			to.put("layer", this.layer);
		}

	}

	/**
	 * Prefill to decode: the prompt is computed. Its layers may still be under way.
	 *
	 * @param attemptId the attempt
	 * @param token the first token of the answer
	 */
	record Prefilled(AttemptId attemptId, int token) implements BetweenWorkers {

		@Override
		public String type() {
			return "prefilled";
		}

		@Override
		public void fields(Map<String, Object> to) {
			BetweenWorkers.super.fields(to);
			to.put("token", this.token);
		}

	}

	/**
	 * Decode to prefill: all layers are read. Do you still keep them?
	 *
	 * @param attemptId the attempt
	 * @param move the figures
	 */
	record Read(AttemptId attemptId, KvMove move) implements BetweenWorkers {

		@Override
		public String type() {
			return "read";
		}

		@Override
		public void fields(Map<String, Object> to) {
			BetweenWorkers.super.fields(to);
			this.move.fields(to);
		}

	}

	/**
	 * Prefill to decode: nobody else had the blocks until the layers were read.
	 *
	 * @param attemptId the attempt
	 */
	record Kept(AttemptId attemptId) implements BetweenWorkers {

		@Override
		public String type() {
			return "kept";
		}

	}

	/**
	 * Decode to prefill: send no more, and say when nothing is under way.
	 *
	 * @param attemptId the attempt
	 */
	record Stop(AttemptId attemptId) implements BetweenWorkers {

		@Override
		public String type() {
			return "stop";
		}

	}

	/**
	 * Prefill to decode: nothing of the attempt touches the blocks any more.
	 *
	 * @param attemptId the attempt
	 */
	record Stopped(AttemptId attemptId) implements BetweenWorkers {

		@Override
		public String type() {
			return "stopped";
		}

	}

	/**
	 * Prefill to router: what was moved.
	 *
	 * @param id the request
	 * @param attempt the try
	 * @param move the figures
	 * @param held of how many tokens the worker keeps keys and values for later prompts
	 */
	record Moved(String id, int attempt, KvMove move, int held) implements ServingMessage {

		@Override
		public String type() {
			return "moved";
		}

		@Override
		public void fields(Map<String, Object> to) {
			this.move.fields(to);
			to.put("held", this.held);
		}

	}

	/**
	 * Decode to router: the next token of the answer.
	 *
	 * @param id the request
	 * @param attempt the try
	 * @param token the token
	 * @param text the text that became complete with it
	 */
	record Token(String id, int attempt, int token, String text) implements ServingMessage {

		@Override
		public String type() {
			return "token";
		}

		@Override
		public void fields(Map<String, Object> to) {
			to.put("token", this.token);
			to.put("text", this.text);
		}

	}

	/**
	 * Decode to router: the answer is complete.
	 *
	 * @param id the request
	 * @param attempt the try
	 * @param count how many tokens it has
	 * @param text text that the last token left
	 * @param held of how many tokens of prompt and answer the worker keeps keys and
	 * values for later prompts
	 * @param free how many tokens the worker has blocks for
	 */
	record Finished(String id, int attempt, int count, String text, int held, long free) implements ServingMessage {

		@Override
		public String type() {
			return "finished";
		}

		@Override
		public void fields(Map<String, Object> to) {
			to.put("count", this.count);
			to.put("text", this.text);
			to.put("held", this.held);
			to.put("free", this.free);
		}

	}

	/**
	 * Any worker to router: the attempt has failed.
	 *
	 * @param id the request
	 * @param attempt the try
	 * @param code the error
	 * @param engine the engine at fault
	 * @param text why
	 * @param free how many tokens the worker has blocks for
	 */
	record Failed(String id, int attempt, String code, String engine, String text,
			long free) implements ServingMessage {

		@Override
		public String type() {
			return "failed";
		}

		@Override
		public void fields(Map<String, Object> to) {
			to.put("code", this.code);
			to.put("engine", this.engine);
			to.put("text", this.text);
			to.put("free", this.free);
		}

	}

	/**
	 * Router to decode: nobody waits for the answer any more.
	 *
	 * @param id the request
	 * @param attempt the try
	 */
	record Cancel(String id, int attempt) implements ServingMessage {

		@Override
		public String type() {
			return "cancel";
		}

		@Override
		public void fields(Map<String, Object> to) {
			// Which attempt is all there is to say
		}

	}

}
