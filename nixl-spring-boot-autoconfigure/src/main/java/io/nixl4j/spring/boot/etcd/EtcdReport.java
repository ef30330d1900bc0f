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

import io.nixl4j.metadata.NixlMetadataStoreException;

import org.springframework.boot.diagnostics.FailureAnalyzedException;

/**
 * Makes start-up reports of an etcd that cannot be used.
 */
final class EtcdReport {

	private final EtcdDetails details;

	private final EtcdCertificates certificates;

	/**
	 * Makes reports of one connection.
	 * @param details where the keys are that are named
	 */
	EtcdReport(EtcdDetails details) {
		this.details = details;
		this.certificates = new EtcdCertificates(details);
	}

	/**
	 * Makes a report.
	 * @param failure what the store says
	 * @return fails the start
	 */
	FailureAnalyzedException of(NixlMetadataStoreException failure) {
		return new FailureAnalyzedException(EtcdFailureAnalyzer.sentence(description(failure)), action(failure),
				failure);
	}

	/**
	 * Says what happened.
	 * @param failure what the store says
	 * @return a sentence, perhaps without its full stop
	 */
	String description(NixlMetadataStoreException failure) {
		return "The metadata store (from %s) cannot be used: %s".formatted(this.details.origin(), failure.getMessage());
	}

	private String action(NixlMetadataStoreException failure) {
		return switch (failure.problem()) {
			case UNREACHABLE, NO_LEADER -> "Start etcd, or set " + this.details.key("endpoints") + " to where it is"
					+ (encrypted() ? "" : ", beginning with https where it has a certificate")
					+ ". The start tries for as long as data-plane.nixl.timeouts.connect. To start without etcd, and"
					+ " publish agents as soon as it is there, set " + EtcdProperties.PREFIX + ".fail-fast to false."
					+ (encrypted() ? " If it is there, it may have refused the connection. " + this.certificates.cure()
							: "");
			case TLS -> this.certificates.cure();
			default -> EtcdFailureAnalyzer.action(failure.problem(), this.details::key);
		};
	}

	/** Then a refusal may get lost, and looks as if nobody were there. */
	private boolean encrypted() {
		return this.details.sslBundle() != null
				|| this.details.endpoints().stream().anyMatch((endpoint) -> endpoint.startsWith("https:"));
	}

}
