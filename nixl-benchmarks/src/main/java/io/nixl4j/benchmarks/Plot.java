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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes results as pictures: the ratios of all of them as bars, and for each direction
 * the speed over the size as lines, one a contender.
 */
final class Plot {

	private static final String OURS = "nixl4j";

	private static final String[] COLOURS = { "#1b6ec2", "#d9480f", "#2b8a3e", "#862e9c", "#c2255c", "#5f3dc4",
			"#e67700", "#495057" };

	private static final int WIDTH = 900;

	private static final int LEFT = 330;

	private static final int ROW = 22;

	private static final int TOP = 48;

	private static final double MIN_RATIO = 0.125;

	private static final double MAX_RATIO = 64;

	private Plot() {
	}

	/**
	 * Writes the pictures.
	 * @param results the results; those without a ratio are left out
	 * @param folder where to; made if it is not there
	 * @return the files
	 * @throws IOException if they cannot be written
	 */
	static List<Path> write(List<Result> results, Path folder) throws IOException {
		List<Result> measured = results.stream().filter((result) -> result.why() == null).toList();
		List<Path> files = new ArrayList<>();
		Files.createDirectories(folder);
		if (!measured.isEmpty()) {
			files.add(Files.writeString(folder.resolve("bench-ratios.svg"), ratios(measured)));
		}
		for (Op op : Op.values()) {
			Map<String, TreeMap<Long, Double>> lines = speeds(measured, op);
			if (!lines.isEmpty()) {
				files.add(Files.writeString(folder.resolve("bench-" + op.label() + ".svg"),
						speeds("tcp." + op.label() + ": Gbit/s by bytes of one transfer", lines)));
			}
		}
		return files;
	}

	/**
	 * Draws ratios as bars on a logarithmic axis, with their noise as a line.
	 * @param results the results, each with a ratio
	 * @return the picture
	 */
	static String ratios(List<Result> results) {
		int height = TOP + results.size() * ROW + 30;
		Svg svg = new Svg(WIDTH, height);
		svg.text(10, 20, "Our speed over the peer's (above 1 we are faster); the line is the noise");
		for (double tick = MIN_RATIO; tick <= MAX_RATIO; tick *= 2) {
			double x = ratioX(tick);
			svg.line(x, TOP - 8, x, height - 24, (tick == 1) ? "#000000" : "#dddddd", (tick == 1) ? 1.5 : 1);
			svg.middle(x, height - 8, number(tick));
		}
		for (int i = 0; i < results.size(); i++) {
			Result result = results.get(i);
			double y = TOP + i * ROW;
			double x = ratioX(result.ratio());
			svg.end(LEFT - 8, y + 12, result.benchCase().name() + " / " + result.peer());
			svg.bar(Math.min(ratioX(1), x), y, Math.abs(x - ratioX(1)), ROW - 8.0,
					(result.ratio() >= 1) ? COLOURS[0] : COLOURS[1]);
			svg.line(ratioX(result.ratio() * (1 - Math.min(0.9, result.noise()))), y + 7,
					ratioX(result.ratio() * (1 + result.noise())), y + 7, "#000000", 1);
			svg.text(Math.max(x, ratioX(1)) + 6, y + 12, String.format(Locale.ROOT, "%.2f", result.ratio()));
		}
		return svg.end();
	}

	private static double ratioX(double ratio) {
		double bounded = Math.max(MIN_RATIO, Math.min(MAX_RATIO, ratio));
		return LEFT + Math.log(bounded / MIN_RATIO) / Math.log(MAX_RATIO / MIN_RATIO) * (WIDTH - LEFT - 60);
	}

	private static Map<String, TreeMap<Long, Double>> speeds(List<Result> results, Op op) {
		Map<String, TreeMap<Long, Double>> lines = new TreeMap<>();
		for (Result result : results) {
			BenchCase of = result.benchCase();
			boolean plain = of.op() == op && of.setting().label().isEmpty() && of.shape().kind() == Shape.Kind.BULK;
			if (plain && Catalogue.FOREIGN.contains(result.peer())) {
				long bytes = of.shape().bytes();
				lines.computeIfAbsent(OURS, (name) -> new TreeMap<>()).put(bytes, gbits(of, result.value()));
				lines.computeIfAbsent(result.peer(), (name) -> new TreeMap<>())
					.put(bytes, gbits(of, result.peerValue()));
			}
		}
		return lines;
	}

	private static double gbits(BenchCase of, double value) {
		return of.isLatency() ? of.shape().bytes() * 8 / (value * 1_000) : value;
	}

	private static String speeds(String title, Map<String, TreeMap<Long, Double>> lines) {
		int height = 480;
		Svg svg = new Svg(WIDTH, height);
		svg.text(10, 20, title);
		List<Long> sizes = lines.values()
			.stream()
			.flatMap((line) -> line.keySet().stream())
			.distinct()
			.sorted()
			.toList();
		for (int i = 0; i < sizes.size(); i++) {
			double x = speedX(i, sizes.size());
			svg.line(x, 40, x, height - 40.0, "#dddddd", 1);
			svg.middle(x, height - 20.0, Sizes.format(sizes.get(i)));
		}
		for (double tick = 0.0001; tick <= 1_000; tick *= 10) {
			double y = speedY(tick, height);
			svg.line(70, y, WIDTH - 160.0, y, "#dddddd", 1);
			svg.end(64, y + 4, number(tick));
		}
		int index = 0;
		for (Map.Entry<String, TreeMap<Long, Double>> line : lines.entrySet()) {
			String colour = line.getKey().equals(OURS) ? "#000000" : COLOURS[index++ % COLOURS.length];
			double lastX = -1;
			double lastY = -1;
			for (Map.Entry<Long, Double> point : line.getValue().entrySet()) {
				double x = speedX(sizes.indexOf(point.getKey()), sizes.size());
				double y = speedY(point.getValue(), height);
				svg.bar(x - 2, y - 2, 4, 4, colour);
				if (lastX >= 0) {
					svg.line(lastX, lastY, x, y, colour, line.getKey().equals(OURS) ? 2.5 : 1.5);
				}
				lastX = x;
				lastY = y;
			}
			double legend = 50 + 20.0 * new ArrayList<>(lines.keySet()).indexOf(line.getKey());
			svg.bar(WIDTH - 140.0, legend - 8, 12, 8, colour);
			svg.text(WIDTH - 120.0, legend, line.getKey());
		}
		return svg.end();
	}

	private static double speedX(int index, int count) {
		return 90 + (double) index / Math.max(1, count - 1) * (WIDTH - 280);
	}

	private static double speedY(double gbits, int height) {
		double bounded = Math.max(0.0001, Math.min(1_000, gbits));
		return height - 40 - Math.log10(bounded / 0.0001) / 7 * (height - 80);
	}

	private static String number(double value) {
		return (value >= 1) ? String.valueOf(Math.round(value)) : String.valueOf((float) value);
	}

}
