package io.nixl4j;

/**
 * Receives the notifications of an agent.
 */
@FunctionalInterface
public interface NotificationHandler {

	/**
	 * A notification came. While this runs no other is delivered; a slow handler slows
	 * the peers that send. What it throws is logged.
	 * @param notification the notification
	 */
	void handle(Notification notification);

}
