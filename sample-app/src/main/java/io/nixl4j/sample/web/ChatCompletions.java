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

package io.nixl4j.sample.web;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import io.nixl4j.memory.NixlException;
import io.nixl4j.sample.ConditionalOnRole;
import io.nixl4j.sample.SampleRole;
import io.nixl4j.sample.web.ChatReply.Choice;
import io.nixl4j.sample.web.ChatReply.Usage;
import io.nixl4j.serving.Router;
import io.nixl4j.serving.ServingCall;
import io.nixl4j.serving.ServingRequest;
import io.nixl4j.serving.ServingResult;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;

/**
 * OpenAI's chat completions. An answer begins with its first token, so that whatever
 * fails before has a status of its own.
 */
@RestController
@ConditionalOnWebApplication
@ConditionalOnRole(SampleRole.ROUTER)
class ChatCompletions {

	/**
	 * The completion's id, which is also the router's and the workers' for the request.
	 */
	private static final String ID = "x-request-id";

	private static final int MAX_CLIENT_ID = 64;

	private final RequestReader reader;

	private final Router router;

	private final TransferBoard board;

	private final ModelCard card;

	ChatCompletions(RequestReader reader, Router router, TransferBoard board, ModelCard card) {
		this.reader = reader;
		this.router = router;
		this.board = board;
		this.card = card;
	}

	/**
	 * Answers.
	 * @param body the request
	 * @param clientId how the client finds its request among the transfers before it has
	 * an answer, if it cares
	 * @param exchange the exchange
	 * @return the answer
	 */
	@PostMapping(path = "/v1/chat/completions", consumes = MediaType.APPLICATION_JSON_VALUE)
	Mono<? extends ResponseEntity<?>> complete(@RequestBody ChatRequest body,
			@RequestHeader(name = "X-Client-Request-Id", required = false) @Nullable String clientId,
			ServerWebExchange exchange) {
		String id = "chatcmpl-" + UUID.randomUUID();
		// A long text takes a while to be cut into tokens
		Mono<ServingRequest> request = Mono.fromCallable(() -> this.reader.read(id, body))
			.subscribeOn(Schedulers.boundedElastic());
		return request.flatMap((read) -> {
			Answer answer = new Answer(id, this.board);
			ServingCall call = submit(read, answer, clientId);
			call.result().whenComplete(answer::end);
			Presence.of(exchange).waitsFor(call);
			return body.isStream() ? streamed(call, answer, body.wantsUsage()) : whole(call);
		});
	}

	private ServingCall submit(ServingRequest request, Answer answer, @Nullable String clientId) {
		boolean isShort = clientId != null && clientId.length() <= MAX_CLIENT_ID;
		this.board.began(request, isShort ? clientId : null);
		try {
			return this.router.submit(request, answer);
		}
		catch (NixlException ex) {
			this.board.refused(request.id());
			throw ex;
		}
	}

	private Mono<ResponseEntity<ChatReply>> whole(ServingCall call) {
		ServingRequest request = call.request();
		return Mono.fromFuture(call.result())
			.map((result) -> ResponseEntity.ok()
				.header(ID, request.id())
				.contentType(MediaType.APPLICATION_JSON)
				.body(new ChatReply(request.id(), ChatReply.COMPLETION, now(), this.card.id(),
						List.of(Choice.whole(result.text(), reason(request, result))), usage(request, result))));
	}

	private Mono<ResponseEntity<Flux<ServerSentEvent<Object>>>> streamed(ServingCall call, Answer answer,
			boolean withUsage) {
		String id = call.request().id();
		return Mono.fromFuture(answer.begun(), true)
			.then(Mono.fromSupplier(() -> ResponseEntity.ok()
				.header(ID, id)
				.contentType(MediaType.TEXT_EVENT_STREAM)
				.body(events(call, answer, withUsage))));
	}

	private Flux<ServerSentEvent<Object>> events(ServingCall call, Answer answer, boolean withUsage) {
		ServingRequest request = call.request();
		long created = now();
		Flux<Object> begin = Flux.just(chunk(request, created, Choice.part("assistant", "")));
		Flux<Object> text = answer.pieces().map((piece) -> chunk(request, created, Choice.part(null, piece)));
		Flux<Object> end = Mono.fromFuture(call.result(), true).flatMapMany((result) -> {
			Flux<Object> last = Flux.just(chunk(request, created, Choice.end(reason(request, result))));
			return withUsage ? last.concatWithValues(new ChatReply(request.id(), ChatReply.CHUNK, created,
					this.card.id(), List.of(), usage(request, result))) : last;
		});
		return Flux.concat(begin, text, end, Flux.just("[DONE]"))
			// The status is told already
			.onErrorResume((failure) -> Flux.just(ApiErrors.typed(failure).body()))
			.map((data) -> ServerSentEvent.builder(data).build());
	}

	private ChatReply chunk(ServingRequest request, long created, Choice choice) {
		return new ChatReply(request.id(), ChatReply.CHUNK, created, this.card.id(), List.of(choice), null);
	}

	private static Usage usage(ServingRequest request, ServingResult result) {
		return Usage.of(request.tokens().size(), result.tokens().size());
	}

	private static String reason(ServingRequest request, ServingResult result) {
		return (result.tokens().size() < request.maxTokens()) ? "stop" : "length";
	}

	private static long now() {
		return Instant.now().getEpochSecond();
	}

}
