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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * When each layer of a prompt was computed, and when its keys and values moved. Times are
 * nanoseconds since something that is the same for all of them. Not safe for use by
 * several threads.
 */
public final class LayerTimes {

	/** Of a layer that is not so far. */
	public static final long NEVER = -1;

	private final long[] computed;

	private final long[] sent;

	private final long[] moved;

	/**
	 * Creates the times of a prompt that nothing is known of.
	 * @param layers how many layers there are
	 */
	public LayerTimes(int layers) {
		this.computed = never(layers);
		this.sent = never(layers);
		this.moved = never(layers);
	}

	private static long[] never(int layers) {
		long[] times = new long[layers];
		Arrays.fill(times, NEVER);
		return times;
	}

	/**
	 * A layer was computed.
	 * @param layer the layer
	 * @param time when
	 */
	public void computed(int layer, long time) {
		this.computed[layer] = time;
	}

	/**
	 * A layer moved.
	 * @param layer the layer
	 * @param begin when its transfer began
	 * @param end when all of it was there
	 */
	public void moved(int layer, long begin, long end) {
		this.sent[layer] = Math.max(0, begin);
		this.moved[layer] = end;
	}

	/**
	 * Returns when the layers were computed.
	 * @return a time for each, {@link #NEVER} for one that is not; the caller's own
	 */
	public long[] computed() {
		return this.computed.clone();
	}

	/**
	 * Returns when the transfers of the layers began.
	 * @return a time for each, {@link #NEVER} for one that has not moved; the caller's
	 * own
	 */
	public long[] sent() {
		return this.sent.clone();
	}

	/**
	 * Returns when the layers had moved.
	 * @return a time for each, {@link #NEVER} for one that has not; the caller's own
	 */
	public long[] moved() {
		return this.moved.clone();
	}

	/**
	 * Returns for how long at least one transfer was under way.
	 * @return the nanoseconds
	 */
	public long moving() {
		return moving(0);
	}

	/**
	 * Returns for how long at least one transfer was under way after the last layer was
	 * computed.
	 * @return the nanoseconds
	 */
	public long movingAfterComputing() {
		return moving(Arrays.stream(this.computed).max().orElse(0));
	}

	private long moving(long from) {
		List<Span> spans = new ArrayList<>();
		for (int layer = 0; layer < this.moved.length; layer++) {
			if (this.moved[layer] != NEVER) {
				spans.add(new Span(Math.max(from, this.sent[layer]), this.moved[layer]));
			}
		}
		spans.sort(Comparator.comparingLong(Span::begin));
		long sum = 0;
		long covered = from;
		for (Span span : spans) {
			long begin = Math.max(covered, span.begin());
			if (span.end() > begin) {
				sum += span.end() - begin;
				covered = span.end();
			}
		}
		return sum;
	}

	/**
	 * Some time.
	 *
	 * @param begin when it begins
	 * @param end when it ends
	 */
	private record Span(long begin, long end) {
	}

}
