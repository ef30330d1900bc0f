package io.nixl4j.session;

import io.nixl4j.memory.NixlError;

/**
 * Whether a peer may have a session now.
 */
sealed interface Admission {

	/**
	 * It may.
	 *
	 * @param key the session's key
	 */
	record Accepted(SessionKey key) implements Admission {

		@Override
		public String toString() {
			return "Accepted";
		}

	}

	/**
	 * It may not.
	 *
	 * @param error the kind of refusal
	 * @param reason why, for people
	 * @param retry whether the same attempt may succeed soon
	 */
	record Refused(NixlError error, String reason, boolean retry) implements Admission {
	}

}
