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
 * The wire: one listening port for sessions and lanes, mutually authenticated connections
 * that carry two-part frames, and no copy between the socket and registered memory.
 * <p>
 * Public because sessions and the TCP route live in packages of their own; not meant for
 * applications. {@link io.nixl4j.wire.TcpStreamServer} accepts and
 * {@link io.nixl4j.wire.TcpClient} opens a {@link io.nixl4j.wire.Connection}; both do so
 * only after the handshake is through. A connection hands each frame's header to its
 * {@link io.nixl4j.wire.FrameHandler}, which answers with the
 * {@link io.nixl4j.wire.BodySink} that says where the body's bytes go.
 */
@NullMarked
package io.nixl4j.wire;

import org.jspecify.annotations.NullMarked;
