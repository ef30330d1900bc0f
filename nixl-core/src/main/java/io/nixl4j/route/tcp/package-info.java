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
 * The {@code tcp} route: reads and writes between processes over lanes, authenticated
 * connections of the agents' one port.
 * <p>
 * The way of a WRITE: {@link io.nixl4j.route.tcp.TcpRoute} gives an attempt to a
 * {@code Lane}, whose pump asks the {@code WriteRequest} for one frame at a time in turn
 * with others; {@code FramePlanner} cuts the frame's bytes from both lists. At the target
 * the lane's {@code LaneTarget} admits the frame by the {@code AttemptRegister} and the
 * session's grants, {@code RunPlacer} receives the body into the registered memory, and
 * when all bytes are placed the target acknowledges. A READ asks for chunks, a bounded
 * number at a time; the target's {@code ReadService} answers them.
 * <p>
 * Proof of stop: frames of a lane stay in order, so the answer to a STOP that follows an
 * attempt's last frame says that none of them is under way; a broken lane is fenced over
 * the session.
 */
@NullMarked
package io.nixl4j.route.tcp;

import org.jspecify.annotations.NullMarked;
