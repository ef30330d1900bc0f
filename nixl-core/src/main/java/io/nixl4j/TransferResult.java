package io.nixl4j;

import java.time.Duration;

import io.nixl4j.route.Operation;

/**
 * A transfer that is done.
 *
 * @param operation what it did
 * @param bytes how many bytes it moved
 * @param route the route that carried them
 * @param duration from the post to the result
 */
public record TransferResult(Operation operation, long bytes, String route, Duration duration) {
}
