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

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.MethodCallTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.jspecify.annotations.NullMarked;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * Rules that hold in every module, {@link HouseTests} checks most of them. They look at
 * the classes that the module itself has compiled, never at what lies on its class path;
 * only a module without classes has nothing to check.
 */
public final class HouseRules {

	private static final Path MAIN = Path.of("target", "classes");

	private static final Path TESTS = Path.of("target", "test-classes");

	/** Public for our own packages only; their Javadoc says so. */
	private static final String[] INTERNAL = { "io.nixl4j.memory.LocalRegion", "io.nixl4j.memory.RegionTable" };

	private static final String[] FOREIGN = { "io.netty.", "org.msgpack.", "io.etcd.", "io.vertx.", "io.grpc.",
			"com.sun.jna." };

	private HouseRules() {
	}

	/**
	 * The main classes of the module under test.
	 * @return the classes below {@code target/classes}
	 */
	public static JavaClasses mainClasses() {
		return new ClassFileImporter().importPath(MAIN);
	}

	/**
	 * The main and test classes of the module under test.
	 * @return the classes below {@code target/classes} and {@code target/test-classes}
	 */
	public static JavaClasses allClasses() {
		List<Path> paths = new ArrayList<>(List.of(MAIN));
		if (Files.isDirectory(TESTS)) {
			paths.add(TESTS);
		}
		return new ClassFileImporter().importPaths(paths);
	}

	/**
	 * The packages that have at least one class or a {@code package-info}.
	 * @param classes the classes to look at
	 * @return the names in order
	 */
	public static SortedSet<String> packages(JavaClasses classes) {
		SortedSet<String> names = new TreeSet<>();
		classes.forEach((type) -> names.add(type.getPackageName()));
		return names;
	}

	/**
	 * Packages depend on each other in one direction only.
	 * @return the rule
	 */
	public static ArchRule packagesAreFreeOfCycles() {
		return SlicesRuleDefinition.slices()
			.assignedFrom(new OneSlicePerPackage())
			.should()
			.beFreeOfCycles()
			.allowEmptyShould(true);
	}

	/**
	 * Every package says that its types are not null unless marked.
	 * @return the rule
	 */
	public static ArchRule packagesAreNullMarked() {
		return classes().should(new ArchCondition<>("live in a package that is @NullMarked") {
			@Override
			public void check(JavaClass type, ConditionEvents events) {
				JavaPackage home = type.getPackage();
				boolean marked = home.isAnnotatedWith(NullMarked.class);
				events.add(new SimpleConditionEvent(type, marked,
						type.getName() + (marked ? " is" : " is not") + " in a @NullMarked package"));
			}
		}).allowEmptyShould(true);
	}

	/**
	 * Waiting is done by signals and deadlines; a sleep hides a race or wastes time.
	 * @return the rule
	 */
	public static ArchRule nothingSleeps() {
		return noClasses().should()
			.callMethodWhere(DescribedPredicate.<JavaMethodCall>describe("Thread.sleep(..)", (call) -> {
				MethodCallTarget target = call.getTarget();
				return target.getOwner().isEquivalentTo(Thread.class) && target.getName().equals("sleep");
			}))
			.allowEmptyShould(true);
	}

	/**
	 * Libraries write to the log, never to the process's own output.
	 * @return the rule
	 */
	public static ArchRule nothingPrints() {
		return GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.allowEmptyShould(true);
	}

	/**
	 * There is one way to log: SLF4J.
	 * @return the rule
	 */
	public static ArchRule nothingUsesJavaLogging() {
		return noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("java.util.logging..")
			.allowEmptyShould(true);
	}

	/**
	 * Text for programs must not change with the user's language.
	 * @return the rule
	 */
	public static ArchRule caseIsChangedWithLocale() {
		return noClasses().should()
			.callMethod(String.class, "toLowerCase")
			.orShould()
			.callMethod(String.class, "toUpperCase")
			.allowEmptyShould(true);
	}

	/**
	 * What is built upon the core uses what users may use, so that users can do the same.
	 * @return the rule
	 */
	public static ArchRule onlyThePublicApiIsUsed() {
		return noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.nixl4j.wire..", "io.nixl4j.session..", "io.nixl4j.route..")
			.orShould()
			.dependOnClassesThat(DescribedPredicate.<JavaClass>describe("are internal",
					(type) -> List.of(INTERNAL).contains(type.getName())))
			.allowEmptyShould(true);
	}

	/**
	 * Several agents live in one process, so nothing may be kept in static variables.
	 * @return the rule
	 */
	public static ArchRule staticFieldsAreFinal() {
		return fields().that()
			.areStatic()
			.and(DescribedPredicate.<JavaField>describe("are written by people",
					(field) -> !field.getModifiers().contains(JavaModifier.SYNTHETIC)))
			.should()
			.beFinal()
			.allowEmptyShould(true);
	}

	/**
	 * What users program against names none of the libraries that we happen to use.
	 * @param packages the packages that users see
	 * @return the rule
	 */
	public static ArchRule signaturesAreOurOwn(String... packages) {
		return classes()
			.that(DescribedPredicate.<JavaClass>describe("users can see in " + Arrays.toString(packages),
					(type) -> isVisible(type) && List.of(packages).contains(type.getPackageName())))
			.should(new HaveNoForeignTypes())
			.allowEmptyShould(true);
	}

	private static boolean isVisible(JavaClass type) {
		boolean open = type.getModifiers().contains(JavaModifier.PUBLIC)
				|| type.getModifiers().contains(JavaModifier.PROTECTED);
		return open && type.getEnclosingClass().map(HouseRules::isVisible).orElse(true);
	}

	private static final class HaveNoForeignTypes extends ArchCondition<JavaClass> {

		HaveNoForeignTypes() {
			super("have no types of other libraries in their signatures");
		}

		@Override
		public void check(JavaClass type, ConditionEvents events) {
			Set<JavaType> supertypes = new HashSet<>(type.getInterfaces());
			type.getSuperclass().ifPresent(supertypes::add);
			report(type, type.getName(), supertypes, events);
			for (JavaMember member : type.getMembers()) {
				if (member.getModifiers().contains(JavaModifier.PUBLIC)
						|| member.getModifiers().contains(JavaModifier.PROTECTED)) {
					report(type, member.getFullName(), typesOf(member), events);
				}
			}
		}

		private static Set<JavaType> typesOf(JavaMember member) {
			Set<JavaType> types = new HashSet<>();
			if (member instanceof JavaField field) {
				types.add(field.getType());
			}
			if (member instanceof JavaCodeUnit code) {
				types.add(code.getReturnType());
				types.addAll(code.getParameterTypes());
				types.addAll(code.getExceptionTypes());
			}
			return types;
		}

		private static void report(JavaClass owner, String where, Set<JavaType> types, ConditionEvents events) {
			types.stream()
				.flatMap((type) -> type.getAllInvolvedRawTypes().stream())
				.map(JavaClass::getName)
				.filter((name) -> Arrays.stream(FOREIGN).anyMatch(name::startsWith))
				.forEach((name) -> events.add(SimpleConditionEvent.violated(owner, where + " shows " + name)));
		}

	}

	private static final class OneSlicePerPackage implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass type) {
			return SliceIdentifier.of(type.getPackageName());
		}

		@Override
		public String getDescription() {
			return "one slice a package";
		}

	}

}
