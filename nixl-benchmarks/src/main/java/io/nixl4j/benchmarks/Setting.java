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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.nixl4j.CompletionMode;
import io.nixl4j.TcpOptions;

/**
 * How our two agents are set up in a case: the last part of its name, words joined by
 * {@code -}. What a word does not say is the default.
 *
 * @param label the words, or the empty string
 * @param checksum whether bodies carry checksums
 * @param nio whether the native transport is left off the class path
 * @param jdk the JDK's major version, 0 for the one that runs this
 * @param lanes connections a peer, 0 for the default
 * @param peers how many targets are written to in turn
 * @param initiators how many agents use one target at the same time
 * @param regions how many further regions each end has registered
 * @param busy whether a large transfer to the same peer is always on its way
 */
record Setting(String label, boolean checksum, boolean nio, int jdk, int lanes, int peers, int initiators, int regions,
		boolean busy) {

	static final Setting DEFAULT = new Setting("", false, false, 0, 0, 1, 1, 0, false);

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
		String words = this.label.isEmpty() ? word : this.label + "-" + word;
		Matcher numbered = NUMBERED.matcher(word);
		if (numbered.matches()) {
			return numbered(words, numbered.group(1), Integer.parseInt(numbered.group(2)));
		}
		return switch (word) {
			case "checksum" -> new Setting(words, true, this.nio, this.jdk, this.lanes, this.peers, this.initiators,
					this.regions, this.busy);
			case "nio" -> new Setting(words, this.checksum, true, this.jdk, this.lanes, this.peers, this.initiators,
					this.regions, this.busy);
			case "busy" -> new Setting(words, this.checksum, this.nio, this.jdk, this.lanes, this.peers,
					this.initiators, this.regions, true);
			case "event", "adaptive", "polling", "polling2" -> new Setting(words, this.checksum, this.nio, this.jdk,
					this.lanes, this.peers, this.initiators, this.regions, this.busy);
			default -> throw new IllegalArgumentException("'" + word + "' is no mode; see --list");
		};
	}

	private Setting numbered(String words, String word, int number) {
		int max = switch (word) {
			case "jdk" -> 99;
			case "regions" -> 100_000;
			default -> 64;
		};
		if (number < 1 || number > max) {
			throw new IllegalArgumentException(word + number + " is not 1 to " + max);
		}
		return new Setting(words, this.checksum, this.nio, word.equals("jdk") ? number : this.jdk,
				word.equals("lanes") ? number : this.lanes, word.equals("peers") ? number : this.peers,
				word.equals("initiators") ? number : this.initiators, word.equals("regions") ? number : this.regions,
				this.busy);
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

	private boolean has(String word) {
		return List.of(this.label.split("-", -1)).contains(word);
	}

	/**
	 * Returns the options of both agents' sockets.
	 * @return the options
	 */
	TcpOptions tcp() {
		TcpOptions options = TcpOptions.defaults().withChecksum(this.checksum);
		return (this.lanes > 0) ? options.withConnectionsPerPeer(this.lanes) : options;
	}

}
