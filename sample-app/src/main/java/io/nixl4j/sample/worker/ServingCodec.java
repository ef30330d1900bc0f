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

package io.nixl4j.sample.worker;

import java.util.ArrayList;
import java.util.List;

import io.nixl4j.Notification;
import io.nixl4j.msgpack.PackReader;
import io.nixl4j.msgpack.PackWriter;

/**
 * Serving messages as MessagePack maps: {@code type}, {@code id}, {@code attempt}, and
 * what the type needs. Keys that are not known are skipped.
 */
final class ServingCodec {

	private static final int MAX_ID = 64;

	private static final int MAX_NAME = 255;

	private static final int MAX_TEXT = 16 * 1_024;

	private static final int MAX_TOKENS = 16 * 1_024;

	private ServingCodec() {
	}

	static byte[] encode(ServingMessage message) {
		PackWriter out = new PackWriter(Notification.MAX_PAYLOAD);
		if (message instanceof ServingMessage.Reserve reserve) {
			begin(out, "reserve", reserve, 4);
			out.text("engine");
			out.text(reserve.prefillEngine());
			number(out, "prompt", reserve.promptTokens());
			number(out, "max", reserve.maxTokens());
			sampling(out, reserve.sampling());
		}
		else if (message instanceof ServingMessage.Reserved reserved) {
			begin(out, "reserved", reserved, 1);
			numbers(out, "blocks", reserved.blocks());
		}
		else if (message instanceof ServingMessage.RemotePrefillRequest request) {
			begin(out, "prefill", request, 4);
			out.text("engine");
			out.text(request.decodeEngine());
			numbers(out, "tokens", request.tokens());
			numbers(out, "blocks", request.blocks());
			sampling(out, request.sampling());
		}
		else if (message instanceof ServingMessage.Prefilled prefilled) {
			begin(out, "prefilled", prefilled, 2);
			number(out, "layers", prefilled.layers());
			number(out, "token", prefilled.firstToken());
		}
		else if (message instanceof ServingMessage.PrefillFailed failed) {
			begin(out, "prefill-failed", failed, 1);
			text(out, failed.reason());
		}
		else if (message instanceof ServingMessage.Moved moved) {
			begin(out, "moved", moved, 5);
			number(out, "bytes", moved.report().bytes());
			number(out, "count", moved.report().blocks());
			number(out, "layers", moved.report().layers());
			number(out, "overlapped", moved.report().overlapped());
			number(out, "nanos", moved.report().writeNanos());
		}
		else if (message instanceof ServingMessage.Token token) {
			begin(out, "token", token, 2);
			number(out, "token", token.token());
			text(out, token.text());
		}
		else if (message instanceof ServingMessage.Finished finished) {
			begin(out, "finished", finished, 1);
			text(out, finished.rest());
		}
		else if (message instanceof ServingMessage.Failed failed) {
			begin(out, "failed", failed, 1);
			text(out, failed.reason());
		}
		return out.toByteArray();
	}

	private static void begin(PackWriter out, String type, ServingMessage message, int entries) {
		out.mapHeader(3 + entries);
		out.text("type");
		out.text(type);
		out.text("id");
		out.text(message.id());
		number(out, "attempt", message.attempt());
	}

	private static void number(PackWriter out, String key, long value) {
		out.text(key);
		out.unsigned(value);
	}

	private static void numbers(PackWriter out, String key, List<Integer> values) {
		out.text(key);
		out.arrayHeader(values.size());
		values.forEach(out::unsigned);
	}

	private static void text(PackWriter out, String text) {
		out.text("text");
		out.text((text.length() <= MAX_TEXT / 4) ? text : text.substring(0, MAX_TEXT / 4));
	}

	// Bits, since the packing knows no floats.
	private static void sampling(PackWriter out, Sampling sampling) {
		out.text("sampling");
		out.arrayHeader(2);
		out.unsigned(Float.floatToIntBits(sampling.temperature()) & 0xffff_ffffL);
		out.unsigned(sampling.seed());
	}

	/**
	 * Reads a message.
	 * @param payload the bytes
	 * @return the message
	 * @throws io.nixl4j.memory.NixlException if they are none
	 */
	static ServingMessage decode(byte[] payload) {
		PackReader in = new PackReader(payload);
		Fields fields = new Fields();
		int entries = in.mapHeader();
		for (int i = 0; i < entries; i++) {
			fields.read(in);
		}
		in.end();
		return fields.message();
	}

	/**
	 * The entries of one map, whatever its type.
	 */
	private static final class Fields {

		private String type = "";

		private String id = "";

		private int attempt;

		private String engine = "";

		private String text = "";

		private List<Integer> tokens = List.of();

		private List<Integer> blocks = List.of();

		private Sampling sampling = Sampling.GREEDY;

		private long bytes;

		private long nanos;

		private int prompt;

		private int max;

		private int count;

		private int layers;

		private int overlapped;

		private int token;

		private void read(PackReader in) {
			switch (in.text(MAX_NAME)) {
				case "type" -> this.type = in.text(MAX_NAME);
				case "id" -> this.id = in.text(MAX_ID);
				case "attempt" -> this.attempt = number(in);
				case "engine" -> this.engine = in.text(MAX_NAME);
				case "text" -> this.text = in.text(MAX_TEXT);
				case "tokens" -> this.tokens = numbers(in);
				case "blocks" -> this.blocks = numbers(in);
				case "sampling" -> this.sampling = sampling(in);
				case "bytes" -> this.bytes = in.unsigned();
				case "nanos" -> this.nanos = in.unsigned();
				case "prompt" -> this.prompt = number(in);
				case "max" -> this.max = number(in);
				case "count" -> this.count = number(in);
				case "layers" -> this.layers = number(in);
				case "overlapped" -> this.overlapped = number(in);
				case "token" -> this.token = number(in);
				default -> in.skip();
			}
		}

		private static int number(PackReader in) {
			long value = in.unsigned();
			if (value < 0 || value > Integer.MAX_VALUE) {
				throw new IllegalArgumentException("a number of a serving message is out of range");
			}
			return (int) value;
		}

		private static List<Integer> numbers(PackReader in) {
			int size = in.arrayHeader();
			if (size > MAX_TOKENS) {
				throw new IllegalArgumentException("a list of a serving message is too long");
			}
			List<Integer> values = new ArrayList<>(size);
			for (int i = 0; i < size; i++) {
				values.add(number(in));
			}
			return List.copyOf(values);
		}

		private static Sampling sampling(PackReader in) {
			if (in.arrayHeader() != 2) {
				throw new IllegalArgumentException("sampling is temperature and seed");
			}
			return new Sampling(Float.intBitsToFloat((int) in.unsigned()), in.unsigned());
		}

		private ServingMessage message() {
			return switch (this.type) {
				case "reserve" -> new ServingMessage.Reserve(this.id, this.attempt, this.engine, this.prompt, this.max,
						this.sampling);
				case "reserved" -> new ServingMessage.Reserved(this.id, this.attempt, this.blocks);
				case "prefill" -> new ServingMessage.RemotePrefillRequest(this.id, this.attempt, this.engine,
						this.tokens, this.blocks, this.sampling);
				case "prefilled" -> new ServingMessage.Prefilled(this.id, this.attempt, this.layers, this.token);
				case "prefill-failed" -> new ServingMessage.PrefillFailed(this.id, this.attempt, this.text);
				case "moved" -> new ServingMessage.Moved(this.id, this.attempt,
						new KvReport(this.bytes, this.count, this.layers, this.overlapped, this.nanos));
				case "token" -> new ServingMessage.Token(this.id, this.attempt, this.token, this.text);
				case "finished" -> new ServingMessage.Finished(this.id, this.attempt, this.text);
				case "failed" -> new ServingMessage.Failed(this.id, this.attempt, this.text);
				default -> throw new IllegalArgumentException("a notification is no serving message");
			};
		}

	}

}
