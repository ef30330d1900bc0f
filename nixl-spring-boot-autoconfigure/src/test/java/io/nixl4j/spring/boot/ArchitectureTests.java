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

package io.nixl4j.spring.boot;

import java.util.List;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.nixl4j.architecture.HouseRules;
import io.nixl4j.architecture.HouseTests;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * The house rules and those that Spring Boot keeps for its own auto-configurations. Not
 * every kind of class they speak of need be there, hence the rules may find nothing.
 */
class ArchitectureTests extends HouseTests {

	private static final JavaClasses MAIN = HouseRules.mainClasses();

	private static final DescribedPredicate<JavaMethod> BEAN_METHODS = DescribedPredicate.describe("make beans",
			(method) -> method.isAnnotatedWith(Bean.class));

	@Test
	void autoConfigurationsArePublicAndFinalWithoutPublicMethods() {
		classes().that()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.bePublic()
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.check(MAIN);
		methods().that()
			.areDeclaredInClassesThat()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.notBePublic()
			.check(MAIN);
	}

	@Test
	void conditionsAreNotPublic() {
		classes().that().areAssignableTo(Condition.class).should().notBePublic().allowEmptyShould(true).check(MAIN);
	}

	@Test
	void beanMethodsArePackagePrivateAndMakeVisibleTypes() {
		methods().that(BEAN_METHODS).should().bePackagePrivate().allowEmptyShould(true).check(MAIN);
		methods().that(BEAN_METHODS)
			.should()
			.haveRawReturnType(DescribedPredicate.<JavaClass>describe("that is not private",
					(type) -> !type.getModifiers().contains(JavaModifier.PRIVATE)))
			.allowEmptyShould(true)
			.check(MAIN);
	}

	@Test
	void conditionsOnClassesAreOnClasses() {
		methods().that(BEAN_METHODS)
			.should()
			.notBeAnnotatedWith(ConditionalOnClass.class)
			.andShould()
			.notBeAnnotatedWith(ConditionalOnMissingClass.class)
			.allowEmptyShould(true)
			.check(MAIN);
	}

	@Test
	void conditionsOnMissingBeansDoNotRepeatTheReturnType() {
		methods().that(BEAN_METHODS).should(new NotRepeatTheReturnType()).allowEmptyShould(true).check(MAIN);
	}

	@Test
	void postProcessorsAreMadeByStaticMethods() {
		methods().that(BEAN_METHODS)
			.and()
			.haveRawReturnType(DescribedPredicate.<JavaClass>describe("of post-processors",
					(type) -> type.isAssignableTo(BeanPostProcessor.class)
							|| type.isAssignableTo(BeanFactoryPostProcessor.class)))
			.should()
			.beStatic()
			.allowEmptyShould(true)
			.check(MAIN);
	}

	@Test
	void propertiesNameTheirPrefixByValue() {
		classes().that()
			.areAnnotatedWith(ConfigurationProperties.class)
			.should(new ArchCondition<>("name their prefix by value") {
				@Override
				public void check(JavaClass type, ConditionEvents events) {
					JavaAnnotation<?> annotation = type.getAnnotationOfType(ConfigurationProperties.class.getName());
					boolean byValue = annotation.hasExplicitlyDeclaredProperty("value");
					events.add(new SimpleConditionEvent(type, byValue, type.getName() + " has no value"));
				}
			})
			.allowEmptyShould(true)
			.check(MAIN);
	}

	@Test
	void signaturesAreOurOwnExceptForTheEtcdCustomizer() {
		String[] packages = HouseRules.packages(MAIN).toArray(String[]::new);
		HouseRules.signaturesAreOurOwn(packages)
			.check(MAIN.that(DescribedPredicate.describe("are not the customizer",
					(type) -> !type.getSimpleName().equals("NixlEtcdClientCustomizer"))));
	}

	@Test
	void internalsOfTheCoreAreUsedForRoutesOnly() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.nixl4j.wire..", "io.nixl4j.session..")
			.allowEmptyShould(true)
			.check(MAIN);
	}

	private static final class NotRepeatTheReturnType extends ArchCondition<JavaMethod> {

		NotRepeatTheReturnType() {
			super("not repeat their return type in @ConditionalOnMissingBean");
		}

		@Override
		public void check(JavaMethod method, ConditionEvents events) {
			method.tryGetAnnotationOfType(ConditionalOnMissingBean.class.getName()).ifPresent((annotation) -> {
				List<String> names = Stream.of("value", "type")
					.filter(annotation::hasExplicitlyDeclaredProperty)
					.flatMap((property) -> Stream.of((Object[]) annotation.getExplicitlyDeclaredProperty(property)))
					.map((type) -> (type instanceof JavaClass javaClass) ? javaClass.getName() : type.toString())
					.toList();
				boolean repeats = names.equals(List.of(method.getRawReturnType().getName()));
				events.add(new SimpleConditionEvent(method, !repeats, method.getFullName() + " repeats its type"));
			});
		}

	}

}
