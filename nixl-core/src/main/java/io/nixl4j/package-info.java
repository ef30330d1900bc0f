/**
 * Agents, their peers, and transfers between them: start at
 * {@link io.nixl4j.NixlAgentBuilder}.
 */
@NullMarked
package io.nixl4j;

import org.jspecify.annotations.NullMarked;
