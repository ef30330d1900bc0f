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

package io.nixl4j.wire;

import javax.net.ssl.SSLException;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslClosedEngineException;
import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;

/**
 * Says in our words what TLS reports.
 */
final class TlsFailure {

	private TlsFailure() {
	}

	/** What an opener without TLS is told. */
	static WireException missing() {
		return new WireException(NixlError.REFUSED, "this end speaks TLS only; set tcp.ssl at both ends");
	}

	/** The typed failure, {@code null} if TLS has nothing to do with it. */
	static @Nullable WireException of(Throwable thrown) {
		Throwable cause = (thrown instanceof DecoderException && thrown.getCause() != null) ? thrown.getCause()
				: thrown;
		if (cause instanceof NotSslRecordException) {
			// its message has the peer's bytes in it
			return new WireException(NixlError.REFUSED, "the peer does not speak TLS; set tcp.ssl at both ends");
		}
		if (cause instanceof SslClosedEngineException) {
			return new WireException(NixlError.PEER_LOST, "the peer closed the connection", true, null);
		}
		if (cause instanceof SSLException) {
			return new WireException(NixlError.REFUSED,
					"TLS failed: " + cause.getMessage()
							+ "; check that both ends trust each other's certificates and that these are valid",
					false, cause);
		}
		return null;
	}

}
