package io.nixl4j;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A message of at most 64 KiB from a peer, by itself or behind the bytes of a WRITE.
 *
 * @param engineId the engine that sent it
 * @param payload the bytes
 */
public record Notification(String engineId, byte[] payload) {

	/**
	 * Returns the payload as text.
	 * @return the payload, decoded as UTF-8
	 */
	public String text() {
		return new String(this.payload, StandardCharsets.UTF_8);
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof Notification notification && this.engineId.equals(notification.engineId)
				&& Arrays.equals(this.payload, notification.payload);
	}

	@Override
	public int hashCode() {
		return 31 * this.engineId.hashCode() + Arrays.hashCode(this.payload);
	}

	@Override
	public String toString() {
		return "Notification[" + this.engineId + ", " + this.payload.length + " bytes]";
	}

}
