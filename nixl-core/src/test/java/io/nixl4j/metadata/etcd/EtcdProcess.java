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
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A real etcd of a test, a process of its own on the loopback address with data in a
 * temporary folder: it can be killed, frozen, started again with or without its data,
 * compacted. What a test asks of it by the methods here goes through etcdctl, not through
 * the client under test. The system properties {@code nixl.etcd} and {@code nixl.etcdctl}
 * name the programs.
 */
public final class EtcdProcess implements AutoCloseable {

	private static final int TRIES = 10;

	private static final Pattern REVISION = Pattern.compile("\"revision\":(\\d+)");

	private static final Pattern ENTRY = Pattern.compile("\"key\":\"([^\"]*)\"[^}]*?\"value\":\"([^\"]*)\"");

	private final Member member;

	private final @Nullable EtcdServerTls tls;

	private final Path folder;

	private final List<String> credentials = new ArrayList<>();

	private String clusterList;

	private String token = "nixl-test";

	private ServerProcess process;

	private EtcdProcess(Member member, List<Member> cluster, @Nullable EtcdServerTls tls) {
		this.member = member;
		this.tls = tls;
		this.clusterList = Member.list(cluster);
		try {
			this.folder = Files.createTempDirectory("nixl-etcd");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.process = launch();
	}

	/**
	 * Starts an etcd that asks nobody who he is, and waits until it serves.
	 * @return the etcd, to be closed
	 */
	public static EtcdProcess start() {
		return start(null);
	}

	/**
	 * Starts an etcd and waits until it serves.
	 * @param tls its certificates, {@code null} for none
	 * @return the etcd, to be closed
	 */
	public static EtcdProcess start(@Nullable EtcdServerTls tls) {
		for (int i = 1;; i++) {
			Member member = Member.find("alone");
			EtcdProcess etcd = launch(member, List.of(member), tls);
			if (etcd.process.awaitReady()) {
				return etcd;
			}
			etcd.close();
			// Somebody else may have taken a port meanwhile.
			if (i == TRIES || !etcd.process.output().contains("address already in use")) {
				throw new IllegalStateException("etcd has ended:\n" + etcd.process.output());
			}
		}
	}

	/** Starts one of several; it is ready when most of them are. */
	static EtcdProcess launch(Member member, List<Member> cluster, @Nullable EtcdServerTls tls) {
		return new EtcdProcess(member, cluster, tls);
	}

	private ServerProcess launch() {
		List<String> command = new ArrayList<>(List.of(program("nixl.etcd"), "--name", this.member.name(), "--data-dir",
				data().toString(), "--listen-client-urls", url(), "--advertise-client-urls", url(),
				"--listen-peer-urls", this.member.peerUrl(), "--initial-advertise-peer-urls", this.member.peerUrl(),
				"--initial-cluster", this.clusterList, "--initial-cluster-token", this.token, "--unsafe-no-fsync"));
		if (this.tls != null) {
			command.addAll(this.tls.serverOptions(this.folder));
		}
		return ServerProcess.start(command, "ready to serve client requests");
	}

	private Path data() {
		return this.folder.resolve("data");
	}

	/**
	 * Returns where clients connect.
	 * @return the URL without a path
	 */
	public String url() {
		return ((this.tls != null) ? "https" : "http") + "://127.0.0.1:" + this.member.clientPort();
	}

	/**
	 * Returns where clients connect.
	 * @return the port of 127.0.0.1
	 */
	public int port() {
		return this.member.clientPort();
	}

	/**
	 * Returns its process.
	 * @return the id
	 */
	public long pid() {
		return this.process.pid();
	}

	/** Kills it by SIGKILL and waits until it is gone. Its data stay. */
	public void kill() {
		this.process.kill();
	}

	/** Starts it again after {@link #kill} where it was, and waits until it serves. */
	public void restart() {
		launchAgain();
		awaitReady();
	}

	/** Starts it again without waiting. */
	void launchAgain() {
		if (this.process.isAlive()) {
			throw new IllegalStateException("etcd runs");
		}
		this.process = launch();
	}

	void awaitReady() {
		if (!this.process.awaitReady()) {
			throw new IllegalStateException("etcd has ended:\n" + this.process.output());
		}
	}

	/**
	 * Throws its data away while it is not running. The one that is started then is
	 * empty, has low revisions, knows no users, and calls itself the same cluster.
	 */
	public void wipe() {
		if (this.process.isAlive()) {
			throw new IllegalStateException("etcd runs");
		}
		delete(data());
	}

	/**
	 * Throws its data away while it is not running. The one that is started then is
	 * another cluster.
	 * @param newToken the name of the new cluster
	 */
	public void wipe(String newToken) {
		wipe();
		this.token = newToken;
	}

	/** Stops it as it is: connections stay open, nothing is answered. */
	public void freeze() {
		this.process.signal("STOP");
	}

	/** Lets it go on after {@link #freeze}. */
	public void thaw() {
		this.process.signal("CONT");
	}

	/**
	 * Forgets all revisions before the present one.
	 * @return the present revision
	 */
	public long compact() {
		long revision = revision();
		ctl("compact", "--physical", Long.toString(revision));
		return revision;
	}

	/**
	 * Asks for its present revision.
	 * @return the revision
	 */
	public long revision() {
		String status = ctl("endpoint", "status", "--write-out", "json");
		Matcher matcher = REVISION.matcher(status);
		if (!matcher.find()) {
			throw new IllegalStateException(status);
		}
		return Long.parseLong(matcher.group(1));
	}

	/**
	 * Demands a name and a password of everybody from now on.
	 * @param password the password of the user {@code root}, who may do everything
	 */
	public void enableAuth(String password) {
		ctl("user", "add", "root:" + password);
		ctl("user", "grant-role", "root", "root");
		ctl("auth", "enable");
		this.credentials.addAll(List.of("--user", "root:" + password));
	}

	/**
	 * Adds a user who may read and write some keys.
	 * @param name the name
	 * @param password the password
	 * @param prefix how those keys begin
	 */
	public void addUser(String name, String password, String prefix) {
		ctl("user", "add", name + ":" + password);
		ctl("role", "add", name);
		ctl("role", "grant-permission", "--prefix=true", name, "readwrite", prefix);
		ctl("user", "grant-role", name, name);
	}

	/**
	 * Puts a value without a lease.
	 * @param key the key
	 * @param value the value, at least one byte
	 */
	public void put(String key, byte[] value) {
		run(value, List.of("put", key));
	}

	/**
	 * Gets a value.
	 * @param key exactly this key
	 * @return the value, empty if there is none
	 */
	public Optional<byte[]> get(String key) {
		byte[] line = run(new byte[0], List.of("get", key, "--print-value-only"));
		// A line feed follows the value.
		return (line.length > 0) ? Optional.of(Arrays.copyOf(line, line.length - 1)) : Optional.empty();
	}

	/**
	 * Lists keys.
	 * @param prefix how they begin
	 * @return the keys in order
	 */
	public List<String> keys(String prefix) {
		return ctl("get", prefix, "--prefix", "--keys-only").lines().filter((line) -> !line.isEmpty()).toList();
	}

	/**
	 * Gets all entries of one revision.
	 * @param prefix how their keys begin
	 * @return the values by key, in the order of the keys
	 */
	public Map<String, byte[]> entries(String prefix) {
		Map<String, byte[]> entries = new LinkedHashMap<>();
		Matcher matcher = ENTRY.matcher(ctl("get", prefix, "--prefix", "--write-out", "json"));
		Base64.Decoder base64 = Base64.getDecoder();
		while (matcher.find()) {
			entries.put(new String(base64.decode(matcher.group(1)), StandardCharsets.UTF_8),
					base64.decode(matcher.group(2)));
		}
		return entries;
	}

	/**
	 * Runs etcdctl on this etcd, by {@code root} if it demands users.
	 * @param arguments command and options
	 * @return what it printed
	 */
	public String ctl(String... arguments) {
		return new String(run(new byte[0], List.of(arguments)), StandardCharsets.UTF_8);
	}

	private byte[] run(byte[] input, List<String> arguments) {
		List<String> command = new ArrayList<>(
				List.of(program("nixl.etcdctl"), "--endpoints", url(), "--command-timeout", "30s"));
		if (this.tls != null) {
			command.addAll(this.tls.clientOptions(this.folder));
		}
		command.addAll(this.credentials);
		command.addAll(arguments);
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().put("ETCDCTL_API", "3");
		try {
			Process process = builder.start();
			try (OutputStream stdin = process.getOutputStream()) {
				stdin.write(input);
			}
			try (InputStream stdout = process.getInputStream()) {
				byte[] output = stdout.readAllBytes();
				if (process.waitFor() != 0) {
					throw new IllegalStateException(
							arguments.get(0) + " failed: " + new String(output, StandardCharsets.UTF_8));
				}
				return output;
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Kills it, unless that is done, and deletes its data. */
	@Override
	public void close() {
		if (this.process.isAlive()) {
			this.process.kill();
		}
		delete(this.folder);
	}

	private static void delete(Path tree) {
		if (!Files.exists(tree)) {
			return;
		}
		try (Stream<Path> paths = Files.walk(tree)) {
			for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
				Files.delete(path);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String program(String property) {
		String program = System.getProperty(property, "");
		if (!Files.isExecutable(Path.of(program))) {
			throw new IllegalStateException("There is no etcd at '" + program + "' (system property " + property
					+ "). Run bin/verify, which fetches it on Debian, or name it: NIXL_ETCD=/path/to/etcd bin/verify");
		}
		return program;
	}

	/**
	 * Where one etcd listens.
	 *
	 * @param name its name
	 * @param clientPort for clients
	 * @param peerPort for the others of its cluster
	 */
	record Member(String name, int clientPort, int peerPort) {

		static Member find(String name) {
			return new Member(name, FreePorts.find(), FreePorts.find());
		}

		String peerUrl() {
			return "http://127.0.0.1:" + this.peerPort;
		}

		static String list(List<Member> members) {
			return String.join(",", members.stream().map((member) -> member.name + "=" + member.peerUrl()).toList());
		}

	}

}
