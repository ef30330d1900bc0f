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

package io.nixl4j.sample;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import io.nixl4j.architecture.HouseRules;
import io.nixl4j.architecture.HouseTests;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * The house rules, and that the sample is written as a user would write it.
 */
class ArchitectureTests extends HouseTests {

	private static final String ENGINE = "io.nixl4j.sample.engine";

	@Override
	protected boolean isProgram() {
		return true;
	}

	@Test
	void onlyThePublicApiIsUsed() {
		HouseRules.onlyThePublicApiIsUsed().check(HouseRules.mainClasses());
	}

	@Test
	void engineKnowsNeitherSpringNorTransfers() {
		noClasses().that()
			.resideInAPackage(ENGINE + "..")
			.should()
			.dependOnClassesThat(DescribedPredicate.<JavaClass>describe("are Spring's or ours outside the engine",
					(type) -> isForeignToEngine(type.getPackageName())))
			.check(HouseRules.mainClasses());
	}

	private static boolean isForeignToEngine(String name) {
		return name.startsWith("org.springframework.") || (name.startsWith("io.nixl4j") && !name.startsWith(ENGINE));
	}

}
