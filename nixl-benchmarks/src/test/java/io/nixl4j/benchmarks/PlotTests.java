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
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

import static org.assertj.core.api.Assertions.assertThat;

class PlotTests {

	private static final List<Result> RESULTS = List.of(result("tcp.write.8B", "sockets", 0.8),
			result("tcp.write.1MiB", "sockets", 1.2), result("tcp.write.1MiB", "grpc", 20),
			result("tcp.write.1MiB.checksum", "plain", 0.9),
			Result.absent(BenchCase.parse("tcp.read.1MiB"), "nixl", "not here"));

	@TempDir
	private Path folder;

	@Test
	void picturesAreWellFormedAndHoldEveryMeasuredResult() throws Exception {
		List<Path> files = Plot.write(RESULTS, this.folder.resolve("plots"));
		assertThat(files).extracting((file) -> file.getFileName().toString())
			.containsExactly("bench-ratios.svg", "bench-write.svg");
		for (Path file : files) {
			assertThat(document(Files.readString(file)).getDocumentElement().getTagName()).isEqualTo("svg");
		}
		assertThat(Files.readString(files.get(0))).contains("tcp.write.8B / sockets", "tcp.write.1MiB.checksum / plain")
			.doesNotContain("NaN", "Infinity", "nixl");
		assertThat(Files.readString(files.get(1))).contains(">sockets<", ">grpc<", ">nixl4j<").doesNotContain("NaN");
	}

	@Test
	void textIsEscaped() throws Exception {
		Svg svg = new Svg(10, 10);
		svg.text(1, 1, "a<b & c>d");
		assertThat(document(svg.end()).getDocumentElement().getTextContent().strip()).isEqualTo("a<b & c>d");
	}

	@Test
	void withoutResultsThereAreNoPictures() throws IOException {
		assertThat(Plot.write(List.of(), this.folder)).isEmpty();
	}

	private static Result result(String name, String peer, double ratio) {
		BenchCase of = BenchCase.parse(name);
		return new Result(of, peer, ratio, 0.1, 30, of.unit(), null);
	}

	private static Document document(String xml) throws Exception {
		return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
	}

}
