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

import java.util.Locale;

/**
 * Builds a picture out of lines, bars and texts.
 */
final class Svg {

	private final StringBuilder elements = new StringBuilder();

	Svg(int width, int height) {
		add("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
				+ "font-family=\"sans-serif\" font-size=\"12\">", width, height, width, height);
		add("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>");
	}

	void line(double x1, double y1, double x2, double y2, String colour, double width) {
		add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\"/>", x1, y1, x2,
				y2, colour, width);
	}

	void bar(double x, double y, double width, double height, String colour) {
		add("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>", x, y, width, height, colour);
	}

	void text(double x, double y, String text) {
		text(x, y, "start", text);
	}

	void middle(double x, double y, String text) {
		text(x, y, "middle", text);
	}

	void end(double x, double y, String text) {
		text(x, y, "end", text);
	}

	private void text(double x, double y, String anchor, String text) {
		String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
		add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, escaped);
	}

	private void add(String format, Object... values) {
		this.elements.append(String.format(Locale.ROOT, format, values)).append('\n');
	}

	/**
	 * Ends the picture.
	 * @return the whole document
	 */
	String end() {
		return this.elements + "</svg>\n";
	}

}
