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

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * On which processors the two processes of each contender run: all contenders on the same
 * ones, so that the scheduler's luck is the same for all.
 *
 * @param initiator a list as {@code taskset} takes it, or the empty string for no choice
 * @param target the same for the target
 */
record Cpus(String initiator, String target) {

	private static final Path TASKSET = Path.of("/usr/bin/taskset");

	private static final int MOST_EACH = 8;

	/**
	 * Gives each process half of the processors, eight at most.
	 * @return the choice
	 */
	static Cpus halves() {
		int each = Math.min(MOST_EACH, Runtime.getRuntime().availableProcessors() / 2);
		if (each == 0) {
			return new Cpus("", "");
		}
		return new Cpus("0-" + (each - 1), each + "-" + (2 * each - 1));
	}

	static Cpus parse(String text) {
		if (text.equals("none")) {
			return new Cpus("", "");
		}
		String[] parts = text.split(":", -1);
		if (parts.length != 2 || !text.matches("[0-9,:-]+")) {
			throw new IllegalArgumentException("'" + text + "' is not like 0-3:4-7");
		}
		return new Cpus(parts[0], parts[1]);
	}

	/**
	 * Returns the command that runs on the processors of an end.
	 * @param asTarget which end
	 * @param command the command
	 * @return the whole command
	 */
	List<String> pinned(boolean asTarget, List<String> command) {
		String list = asTarget ? this.target : this.initiator;
		if (list.isEmpty() || !Files.isExecutable(TASKSET)) {
			return command;
		}
		List<String> whole = new ArrayList<>(List.of(TASKSET.toString(), "-c", list));
		whole.addAll(command);
		return whole;
	}

}
