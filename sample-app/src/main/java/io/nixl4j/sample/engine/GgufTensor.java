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

package io.nixl4j.sample.engine;

import java.nio.ByteBuffer;

/**
 * A tensor of a model file as a table of rows.
 *
 * @param name its name in the file
 * @param type how its numbers are written
 * @param rows number of rows
 * @param columns numbers in a row
 * @param bytes exactly its bytes, little-endian, in the mapped file
 */
record GgufTensor(String name, TensorType type, int rows, int columns, ByteBuffer bytes) {

	/** Its numbers, for the small tensors that are not quantized. */
	float[] floats() throws ModelFormatException {
		if (this.type != TensorType.F32) {
			throw new ModelFormatException("tensor '%s' is %s, not F32".formatted(this.name, this.type));
		}
		float[] floats = new float[Math.multiplyExact(this.rows, this.columns)];
		this.bytes.asFloatBuffer().get(floats);
		return floats;
	}

	/** This tensor, if it has the shape that the model needs. */
	GgufTensor shaped(int rows, int columns) throws ModelFormatException {
		if (this.rows != rows || this.columns != columns) {
			throw new ModelFormatException("tensor '%s' has %d rows of %d, not %d rows of %d".formatted(this.name,
					this.rows, this.columns, rows, columns));
		}
		return this;
	}

}
