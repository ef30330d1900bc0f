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

package io.nixl4j.kv;

import io.nixl4j.architecture.HouseRules;
import io.nixl4j.architecture.HouseTests;
import org.junit.jupiter.api.Test;

/**
 * The house rules, and that this module is built upon what users of the core may use.
 */
class ArchitectureTests extends HouseTests {

	@Test
	void onlyThePublicApiIsUsed() {
		HouseRules.onlyThePublicApiIsUsed().check(HouseRules.mainClasses());
	}

	@Test
	void signaturesAreOurOwn() {
		HouseRules.signaturesAreOurOwn("io.nixl4j.kv", "io.nixl4j.serving").check(HouseRules.mainClasses());
	}

}
