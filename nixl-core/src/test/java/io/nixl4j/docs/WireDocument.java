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

package io.nixl4j.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The document of the wire format: its sections, the frames that headings name, the keys
 * that tables under a heading begin their rows with, and its hex dumps.
 */
public final class WireDocument {

	private static final Pattern HEADING = Pattern.compile("(#{2,3}) ([^(]+?)(?: \\((\\d+)\\))?");

	private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\|.*");

	private static final Pattern DUMP = Pattern.compile("```hex (.+)");

	private final Map<String, Integer> frames = new LinkedHashMap<>();

	private final Map<String, List<String>> rows = new LinkedHashMap<>();

	private final Map<String, Map<String, String>> dumps = new LinkedHashMap<>();

	private String section = "";

	private String heading = "";

	private WireDocument() {
	}

	/**
	 * Reads the document from a module's directory.
	 * @return the document
	 */
	public static WireDocument read() {
		WireDocument document = new WireDocument();
		try {
			document.parse(Files.readAllLines(Path.of("..", "docs", "wire.md")));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return document;
	}

	private void parse(List<String> lines) {
		for (int i = 0; i < lines.size(); i++) {
			String line = lines.get(i);
			Matcher named = HEADING.matcher(line);
			Matcher row = ROW.matcher(line);
			Matcher dump = DUMP.matcher(line);
			if (named.matches()) {
				begin(named);
			}
			else if (row.matches()) {
				this.rows.computeIfAbsent(this.heading, (key) -> new ArrayList<>()).add(row.group(1));
			}
			else if (dump.matches()) {
				int end = i + 1 + lines.subList(i + 1, lines.size()).indexOf("```");
				add(dump.group(1), String.join("\n", lines.subList(i + 1, end)) + "\n");
				i = end;
			}
		}
	}

	private void begin(Matcher named) {
		this.heading = named.group(2);
		if (named.group(1).length() == 2) {
			this.section = this.heading;
		}
		if (named.group(3) != null) {
			this.frames.put(this.heading, Integer.valueOf(named.group(3)));
		}
	}

	private void add(String name, String text) {
		String before = this.dumps.computeIfAbsent(this.section, (key) -> new LinkedHashMap<>()).put(name, text);
		if (before != null) {
			throw new IllegalStateException("dump '" + name + "' comes twice");
		}
	}

	/**
	 * Returns the frames that have a heading.
	 * @return their numbers by name, in the order of the document
	 */
	public Map<String, Integer> frames() {
		return this.frames;
	}

	/**
	 * Returns what the rows of the tables under a heading begin with.
	 * @param title the heading's text, without a number in brackets
	 * @return the code words in the first column, in their order
	 */
	public List<String> rows(String title) {
		return this.rows.getOrDefault(title, List.of());
	}

	/**
	 * Returns the names of a section's dumps.
	 * @param title the text of a heading of level two
	 * @return the names, in the order of the document
	 */
	public Set<String> dumps(String title) {
		return this.dumps.getOrDefault(title, Map.of()).keySet();
	}

	/**
	 * Returns a dump as it is shown.
	 * @param name the dump's name
	 * @return its lines, each ended
	 */
	public String text(String name) {
		return this.dumps.values()
			.stream()
			.filter((section) -> section.containsKey(name))
			.map((section) -> section.get(name))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("the document has no dump '" + name + "'"));
	}

	/**
	 * Returns the bytes that a dump shows.
	 * @param name the dump's name
	 * @return the bytes
	 */
	public byte[] bytes(String name) {
		return HexDump.bytes(text(name));
	}

}
