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

package io.nixl4j.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;

/**
 * The tests of {@link HouseRules}; each module has a subclass that runs them on its own
 * classes.
 */
public abstract class HouseTests {

	private final JavaClasses main = HouseRules.mainClasses();

	/**
	 * Whether the module is a program that talks to its user by standard output.
	 * @return false unless overridden
	 */
	protected boolean isProgram() {
		return false;
	}

	@Test
	void packagesAreFreeOfCycles() {
		HouseRules.packagesAreFreeOfCycles().check(this.main);
	}

	@Test
	void packagesAreNullMarked() {
		HouseRules.packagesAreNullMarked().check(this.main);
	}

	@Test
	void nothingSleeps() {
		HouseRules.nothingSleeps().check(HouseRules.allClasses());
	}

	@Test
	void onlyProgramsPrint() {
		if (!isProgram()) {
			HouseRules.nothingPrints().check(this.main);
		}
	}

	@Test
	void nothingUsesJavaLogging() {
		HouseRules.nothingUsesJavaLogging().check(this.main);
	}

	@Test
	void staticFieldsAreFinal() {
		HouseRules.staticFieldsAreFinal().check(this.main);
	}

	@Test
	void caseIsChangedWithLocale() {
		HouseRules.caseIsChangedWithLocale().check(this.main);
	}

}
