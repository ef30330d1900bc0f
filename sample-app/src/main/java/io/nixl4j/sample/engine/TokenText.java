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

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Turns tokens into text as they come. A character may be spread over several tokens: it
 * comes out with the last of them. Bytes that are no UTF-8 become U+FFFD.
 */
final class TokenText {

	/** The longest beginning of a character that waits for its end. */
	private static final int PENDING = 3;

	private final Tokenizer tokenizer;

	private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
		.onMalformedInput(CodingErrorAction.REPLACE)
		.onUnmappableCharacter(CodingErrorAction.REPLACE);

	private ByteBuffer pending = ByteBuffer.allocate(0);

	TokenText(Tokenizer tokenizer) {
		this.tokenizer = tokenizer;
	}

	/** The characters that are complete with this token; often none. */
	String add(int token) {
		byte[] bytes = this.tokenizer.bytes(token);
		ByteBuffer input = ByteBuffer.allocate(PENDING + bytes.length).put(this.pending).put(bytes).flip();
		CharBuffer output = CharBuffer.allocate(input.remaining());
		this.decoder.decode(input, output, false);
		this.pending = input;
		return output.flip().toString();
	}

	/** What is left: half a character, if anything. */
	String end() {
		CharBuffer output = CharBuffer.allocate(PENDING + 1);
		this.decoder.decode(this.pending, output, true);
		this.decoder.flush(output);
		this.decoder.reset();
		this.pending = ByteBuffer.allocate(0);
		return output.flip().toString();
	}

}
