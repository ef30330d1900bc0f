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
package io.nixl4j.fuzz;

import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Half an hour of coverage-guided search, at full length, for bytes of a peer that crash
 * something, write where they must not, or take more memory than their number explains.
 */
@Tag("all")
@Tag("soak")
class FuzzSoakTests {

	@ParameterizedTest
	@EnumSource
	void aFuzzerFindsNoBytesThatDoHarm(FuzzTarget target, @TempDir Path folder) throws Exception {
		Fuzzer.run(target, folder);
	}

}
