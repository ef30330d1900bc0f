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

import com.tngtech.archunit.core.domain.JavaClasses;
import io.nixl4j.architecture.HouseRules;
import io.nixl4j.architecture.HouseTests;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * The house rules, and what this module may use of the core.
 */
class ArchitectureTests extends HouseTests {

	private static final JavaClasses MAIN = HouseRules.mainClasses();

	@Test
	void signaturesAreOurOwn() {
		HouseRules.signaturesAreOurOwn("io.nixl4j.spring.boot.test").check(MAIN);
	}

	@Test
	void onlyTheSpiOfRoutesIsUsedOfTheCoresInternals() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.nixl4j.wire..", "io.nixl4j.session..", "io.nixl4j.route.tcp..")
			.check(MAIN);
	}

	@Test
	void testLibrariesAreTheUsersChoice() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.junit..", "org.assertj..", "org.awaitility..", "org.mockito..")
			.check(MAIN);
	}

}
