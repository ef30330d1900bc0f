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
package io.nixl4j.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Inputs that the fuzzer has found, each reaching code that no other one does: a file of
 * the repository for each target, with one input in hexadecimal digits a line.
 */
final class FuzzCorpus {

	private FuzzCorpus() {
	}

	private static String file(FuzzTarget target) {
		return target.name().toLowerCase(java.util.Locale.ROOT) + ".txt";
	}

	/** The inputs in the repository. */
	static List<byte[]> of(FuzzTarget target) {
		try (InputStream stream = FuzzCorpus.class.getResourceAsStream(file(target))) {
			if (stream == null) {
				throw new IllegalStateException("There is no corpus " + file(target));
			}
			return new String(stream.readAllBytes(), StandardCharsets.US_ASCII).lines()
				.map(HexFormat.of()::parseHex)
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Keeps what the fuzzer has found; it has dropped what is not needed.
	 * @param target the target
	 * @param found a folder with one input a file
	 * @param folder where the corpus is kept
	 * @throws IOException if it cannot be written
	 */
	static void keep(FuzzTarget target, Path found, Path folder) throws IOException {
		List<String> lines = new ArrayList<>();
		try (Stream<Path> files = Files.list(found)) {
			for (Path file : files.toList()) {
				lines.add(HexFormat.of().formatHex(Files.readAllBytes(file)));
			}
		}
		lines.sort(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
		Files.write(folder.resolve(file(target)), lines, StandardCharsets.US_ASCII);
	}

}
