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

package io.nixl4j.spring.boot.listener;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Has a method of a bean called with the notifications of an agent. The bean is a
 * singleton; the method returns nothing. Its parameters, in any order, are each one of
 * <ul>
 * <li>{@link io.nixl4j.Notification}, the notification as it came,</li>
 * <li>{@code byte[]}, {@link String} (from UTF-8) or {@link java.nio.ByteBuffer} (read
 * only), its payload,</li>
 * <li>a {@code String} with {@link NotificationSender}, the engine id of who sent
 * it,</li>
 * <li>{@link io.nixl4j.NixlAgent}, the agent that got it.</li>
 * </ul>
 * A notification is given to each method whose {@link #prefix} and {@link #from} it
 * meets. All attributes may have placeholders.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface NixlNotificationListener {

	/**
	 * The name by which {@link NixlNotificationListenerRegistry} and logs know this
	 * listener. By default it is made of the bean's and the method's name.
	 * @return the id
	 */
	String id() default "";

	/**
	 * The name of the {@link io.nixl4j.NixlAgent} bean. It need not be given where there
	 * is one such bean, or a primary one.
	 * @return the name of the bean
	 */
	String agent() default "";

	/**
	 * What payloads begin with, in UTF-8. By default any payload will do.
	 * @return the prefix
	 */
	String prefix() default "";

	/**
	 * The engine ids of senders, in which {@code *} stands for any text. By default any
	 * sender will do.
	 * @return the patterns, of which one must match
	 */
	String[] from() default {};

	/**
	 * How many notifications the method is called with at once. With one they come in the
	 * order in which each sender sent them. By default it is
	 * {@code data-plane.nixl.listener.concurrency}.
	 * @return a number
	 */
	String concurrency() default "";

	/**
	 * How many notifications may wait for the method. While as many do, none of the
	 * agent's is handed out to any listener, and senders are slowed down. By default it
	 * is {@code data-plane.nixl.listener.queue-capacity}.
	 * @return a number
	 */
	String queueCapacity() default "";

	/**
	 * The name of the {@link NixlNotificationErrorHandler} bean that gets what the method
	 * throws. By default it is the only bean of this type, or else it is logged.
	 * @return the name of the bean
	 */
	String errorHandler() default "";

	/**
	 * Whether to start with the application. By default it is
	 * {@code data-plane.nixl.listener.auto-startup}.
	 * @return {@code true} or {@code false}
	 */
	String autoStartup() default "";

}
