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

package io.nixl4j.spring.boot.etcd;

import java.util.function.UnaryOperator;

import io.nixl4j.metadata.NixlMetadataStoreException;
import io.nixl4j.metadata.NixlMetadataStoreException.Problem;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/**
 * Reports failures of a store in etcd that come after it was found usable: when agents
 * are published, or where the application itself uses it.
 */
final class EtcdFailureAnalyzer extends AbstractFailureAnalyzer<NixlMetadataStoreException> {

	/** Nothing where there is a report already, which knows more. */
	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NixlMetadataStoreException cause) {
		if (hasReport(rootFailure)) {
			return null;
		}
		return new FailureAnalysis(sentence("The metadata store cannot be used: " + cause.getMessage()),
				action(cause.problem(), (key) -> EtcdProperties.PREFIX + "." + key), cause);
	}

	private static boolean hasReport(Throwable failure) {
		for (Throwable ex = failure; ex != null; ex = ex.getCause()) {
			if (ex instanceof FailureAnalyzedException) {
				return true;
			}
		}
		return false;
	}

	static String sentence(String text) {
		return text.matches(".*[.?!]") ? text : text + ".";
	}

	/**
	 * Says what to do.
	 * @param problem what is wrong
	 * @param key makes the name of a key of its last part
	 * @return sentences
	 */
	static String action(Problem problem, UnaryOperator<String> key) {
		String user = key.apply("username") + " and " + key.apply("password");
		return switch (problem) {
			case UNREACHABLE, NO_LEADER -> "Start etcd, or set " + key.apply("endpoints") + " to where it is.";
			case TLS -> "Set " + key.apply("ssl.bundle") + " to an SSL bundle that trusts the authority which signed"
					+ " etcd's certificate and has a certificate to show if etcd wants one.";
			case AUTHENTICATION -> "Set " + user + " to a user of this etcd and the password that it has there.";
			case NO_USER -> "Set " + user + ": this etcd wants a user.";
			case AUTHENTICATION_OFF -> "Remove " + user + ", or let this etcd want users (etcdctl auth enable).";
			case PERMISSION -> "Let the user that " + key.apply("username") + " names read and write all keys of the"
					+ " namespace (etcdctl role grant-permission ROLE --prefix=true readwrite NAMESPACE/nixl_metadata/),"
					+ " or set data-plane.nixl.namespace to one where it may.";
			case NO_SPACE -> "Compact and defragment etcd or raise its quota (--quota-backend-bytes), then disarm the"
					+ " alarm (etcdctl alarm disarm).";
			case OTHER -> "See above what etcd said, and whether " + key.apply("endpoints") + " leads to an etcd of"
					+ " version 3.4 or newer.";
		};
	}

}
