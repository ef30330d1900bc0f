package io.nixl4j;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.nixl4j.memory.NixlError;

/**
 * A message of at most 64 KiB from a peer, by itself or behind the bytes of a WRITE.
 *
 * @param engineId the engine that sent it
 * @param payload the bytes
 */
public record Notification(String engineId, byte[] payload) {

	/** The longest payload in bytes. */
	public static final int MAX_PAYLOAD = 64 * 1_024;

	static byte[] checked(byte[] payload) {
		if (payload.length > MAX_PAYLOAD) {
			throw NixlError.OUT_OF_RANGE.exception("A notification of " + payload.length
					+ " bytes is over the limit of " + MAX_PAYLOAD + "; put the bytes into a region and name them",
					null, "notify", null);
		}
		return payload;
	}

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
