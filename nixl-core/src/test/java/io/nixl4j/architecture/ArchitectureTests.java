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

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The direction in which the packages of this module depend on each other, and what they
 * may show.
 */
class ArchitectureTests extends HouseTests {

	private static final String ROOT = "io.nixl4j";

	private static final String MEMORY = "io.nixl4j.memory";

	private static final String METADATA = "io.nixl4j.metadata";

	private static final String ETCD = "io.nixl4j.metadata.etcd";

	private static final String MSGPACK = "io.nixl4j.msgpack";

	private static final String ROUTE = "io.nixl4j.route";

	private static final String LOCAL = "io.nixl4j.route.local";

	private static final String TCP = "io.nixl4j.route.tcp";

	private static final String SESSION = "io.nixl4j.session";

	private static final String WIRE = "io.nixl4j.wire";

	/** What each package may use of the others; a package that is not here is refused. */
	private static final Map<String, Set<String>> MAY_USE = Map.of(MEMORY, Set.of(), MSGPACK, Set.of(MEMORY), METADATA,
			Set.of(MSGPACK, MEMORY), ETCD, Set.of(METADATA, MEMORY), ROUTE, Set.of(MEMORY), WIRE, Set.of(MEMORY), LOCAL,
			Set.of(ROUTE, MEMORY), TCP, Set.of(WIRE, ROUTE, MEMORY), SESSION, Set.of(WIRE, ROUTE, MEMORY), ROOT,
			Set.of(SESSION, METADATA, ROUTE, WIRE, MEMORY));

	private static final JavaClasses MAIN = HouseRules.mainClasses();

	@Test
	void everyPackageHasItsPlaceAmongTheLayers() {
		assertThat(HouseRules.packages(MAIN)).containsExactlyInAnyOrderElementsOf(MAY_USE.keySet());
	}

	@ParameterizedTest
	@MethodSource("packages")
	void packageUsesOnlyWhatLiesBelowIt(String name) {
		Set<String> allowed = new TreeSet<>(MAY_USE.getOrDefault(name, Set.of()));
		allowed.add(name);
		classes().that()
			.resideInAPackage(name)
			.should()
			.onlyDependOnClassesThat(DescribedPredicate.<JavaClass>describe("are below " + name,
					(type) -> !isOurs(type) || allowed.contains(type.getBaseComponentType().getPackageName())))
			.check(MAIN);
	}

	static Stream<String> packages() {
		return HouseRules.packages(MAIN).stream();
	}

	private static boolean isOurs(JavaClass type) {
		String name = type.getBaseComponentType().getPackageName();
		return name.equals(ROOT) || name.startsWith(ROOT + ".");
	}

	@Test
	void nettyStaysBelowTheSession() {
		noClasses().that()
			.resideInAnyPackage(ROOT, MEMORY, METADATA, MSGPACK, ROUTE, LOCAL)
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.netty..")
			.check(MAIN);
	}

	/**
	 * Its buffers reach for Unsafe when loaded: newer JDKs warn, or print a stack trace
	 * where that is denied.
	 */
	@Test
	void msgpackLibraryIsNotUsed() {
		noClasses().should().dependOnClassesThat().resideInAPackage("org.msgpack..").check(MAIN);
	}

	@Test
	void signaturesAreOurOwn() {
		HouseRules.signaturesAreOurOwn(ROOT, MEMORY, METADATA, ETCD, MSGPACK, ROUTE).check(MAIN);
	}

}
