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

package io.nixl4j.metadata.etcd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.netty.pkitesting.X509Bundle;
import io.nixl4j.certificates.TestAuthority;

/**
 * What an etcd needs to speak TLS with its clients.
 *
 * @param server its certificate
 * @param clients who signs the certificates of clients; each must show one
 * @param own the certificate that the test's own calls show, signed by {@code clients}
 */
public record EtcdServerTls(X509Bundle server, TestAuthority clients, X509Bundle own) {

	/**
	 * Makes certificates for mutual TLS.
	 * @param authority signs those of server and clients
	 * @return what etcd needs; its certificate is for 127.0.0.1
	 */
	public static EtcdServerTls mutual(TestAuthority authority) {
		return new EtcdServerTls(authority.issue("etcd", (builder) -> builder.addSanIpAddress("127.0.0.1")), authority,
				authority.issue("root", (builder) -> builder));
	}

	/** Writes the files into a folder and names them as options of etcd. */
	List<String> serverOptions(Path folder) {
		return List.of("--client-cert-auth", "--cert-file",
				write(folder, "server.pem", this.server.getCertificatePathPEM()), "--key-file",
				write(folder, "server.key", this.server.getPrivateKeyPEM()), "--trusted-ca-file",
				write(folder, "clients.pem", this.clients.pem()));
	}

	/** Writes the files into a folder and names them as options of etcdctl. */
	List<String> clientOptions(Path folder) {
		return List.of("--cacert", write(folder, "servers.pem", this.server.getRootCertificatePEM()), "--cert",
				write(folder, "own.pem", this.own.getCertificatePathPEM()), "--key",
				write(folder, "own.key", this.own.getPrivateKeyPEM()));
	}

	private static String write(Path folder, String name, String pem) {
		try {
			return Files.writeString(folder.resolve(name), pem).toString();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
