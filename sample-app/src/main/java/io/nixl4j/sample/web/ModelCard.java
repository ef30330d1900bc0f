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

import com.fasterxml.jackson.annotation.JsonProperty;
import io.nixl4j.sample.SampleProperties;

/**
 * What clients are told of the model.
 *
 * @param id its name: that of its file
 * @param object what this is
 * @param created since when it is served, in seconds
 * @param ownedBy who serves it
 */
record ModelCard(String id, String object, long created, @JsonProperty("owned_by") String ownedBy) {

	static ModelCard of(SampleProperties properties) {
		return new ModelCard(properties.modelName(), "model", Instant.now().getEpochSecond(), "nixl4j");
	}

}
