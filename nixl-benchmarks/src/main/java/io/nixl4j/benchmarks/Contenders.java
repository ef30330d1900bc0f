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

package io.nixl4j.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Opens what takes part in a case, and the processes for it, when first needed.
 */
final class Contenders implements AutoCloseable {

	private static final long TRIAL_NANOS = 40_000_000;

	private final BenchOptions options;

	private final Map<JavaPair.Variant, JavaPair> pairs = new HashMap<>();

	private final Map<String, PythonPair> pythons = new HashMap<>();

	private @Nullable Iperf iperf;

	private final Map<String, JavaPair.Opened> opened = new HashMap<>();

	Contenders(BenchOptions options) {
		this.options = options;
	}

	/**
	 * Opens our side of a case.
	 * @param of the case
	 * @return measures it
	 * @throws IOException if it cannot be opened
	 * @throws Tools.UnavailableException if what it runs on is not here
	 */
	Timed ours(BenchCase of) throws IOException, Tools.UnavailableException {
		Setting setting = of.setting();
		return keep("nixl4j " + setting.label(), () -> pair(JavaPair.Variant.of(setting)).nixl4j(setting))
			.timed(of.op(), of.shape());
	}

	/**
	 * Opens a peer for a case.
	 * @param peer the peer's name
	 * @param of the case
	 * @return the entrant, absent if there is no such peer here
	 */
	Entrant peer(String peer, BenchCase of) {
		try {
			return switch (peer) {
				case "fair-share", "idle" -> Entrant.within(peer);
				case "sockets" -> sockets(of);
				case "sockets-tuned" -> tuned(of);
				case "grpc" -> {
					Timed timed = keep("grpc", () -> pair(JavaPair.Variant.of(Setting.DEFAULT)).grpc()).timed(of.op(),
							of.shape());
					yield new Entrant(peer, timed, timed);
				}
				case "iperf3" -> {
					Timed timed = iperf().timed(of.op(), of.shape().bytes(), Math.max(1, of.setting().lanes()));
					yield new Entrant(peer, timed, timed);
				}
				case "nixl", "mooncake" -> {
					Timed timed = python(peer).timed(of.op(), of.shape());
					yield new Entrant(peer, timed, timed);
				}
				default -> {
					BenchCase own = Catalogue.peers(of).get(peer);
					if (own == null) {
						yield Entrant.absent(peer, "no such peer");
					}
					Timed timed = ours(own);
					yield new Entrant(peer, timed, timed);
				}
			};
		}
		catch (IOException ex) {
			return Entrant.absent(peer, "it failed: " + ex.getMessage());
		}
		catch (Tools.UnavailableException ex) {
			return Entrant.absent(peer, String.valueOf(ex.getMessage()));
		}
	}

	private Entrant sockets(BenchCase of) throws IOException, Tools.UnavailableException {
		return new Entrant("sockets", socket("sockets 1", SocketOptions.PLAIN, of),
				socket("sockets 2", SocketOptions.PLAIN, of));
	}

	private Timed socket(String key, SocketOptions tuning, BenchCase of)
			throws IOException, Tools.UnavailableException {
		// Beside ours in the same processes, so that JDK and memory are the same
		JavaPair.Variant variant = JavaPair.Variant.of(of.setting());
		return keep(key + variant, () -> pair(variant).sockets(tuning)).timed(of.op(), of.shape());
	}

	private Entrant tuned(BenchCase of) throws IOException, Tools.UnavailableException {
		SocketOptions best = SocketOptions.PLAIN;
		double bestNanos = Double.MAX_VALUE;
		for (SocketOptions variant : SocketOptions.variants()) {
			JavaPair.Opened trial = pair(JavaPair.Variant.of(of.setting())).sockets(variant);
			Timed timed = trial.timed(of.op(), of.shape());
			double nanos = Statistics.median(timed.run(TRIAL_NANOS).nanos(), timed.run(TRIAL_NANOS).nanos(),
					timed.run(TRIAL_NANOS).nanos());
			if (nanos < bestNanos) {
				bestNanos = nanos;
				best = variant;
			}
			trial.close();
		}
		return new Entrant("sockets-tuned", socket("tuned 1 " + best, best, of), socket("tuned 2 " + best, best, of));
	}

	private Iperf iperf() throws IOException, Tools.UnavailableException {
		Iperf found = this.iperf;
		if (found == null) {
			found = Iperf.start(this.options);
			this.iperf = found;
		}
		return found;
	}

	private PythonPair python(String peer) throws IOException, Tools.UnavailableException {
		PythonPair found = this.pythons.get(peer);
		if (found == null) {
			found = PythonPair.start(peer, this.options, this.options.memory());
			this.pythons.put(peer, found);
		}
		return found;
	}

	private JavaPair pair(JavaPair.Variant variant) throws IOException, Tools.UnavailableException {
		JavaPair pair = this.pairs.get(variant);
		if (pair == null) {
			variant.check();
			pair = JavaPair.start(variant, this.options, memory(variant));
			this.pairs.put(variant, pair);
		}
		return pair;
	}

	/** Of several pairs, only the default one takes part in all cases. */
	private long memory(JavaPair.Variant variant) {
		return variant.isDefault() ? this.options.memory()
				: this.options.memory((one) -> !JavaPair.Variant.of(one.setting()).isDefault());
	}

	private JavaPair.Opened keep(String key, Opening opening) throws IOException, Tools.UnavailableException {
		JavaPair.Opened found = this.opened.get(key);
		if (found == null) {
			found = opening.open();
			this.opened.put(key, found);
		}
		return found;
	}

	/**
	 * Closes agents of other settings than the default one, so that they do not take
	 * processor time from the next case.
	 * @throws IOException if a process does not answer
	 */
	void closeSpecial() throws IOException {
		for (String key : List.copyOf(this.opened.keySet())) {
			if (key.startsWith("nixl4j ") && !key.equals("nixl4j ")) {
				JavaPair.Opened special = this.opened.remove(key);
				if (special != null) {
					special.close();
				}
			}
		}
	}

	@Override
	public void close() throws IOException {
		List<AutoCloseable> all = new ArrayList<>(this.pairs.values());
		all.addAll(this.pythons.values());
		if (this.iperf != null) {
			all.add(this.iperf);
		}
		IOException failure = null;
		for (AutoCloseable one : all) {
			try {
				one.close();
			}
			catch (Exception ex) {
				failure = new IOException(ex);
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

	@FunctionalInterface
	private interface Opening {

		JavaPair.Opened open() throws IOException, Tools.UnavailableException;

	}

}
