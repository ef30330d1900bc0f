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

import java.util.List;

import io.nixl4j.sample.ConditionalOnRole;
import io.nixl4j.sample.SampleRole;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * Lists the one model.
 */
@RestController
@ConditionalOnWebApplication
@ConditionalOnRole(SampleRole.ROUTER)
class Models {

	private final ModelCard card;

	Models(ModelCard card) {
		this.card = card;
	}

	@GetMapping("/v1/models")
	Listing all() {
		return new Listing("list", List.of(this.card));
	}

	@GetMapping("/v1/models/{id}")
	ModelCard one(@PathVariable String id) {
		if (!id.equals(this.card.id())) {
			throw ApiException.unknownModel(id, this.card.id());
		}
		return this.card;
	}

	/**
	 * A list.
	 *
	 * @param object what it is
	 * @param data what is in it
	 */
	record Listing(String object, List<ModelCard> data) {
	}

}
