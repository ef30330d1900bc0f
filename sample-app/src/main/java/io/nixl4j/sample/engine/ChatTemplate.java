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

package io.nixl4j.sample.engine;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Writes a conversation as the model learned to read it, in ChatML: each message between
 * {@code <|im_start|>} and {@code <|im_end|>}, then the beginning of the answer. What
 * users say is never read as a special token. Immutable.
 */
public final class ChatTemplate {

	/** In a file's template: what is said where a conversation has no system message. */
	private static final Pattern DEFAULT_SYSTEM = Pattern.compile(
			"if loop\\.first and messages\\[0]\\['role'] != 'system' %}\\{\\{ *'<\\|im_start\\|>system\\n(.*?)<\\|im_end\\|>\\n'",
			Pattern.DOTALL);

	private final Tokenizer tokenizer;

	private final int start;

	private final int end;

	private final @Nullable String defaultSystem;

	private ChatTemplate(Tokenizer tokenizer, int start, int end, @Nullable String defaultSystem) {
		this.tokenizer = tokenizer;
		this.start = start;
		this.end = end;
		this.defaultSystem = defaultSystem;
	}

	static ChatTemplate of(GgufFile file, Tokenizer tokenizer) throws ModelFormatException {
		String template = file.get("tokenizer.chat_template", String.class);
		Integer start = tokenizer.special("<|im_start|>");
		Integer end = tokenizer.special("<|im_end|>");
		if (start == null || end == null || !template.contains("<|im_start|>") || !template.contains("<|im_end|>")) {
			throw new ModelFormatException("tokenizer.chat_template is not ChatML, the one this engine knows");
		}
		// Only this is taken from the template: the rest of it is what ChatML is.
		Matcher matcher = DEFAULT_SYSTEM.matcher(template.replace("\\n", "\n"));
		return new ChatTemplate(tokenizer, start, end, matcher.find() ? matcher.group(1) : null);
	}

	/**
	 * The tokens of a conversation, up to where the model should go on with its answer.
	 * @param messages the messages, in order
	 * @return the tokens
	 */
	public int[] encode(List<ChatMessage> messages) {
		IntList tokens = new IntList();
		boolean system = !messages.isEmpty() && messages.get(0).role() == ChatMessage.Role.SYSTEM;
		if (!messages.isEmpty() && !system && this.defaultSystem != null) {
			add(new ChatMessage(ChatMessage.Role.SYSTEM, this.defaultSystem), tokens);
		}
		messages.forEach((message) -> add(message, tokens));
		tokens.add(this.start);
		this.tokenizer.addPlain(ChatMessage.Role.ASSISTANT.tag() + "\n", tokens);
		return tokens.toArray();
	}

	private void add(ChatMessage message, IntList tokens) {
		tokens.add(this.start);
		this.tokenizer.addPlain(message.role().tag() + "\n" + message.content(), tokens);
		tokens.add(this.end);
		this.tokenizer.addPlain("\n", tokens);
	}

}
