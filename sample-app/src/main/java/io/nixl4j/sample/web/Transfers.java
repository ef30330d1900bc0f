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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.nixl4j.sample.ConditionalOnRole;
import io.nixl4j.sample.SampleRole;
import reactor.core.publisher.Flux;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells the page how requests stand, as it changes. A page that is slow gets less often
 * what is newest, never more than it can take.
 */
@RestController
@ConditionalOnWebApplication
@ConditionalOnRole(SampleRole.ROUTER)
class Transfers {

	private static final Duration GLANCE = Duration.ofMillis(50);

	private final TransferBoard board;

	Transfers(TransferBoard board) {
		this.board = board;
	}

	@GetMapping(path = "/api/transfers", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<List<TransferView>> follow() {
		return Flux.defer(() -> {
			AtomicLong known = new AtomicLong();
			return Flux.interval(Duration.ZERO, GLANCE).onBackpressureDrop().map((glance) -> {
				TransferBoard.Changes changes = this.board.since(known.get());
				known.set(changes.known());
				return changes.transfers();
			}).filter((changed) -> !changed.isEmpty());
		});
	}

}
