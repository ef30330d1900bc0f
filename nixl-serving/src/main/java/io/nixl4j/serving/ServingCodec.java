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

import java.nio.BufferOverflowException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.nixl4j.Notification;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.msgpack.PackReader;
import io.nixl4j.msgpack.PackWriter;

/**
 * Serving messages as MessagePack maps: {@code type}, {@code id}, {@code attempt}, and
 * what the type needs. Keys that are not known are skipped.
 */
final class ServingCodec {

	/** What is sent of a text: as many characters as surely fit. */
	static final int SENT_TEXT = 4 * 1_024;

	private static final int MAX_TEXT = 16 * 1_024;

	private static final int MAX_LIST = 16 * 1_024;

	private static final int MAX_NAME = 255;

	private static final int LONGEST_KEY = 10;

	private ServingCodec() {
	}

	/**
	 * Writes a message.
	 * @param message the message
	 * @return the payload of a notification
	 * @throws NixlException {@link NixlError#OUT_OF_RANGE} if it is too long for one
	 */
	static byte[] encode(ServingMessage message) {
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("type", message.type());
		fields.put("id", message.id());
		fields.put("attempt", message.attempt());
		message.fields(fields);
		PackWriter out = new PackWriter(Notification.MAX_PAYLOAD);
		try {
			out.mapHeader(fields.size());
			fields.forEach((key, value) -> {
				out.text(key);
				write(out, value);
			});
		}
		catch (BufferOverflowException ex) {
			throw NixlError.OUT_OF_RANGE.exception(
					"A message of request '" + message.id()
							+ "' does not fit into a notification of 64 KiB; larger KV blocks make it shorter",
					null, message.type(), ex);
		}
		return out.toByteArray();
	}

	private static void write(PackWriter out, Object value) {
		if (value instanceof Number number) {
			out.unsigned(number.longValue());
		}
		else if (value instanceof List<?> numbers) {
			out.arrayHeader(numbers.size());
			numbers.forEach((number) -> out.unsigned((Integer) number));
		}
		else {
			out.text((String) value);
		}
	}

	/**
	 * Shortens a text to what is sent of it.
	 * @param text any text
	 * @return at most {@value #SENT_TEXT} characters
	 */
	static String cut(String text) {
		if (text.length() <= SENT_TEXT) {
			return text;
		}
		boolean splits = Character.isHighSurrogate(text.charAt(SENT_TEXT - 1));
		return text.substring(0, splits ? SENT_TEXT - 1 : SENT_TEXT);
	}

	/**
	 * Reads a message.
	 * @param payload the bytes
	 * @return the message
	 * @throws NixlException if they are none
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

	private static NixlException wrong(String what) {
		return NixlError.PROTOCOL.exception("A serving message is wrong: " + what, null, "decode", null);
	}

	/**
	 * The entries of one map, whatever its type.
	 */
	private static final class Fields {

		private final Map<String, Object> values = new LinkedHashMap<>();

		private void read(PackReader in) {
			String key = in.fieldName(LONGEST_KEY);
			switch (key) {
				case "type", "router", "engine", "region", "layout", "code" -> this.values.put(key, in.text(MAX_NAME));
				case "id" -> this.values.put(key, in.text(ServingRequest.MAX_ID));
				case "parameters" -> this.values.put(key, in.text(ServingRequest.MAX_PARAMETERS));
				case "text" -> this.values.put(key, in.text(MAX_TEXT));
				case "tokens", "blocks" -> this.values.put(key, numbers(in));
				case "attempt", "max", "local", "length", "answered", "held", "count", "layer", "layers", "overlapped",
						"token" ->
					this.values.put(key, number(in));
				case "millis", "free", "ticket", "bytes", "nanos" -> this.values.put(key, large(in));
				default -> in.skip();
			}
		}

		private static int number(PackReader in) {
			long value = in.unsigned();
			if (value < 0 || value > Integer.MAX_VALUE) {
				throw wrong("a number is out of range");
			}
			return (int) value;
		}

		private static long large(PackReader in) {
			long value = in.unsigned();
			if (value < 0) {
				throw wrong("a number is out of range");
			}
			return value;
		}

		private static List<Integer> numbers(PackReader in) {
			int size = in.arrayHeader();
			if (size > MAX_LIST) {
				throw wrong("a list is too long");
			}
			List<Integer> numbers = new ArrayList<>(size);
			for (int i = 0; i < size; i++) {
				numbers.add(number(in));
			}
			return List.copyOf(numbers);
		}

		private String text(String key) {
			return (String) this.values.getOrDefault(key, "");
		}

		private int number(String key) {
			return (Integer) this.values.getOrDefault(key, 0);
		}

		private long large(String key) {
			return (Long) this.values.getOrDefault(key, 0L);
		}

		private List<Integer> numbers(String key) {
			List<Integer> numbers = new ArrayList<>();
			((List<?>) this.values.getOrDefault(key, List.of())).forEach((number) -> numbers.add((Integer) number));
			return List.copyOf(numbers);
		}

		private KvMove move() {
			return new KvMove(large("bytes"), number("count"), number("layers"), number("overlapped"), large("nanos"));
		}

		private ServingMessage message() {
			String id = text("id");
			int attempt = number("attempt");
			if (id.isEmpty() || attempt < 1) {
				throw wrong("it names no attempt of a request");
			}
			return switch (text("type")) {
				case "prompt" -> new ServingMessage.Prompt(id, attempt, numbers("tokens"));
				case "reserve" ->
					new ServingMessage.Reserve(id, attempt, text("engine"), numbers("tokens"), number("length"),
							number("answered"), number("max"), text("parameters"), large("millis"), number("local"));
				case "reserved" -> new ServingMessage.Reserved(id, attempt, numbers("blocks"), number("held"),
						large("ticket"), large("free"));
				case "prefill" -> new ServingMessage.RemotePrefillRequest(id, attempt, text("engine"),
						numbers("tokens"), number("length"), number("answered"), numbers("blocks"), number("held"),
						large("ticket"), number("max"), text("parameters"), large("millis"));
				case "moved" -> new ServingMessage.Moved(id, attempt, move(), number("held"));
				case "token" -> new ServingMessage.Token(id, attempt, number("token"), text("text"));
				case "finished" -> new ServingMessage.Finished(id, attempt, number("count"), text("text"),
						number("held"), large("free"));
				case "failed" ->
					new ServingMessage.Failed(id, attempt, text("code"), text("engine"), text("text"), large("free"));
				case "cancel" -> new ServingMessage.Cancel(id, attempt);
				default -> betweenWorkers(new AttemptId(text("router"), id, attempt, large("ticket")));
			};
		}

		private ServingMessage betweenWorkers(AttemptId id) {
			return switch (text("type")) {
				case "begin" -> new ServingMessage.Begin(id);
				case "admit" -> new ServingMessage.Admit(id, text("region"), text("layout"));
				case "hold" -> new ServingMessage.Hold(id, text("layout"));
				case "source" -> new ServingMessage.Source(id, text("region"), text("layout"), numbers("blocks"));
				case "layer" -> new ServingMessage.LayerDone(id, number("layer"));
				case "prefilled" -> new ServingMessage.Prefilled(id, number("token"));
				case "read" -> new ServingMessage.Read(id, move());
				case "kept" -> new ServingMessage.Kept(id);
				case "stop" -> new ServingMessage.Stop(id);
				case "stopped" -> new ServingMessage.Stopped(id);
				default -> throw wrong("its type is not known");
			};
		}

	}

}
