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

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes GGUF files, right ones and, where a test asks for it, wrong ones.
 */
final class GgufBytes {

	static final int U32 = 4;

	static final int F32 = 6;

	static final int BOOL = 7;

	static final int STRING = 8;

	private static final int ARRAY = 9;

	private static final int ALIGNMENT = 32;

	private final Map<String, byte[]> values = new LinkedHashMap<>();

	private final Map<String, byte[]> entries = new LinkedHashMap<>();

	private final List<byte[]> twice = new ArrayList<>();

	private final ByteArrayOutputStream data = new ByteArrayOutputStream();

	private long valueCount = -1;

	private long tensorCount = -1;

	GgufBytes value(String key, String value) {
		return raw(key, STRING, string(value));
	}

	GgufBytes value(String key, int value) {
		return raw(key, U32, u32(value));
	}

	GgufBytes value(String key, float value) {
		return raw(key, F32, u32(Float.floatToRawIntBits(value)));
	}

	GgufBytes value(String key, boolean value) {
		return raw(key, BOOL, new byte[] { (byte) (value ? 1 : 0) });
	}

	GgufBytes values(String key, String... values) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.writeBytes(u32(STRING));
		bytes.writeBytes(u64(values.length));
		for (String value : values) {
			bytes.writeBytes(string(value));
		}
		return raw(key, ARRAY, bytes.toByteArray());
	}

	GgufBytes value(String key, int[] values) {
		return array(key, 5, values.length, ints(values));
	}

	GgufBytes array(String key, int type, long count, byte[] elements) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.writeBytes(u32(type));
		bytes.writeBytes(u64(count));
		bytes.writeBytes(elements);
		return raw(key, ARRAY, bytes.toByteArray());
	}

	/** A value with any type and any bytes. */
	GgufBytes raw(String key, int type, byte[] bytes) {
		ByteArrayOutputStream value = new ByteArrayOutputStream();
		value.writeBytes(u32(type));
		value.writeBytes(bytes);
		this.values.put(key, value.toByteArray());
		return this;
	}

	GgufBytes without(String key) {
		this.values.remove(key);
		return this;
	}

	/** A tensor with its bytes. */
	GgufBytes tensor(String name, int type, byte[] bytes, long... dimensions) {
		entry(name, type, this.data.size(), dimensions);
		this.data.writeBytes(bytes);
		this.data.writeBytes(new byte[(ALIGNMENT - bytes.length % ALIGNMENT) % ALIGNMENT]);
		return this;
	}

	/** Another tensor in the place of one. */
	GgufBytes replace(String name, int type, byte[] bytes, long... dimensions) {
		this.entries.remove(name);
		return tensor(name, type, bytes, dimensions);
	}

	/** What the header says of a tensor, true or not. */
	GgufBytes entry(String name, int type, long offset, long... dimensions) {
		ByteArrayOutputStream entry = new ByteArrayOutputStream();
		entry.writeBytes(string(name));
		entry.writeBytes(u32(dimensions.length));
		for (long dimension : dimensions) {
			entry.writeBytes(u64(dimension));
		}
		entry.writeBytes(u32(type));
		entry.writeBytes(u64(offset));
		byte[] former = this.entries.put(name, entry.toByteArray());
		if (former != null) {
			this.twice.add(former);
		}
		return this;
	}

	GgufBytes counts(long tensors, long values) {
		this.tensorCount = tensors;
		this.valueCount = values;
		return this;
	}

	byte[] bytes() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
		bytes.writeBytes(u32(3));
		bytes.writeBytes(u64((this.tensorCount >= 0) ? this.tensorCount : this.entries.size() + this.twice.size()));
		bytes.writeBytes(u64((this.valueCount >= 0) ? this.valueCount : this.values.size()));
		this.values.forEach((key, value) -> {
			bytes.writeBytes(string(key));
			bytes.writeBytes(value);
		});
		this.entries.values().forEach(bytes::writeBytes);
		this.twice.forEach(bytes::writeBytes);
		bytes.writeBytes(new byte[(ALIGNMENT - bytes.size() % ALIGNMENT) % ALIGNMENT]);
		bytes.writeBytes(this.data.toByteArray());
		return bytes.toByteArray();
	}

	GgufFile file() throws ModelFormatException {
		return GgufFile.parse(ByteBuffer.wrap(bytes()));
	}

	static byte[] u32(int value) {
		return ints(value);
	}

	static byte[] u64(long value) {
		return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
	}

	static byte[] ints(int... values) {
		ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
		bytes.asIntBuffer().put(values);
		return bytes.array();
	}

	static byte[] floats(float... values) {
		ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
		bytes.asFloatBuffer().put(values);
		return bytes.array();
	}

	static byte[] string(String text) {
		byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.writeBytes(u64(utf8.length));
		bytes.writeBytes(utf8);
		return bytes.toByteArray();
	}

}
