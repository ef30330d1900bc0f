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

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.nixl4j.CompletionMode;
import io.nixl4j.TcpOptions;

/**
 * How our two agents are set up in a case: the last part of its name, words joined by
 * {@code -}. What a word does not say is the default.
 *
 * @param label the words, or the empty string
 */
record Setting(String label) {

	static final Setting DEFAULT = new Setting("");

	private static final Set<String> WORDS = Set.of("checksum", "tls", "tlsjdk", "nio", "busy", "event", "adaptive",
			"polling", "polling2");

	private static final Pattern NUMBERED = Pattern.compile("(jdk|lanes|peers|initiators|regions)(\\d{1,6})");

	/**
	 * Reads the words.
	 * @param label the words, joined by {@code -}
	 * @return the setting
	 */
	static Setting parse(String label) {
		Setting setting = DEFAULT;
		if (!label.isEmpty()) {
			for (String word : label.split("-", -1)) {
				setting = setting.with(word);
			}
		}
		return setting;
	}

	/**
	 * Returns this setting with one word more.
	 * @param word the word
	 * @return the setting
	 */
	Setting with(String word) {
		Matcher numbered = NUMBERED.matcher(word);
		if (numbered.matches()) {
			check(word, numbered.group(1), Integer.parseInt(numbered.group(2)));
		}
		else if (!WORDS.contains(word)) {
			throw new IllegalArgumentException("'" + word + "' is no mode; see --list");
		}
		return new Setting(this.label.isEmpty() ? word : this.label + "-" + word);
	}

	/**
	 * Returns this setting without a word.
	 * @param name the word, without its number if it has one
	 * @return the setting
	 */
	Setting without(String name) {
		return parse(String.join("-", words().stream().filter((word) -> !name(word).equals(name)).toList()));
	}

	/** The 2 of {@code polling2} is no number. */
	private static String name(String word) {
		Matcher numbered = NUMBERED.matcher(word);
		return numbered.matches() ? numbered.group(1) : word;
	}

	private static void check(String word, String name, int number) {
		int max = switch (name) {
			case "jdk" -> 99;
			case "regions" -> 100_000;
			default -> 64;
		};
		if (number < 1 || number > max) {
			throw new IllegalArgumentException(word + " is not 1 to " + max);
		}
	}

	private List<String> words() {
		return List.of(this.label.split("-", -1));
	}

	private boolean has(String word) {
		return words().contains(word);
	}

	private int number(String name, int otherwise) {
		for (String word : words()) {
			Matcher numbered = NUMBERED.matcher(word);
			if (numbered.matches() && numbered.group(1).equals(name)) {
				return Integer.parseInt(numbered.group(2));
			}
		}
		return otherwise;
	}

	/**
	 * Returns whether bodies carry checksums.
	 * @return {@code false} by default
	 */
	boolean checksum() {
		return has("checksum");
	}

	/**
	 * Returns whether connections are encrypted, by OpenSSL or by the JDK.
	 * @return {@code false} by default
	 */
	boolean tls() {
		return has("tls") || has("tlsjdk");
	}

	/**
	 * Returns whether the native transport is left off the class path.
	 * @return {@code false} by default
	 */
	boolean nio() {
		return has("nio");
	}

	/**
	 * Returns whether a large transfer to the same peer is always on its way.
	 * @return {@code false} by default
	 */
	boolean busy() {
		return has("busy");
	}

	/**
	 * Returns the JDK that both processes run on.
	 * @return its major version, 0 for the one that runs this
	 */
	int jdk() {
		return number("jdk", 0);
	}

	/**
	 * Returns the connections a peer.
	 * @return the number, 0 for the default
	 */
	int lanes() {
		return number("lanes", 0);
	}

	/**
	 * Returns how many targets are used in turn.
	 * @return the number, 1 by default
	 */
	int peers() {
		return number("peers", 1);
	}

	/**
	 * Returns how many agents use one target at the same time.
	 * @return the number, 1 by default
	 */
	int initiators() {
		return number("initiators", 1);
	}

	/**
	 * Returns how many further regions each end has registered.
	 * @return the number, 0 by default
	 */
	int regions() {
		return number("regions", 0);
	}

	/**
	 * Returns how the initiator waits.
	 * @return the mode, by default that of agents
	 */
	CompletionMode initiatorsMode() {
		return has("event") ? CompletionMode.EVENT : has("adaptive") ? CompletionMode.ADAPTIVE : CompletionMode.POLLING;
	}

	/**
	 * Returns how the target waits: {@code polling} alone is about the initiator's end.
	 * @return the mode, by default that of agents
	 */
	CompletionMode targetsMode() {
		return has("polling") ? CompletionMode.EVENT : initiatorsMode();
	}

	/**
	 * Returns the options of both agents' sockets.
	 * @return the options
	 */
	TcpOptions tcp() {
		TcpOptions options = TcpOptions.defaults().withChecksum(checksum());
		if (tls()) {
			options = options.withTls(BenchKeys.options(has("tlsjdk")));
		}
		return (lanes() > 0) ? options.withConnectionsPerPeer(lanes()) : options;
	}

}
