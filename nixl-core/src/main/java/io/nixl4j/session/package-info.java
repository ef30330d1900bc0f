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
