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

package io.nixl4j.sample.worker;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.nixl4j.sample.engine.Sampler;

/**
 * How tokens are chosen.
 *
 * @param temperature zero takes the likeliest token, more is more adventurous
 * @param seed makes the choice repeatable
 */
public record Sampling(float temperature, long seed) {

	/** Always the likeliest token. */
	public static final Sampling GREEDY = new Sampling(0, 0);

	private static final Pattern FORM = Pattern.compile("temperature=([0-9.E+-]{1,20}) seed=(-?[0-9]{1,19})");

	/**
	 * Reads what {@link #parameters()} has written.
	 * @param parameters the text, from anywhere
	 * @return the sampling
	 * @throws IllegalArgumentException if it is something else
	 */
	public static Sampling parse(String parameters) {
		Matcher matcher = FORM.matcher(parameters);
		if (!matcher.matches()) {
			throw new IllegalArgumentException("the parameters of a request are temperature and seed");
		}
		return new Sampling(Float.parseFloat(matcher.group(1)), Long.parseLong(matcher.group(2)));
	}

	/**
	 * Returns this as the parameters of a request.
	 * @return the text
	 */
	public String parameters() {
		return "temperature=" + this.temperature + " seed=" + this.seed;
	}

	/**
	 * Returns what chooses tokens so.
	 * @return a new sampler
	 */
	public Sampler sampler() {
		return sampler(0);
	}

	/**
	 * Returns what goes on choosing tokens so.
	 * @param chosen how many were chosen elsewhere
	 * @return a new sampler
	 */
	public Sampler sampler(int chosen) {
		return (this.temperature > 0) ? Sampler.temperature(this.temperature, this.seed, chosen) : Sampler.greedy();
	}

}
