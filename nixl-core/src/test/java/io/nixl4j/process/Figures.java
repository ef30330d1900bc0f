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
package io.nixl4j.process;

import java.util.Locale;

/**
 * Figures that tests find on the way, one a line of the output: {@code figure: name value
 * unit}.
 */
final class Figures {

	private Figures() {
	}

	/**
	 * Says a figure.
	 * @param name what was measured
	 * @param value how much it was
	 * @param unit of what
	 */
	static void say(String name, double value, String unit) {
		System.out.println(String.format(Locale.ROOT, "figure: %s %.4g %s", name, value, unit));
	}

	/**
	 * Returns how much of its full length a soak has.
	 * @return 1 for all of it
	 */
	static double scale() {
		return Double.parseDouble(System.getProperty("nixl.soak.scale", "0.1"));
	}

}
