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

/**
 * A small language model in plain Java, made to be read: a GGUF file, its tokenizer, the
 * llama forward pass, a paged KV cache and sampling. It knows neither Spring nor the data
 * plane; what it shares with them is {@link io.nixl4j.sample.engine.KvPages}, the memory
 * that keys and values lie in, and {@link io.nixl4j.sample.engine.Sequence}, which block
 * of that memory holds which tokens.
 *
 * <p>
 * The way of a question through the files: {@code Model} reads the file
 * ({@code GgufFile}), {@code ChatTemplate} and {@code Tokenizer} make tokens,
 * {@code Engine} computes ({@code Forward} takes all tokens of a prompt at once, or the
 * next token of each of several answers, which {@code DecodeBatcher} gathers),
 * {@code Generator} chooses tokens with a {@code Sampler} and turns them into text again.
 * Nearly all time is spent in {@code Kernels}.
 */
@NullMarked
package io.nixl4j.sample.engine;

import org.jspecify.annotations.NullMarked;
