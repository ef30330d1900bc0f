package io.nixl4j;

import io.nixl4j.route.RouteTraits;
import org.jspecify.annotations.Nullable;

/**
 * A route to a peer as it is now.
 *
 * @param name the route's name
 * @param usable whether transfers can go over it
 * @param reason why not, or {@code null}
 * @param traits what it promises
 */
public record RouteStatus(String name, boolean usable, @Nullable String reason, RouteTraits traits) {
}
