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

import io.nixl4j.kv.ElementType;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.sample.web.TransferView.State;
import io.nixl4j.serving.KvTransferMode;
import io.nixl4j.serving.ServingRequest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link TransferBoard}.
 */
class TransferBoardTests {

	private final TransferBoard board = new TransferBoard(new KvLayout(2, 16, 1, 8, ElementType.F32),
			KvTransferMode.PULL);

	private void begin(String id) {
		this.board.began(new ServingRequest(id, List.of(1, 2, 3), 5, "", Duration.ofSeconds(1)), "mine");
	}

	private TransferView only() {
		List<TransferView> all = this.board.since(0).transfers();
		assertThat(all).hasSize(1);
		return all.get(0);
	}

	@Test
	void aRequestGoesItsWay() {
		begin("a");
		assertThat(only()).satisfies((view) -> {
			assertThat(view.state()).isEqualTo(State.WAITING);
			assertThat(view.clientId()).isEqualTo("mine");
			assertThat(view.mode()).isEqualTo(KvTransferMode.PULL);
			assertThat(view.promptTokens()).isEqualTo(3);
			assertThat(view.promptBlocks()).isEqualTo(1);
			assertThat(view.computed()).containsExactly(-1, -1);
			assertThat(view.gbitPerSecond()).isNull();
		});
		this.board.layerComputed("a", 0);
		this.board.layerMoved("a", 0, 1, 1_000, Duration.ofNanos(1));
		assertThat(only()).satisfies((view) -> {
			assertThat(view.state()).isEqualTo(State.PREFILL);
			assertThat(view.moved()[0]).isGreaterThanOrEqualTo(view.computed()[0]);
			assertThat(view.moved()[1]).isEqualTo(-1);
			assertThat(view.bytes()).isEqualTo(1_000);
			assertThat(view.gbitPerSecond()).isEqualTo(8_000.0);
			assertThat(view.firstToken()).isNull();
		});
		this.board.layerComputed("a", 1);
		this.board.layerMoved("a", 1, 1, 1_000, Duration.ofNanos(1));
		this.board.token("a");
		assertThat(only().state()).isEqualTo(State.ANSWER);
		this.board.token("a");
		this.board.answered("a");
		assertThat(only()).satisfies((view) -> {
			assertThat(view.state()).isEqualTo(State.DONE);
			assertThat(view.tokens()).isEqualTo(2);
			assertThat(view.tokensPerSecond()).isPositive();
			assertThat(view.bytes()).isEqualTo(2_000);
			assertThat(view.after()).isEqualTo(0.5);
			assertThat(view.ended()).isGreaterThanOrEqualTo(view.firstToken());
		});
	}

	@Test
	void onlyWhatHasChangedIsTold() {
		begin("a");
		begin("b");
		TransferBoard.Changes all = this.board.since(0);
		assertThat(all.transfers()).extracting(TransferView::id).containsExactly("a", "b");
		assertThat(this.board.since(all.known()).transfers()).isEmpty();
		this.board.failed("a", "why");
		assertThat(this.board.since(all.known()).transfers()).singleElement().satisfies((view) -> {
			assertThat(view.id()).isEqualTo("a");
			assertThat(view.state()).isEqualTo(State.FAILED);
			assertThat(view.failure()).isEqualTo("why");
		});
		this.board.token("a");
		assertThat(this.board.since(0).transfers()).extracting(TransferView::id).containsExactly("b", "a");
		assertThat(this.board.since(0).transfers().get(1).state()).isEqualTo(State.FAILED);
	}

	@Test
	void theOldestAreForgotten() {
		for (int i = 0; i < 60; i++) {
			begin("request-" + i);
		}
		this.board.refused("request-59");
		this.board.token("request-0");
		this.board.layerComputed("unknown", 1);
		assertThat(this.board.since(0).transfers()).hasSize(49)
			.extracting(TransferView::id)
			.startsWith("request-10")
			.endsWith("request-58");
	}

}
