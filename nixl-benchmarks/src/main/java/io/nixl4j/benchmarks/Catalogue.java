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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The cases that have names of their own, and whom each is compared with.
 */
final class Catalogue {

	/** Peers that are not ourselves in another way. */
	static final List<String> FOREIGN = List.of("sockets", "sockets-tuned", "iperf3", "nixl", "mooncake", "grpc");

	private static final int IPERF_BYTES = 16 << 20;

	private static final int TUNING_BYTES = 64 << 10;

	private Catalogue() {
	}

	/**
	 * Returns the cases of {@code --quick}.
	 * @return the cases
	 */
	static List<BenchCase> quick() {
		List<String> names = new ArrayList<>();
		for (Op op : Op.values()) {
			for (String size : List.of("1MiB", "8B", "16MiB", "256MiB")) {
				names.add("tcp." + op.label() + "." + size);
			}
		}
		names.add("tcp.write.8192x16KiB");
		return names.stream().map(BenchCase::parse).toList();
	}

	/**
	 * Returns all cases.
	 * @return the cases, each once
	 */
	static List<BenchCase> all() {
		Set<String> names = new LinkedHashSet<>();
		for (Op op : Op.values()) {
			String prefix = "tcp." + op.label() + ".";
			add(names, prefix, "1MiB", "8B", "64B", "4KiB", "64KiB", "16MiB", "256MiB", "1GiB");
			add(names, prefix, "8192x16KiB", "120000x4KiB", "256x1KiB", "256x4KiB", "256x16KiB", "256x64KiB",
					"256x256KiB");
			add(names, prefix, "burst1", "burst4", "burst16", "burst64");
			add(names, prefix, "256MiB.lanes1", "256MiB.lanes2", "256MiB.lanes4", "256MiB.lanes8");
			add(names, prefix, "1MiB.checksum", "16MiB.checksum", "256MiB.checksum");
			add(names, prefix, "8B.event", "8B.adaptive", "8B.polling", "8B.polling2", "1MiB.event", "1MiB.polling2");
			add(names, prefix, "8B.event-nio", "8B.polling-nio", "8B.polling2-nio");
			add(names, prefix, "1MiB.tls", "16MiB.tls", "256MiB.tls", "16MiB.tlsjdk", "16MiB.checksum-tls");
			add(names, prefix, "8B.nio", "1MiB.nio", "16MiB.nio", "256MiB.nio");
			add(names, prefix, "8B.jdk25", "1MiB.jdk25", "16MiB.jdk25", "256MiB.jdk25");
			add(names, prefix, "8B.peers64", "1MiB.peers4", "1MiB.peers16", "1MiB.peers64");
			add(names, prefix, "8of1000x4KiB", "8of10000x4KiB", "8of100000x4KiB", "64KiB.regions10000");
			add(names, prefix, "1MiB.initiators16");
		}
		names.add("tcp.write.64B.busy");
		return names.stream().map(BenchCase::parse).toList();
	}

	private static void add(Set<String> names, String prefix, String... labels) {
		for (String label : labels) {
			names.add(prefix + label);
		}
	}

	/**
	 * Returns the cases that a pattern names: one case, or those of {@link #all} that
	 * match, {@code *} being any characters and {@code ?} one.
	 * @param pattern the pattern
	 * @return the cases, one at least
	 */
	static List<BenchCase> matching(String pattern) {
		if (!pattern.contains("*") && !pattern.contains("?")) {
			return List.of(BenchCase.parse(pattern));
		}
		Pattern regex = Pattern.compile(Pattern.quote(pattern).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q"));
		List<BenchCase> found = all().stream().filter((one) -> regex.matcher(one.name()).matches()).toList();
		if (found.isEmpty()) {
			throw new IllegalArgumentException("no case is like '" + pattern + "'; see --list");
		}
		return found;
	}

	/**
	 * Returns whom a case is compared with: first what the case is about, then others.
	 * @param of the case
	 * @return for each name of a peer the case that it is measured by, which is the same
	 * one for peers that are not ourselves
	 */
	static Map<String, BenchCase> peers(BenchCase of) {
		Map<String, BenchCase> peers = new LinkedHashMap<>();
		Setting setting = of.setting();
		if (setting.initiators() > 1) {
			return Map.of("fair-share", of);
		}
		if (setting.busy()) {
			return Map.of("idle", of);
		}
		if (setting.checksum() || setting.tls()) {
			peers.put("plain", with(of, setting.without("checksum").without("tls").without("tlsjdk")));
		}
		if (setting.nio()) {
			peers.put("epoll", with(of, setting.without("nio")));
		}
		if (setting.jdk() > 0) {
			peers.put("jdk17", with(of, setting.without("jdk").with("jdk17")));
		}
		if (setting.lanes() > 0) {
			peers.put("default-lanes", with(of, setting.without("lanes")));
		}
		if (setting.peers() > 1) {
			peers.put("1-peer", with(of, setting.without("peers")));
		}
		if (setting.regions() > 0) {
			peers.put("1-region", with(of, setting.without("regions")));
		}
		switch (of.shape().kind()) {
			case BURST -> peers.put("bulk", new BenchCase(of.op(), of.shape().asBulk(), setting));
			case AMONG -> peers.put("of-10", new BenchCase(of.op(), Shape.parse("8of10x4KiB"), setting));
			case SCATTERED -> peers.put("bulk", new BenchCase(of.op(), of.shape().asBulk(), setting));
			case BULK -> {
				if (of.op() == Op.READ && setting.label().isEmpty()) {
					peers.put("write", new BenchCase(Op.WRITE, of.shape(), setting));
				}
			}
		}
		foreign(of, peers);
		return peers;
	}

	private static void foreign(BenchCase of, Map<String, BenchCase> peers) {
		boolean plain = of.setting().label().isEmpty();
		Shape.Kind kind = of.shape().kind();
		if (kind == Shape.Kind.AMONG || of.setting().peers() > 1 || of.setting().regions() > 0) {
			return;
		}
		peers.put("sockets", of);
		boolean likeIperf = plain || of.setting().without("lanes").equals(Setting.DEFAULT);
		if (likeIperf && of.shape().bytes() >= IPERF_BYTES && kind == Shape.Kind.BULK) {
			peers.put("iperf3", of);
		}
		if (!plain || kind == Shape.Kind.BURST) {
			return;
		}
		if (of.shape().bytes() >= TUNING_BYTES && kind == Shape.Kind.BULK) {
			peers.put("sockets-tuned", of);
		}
		peers.put("nixl", of);
		peers.put("mooncake", of);
		if (kind == Shape.Kind.BULK) {
			peers.put("grpc", of);
		}
	}

	private static BenchCase with(BenchCase of, Setting setting) {
		return new BenchCase(of.op(), of.shape(), setting);
	}

}
