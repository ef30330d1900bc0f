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

package io.nixl4j.spring.boot.test;

import io.nixl4j.route.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Which transfers a fault is for.
 *
 * @param engines between which, or {@code null} for all
 * @param operation which kind, or {@code null} for both
 */
record FaultScope(@Nullable EnginePair engines, @Nullable Operation operation) {

	FaultScope with(Operation only) {
		return new FaultScope(this.engines, only);
	}

	boolean has(EnginePair pair, Operation which) {
		return (this.engines == null || this.engines.equals(pair))
				&& (this.operation == null || this.operation == which);
	}

}
