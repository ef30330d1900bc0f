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

/**
 * The session between two agents, whatever routes carry the bytes: grants and
 * withdrawals, notifications, fences, and the end of all of them. Not for users.
 * <p>
 * In the order of the flow: {@link io.nixl4j.session.Sessions} decides who may have a
 * session and keeps one a peer; {@link io.nixl4j.session.SessionDialer} opens one;
 * {@link io.nixl4j.session.Session} speaks {@link io.nixl4j.session.SessionMessage}s over
 * a {@link io.nixl4j.session.SessionLink}, which is a pipe inside a process and a
 * connection between processes.
 */
@NullMarked
package io.nixl4j.session;

import org.jspecify.annotations.NullMarked;
