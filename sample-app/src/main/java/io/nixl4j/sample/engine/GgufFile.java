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

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A GGUF file, version 3: a header of keys and values, a list of tensors, and the
 * tensors' bytes. The bytes stay in the mapped file. Every length, count and offset is
 * checked against the file's size.
 */
final class GgufFile {

	private static final int MAGIC = 0x46554747; // "GGUF", read little-endian

	private static final int VERSION = 3;

	/** Bytes of the shortest key with a value, and of the shortest tensor entry. */
	private static final int SMALLEST_ENTRY = 13;

	private static final int SMALLEST_TENSOR = 32;

	private static final int MAX_DIMENSIONS = 4;

	private final Map<String, Object> values = new HashMap<>();

	private final Map<String, GgufTensor> tensors = new HashMap<>();

	private GgufFile(ByteBuffer bytes) throws ModelFormatException {
		GgufCursor cursor = new GgufCursor(bytes);
		if (cursor.u32() != MAGIC) {
			throw new ModelFormatException("this is no GGUF file: it does not begin with 'GGUF'");
		}
		int version = cursor.u32();
		if (version != VERSION) {
			throw new ModelFormatException("GGUF version %d; this engine reads version %d".formatted(version, VERSION));
		}
		int tensorCount = cursor.count("number of tensors", SMALLEST_TENSOR);
		int valueCount = cursor.count("number of keys", SMALLEST_ENTRY);
		for (int i = 0; i < valueCount; i++) {
			String key = cursor.string("key " + i);
			Object value = GgufValue.read(cursor, cursor.u32(), key);
			if (this.values.put(key, value) != null) {
				throw new ModelFormatException("key '%s' is there twice".formatted(key));
			}
		}
		List<Entry> entries = new ArrayList<>();
		for (int i = 0; i < tensorCount; i++) {
			entries.add(Entry.read(cursor));
		}
		addTensors(bytes, cursor.position(), entries);
	}

	private void addTensors(ByteBuffer bytes, int headerEnd, List<Entry> entries) throws ModelFormatException {
		int alignment = find("general.alignment", Integer.class).orElse(32);
		if (alignment < Integer.BYTES || Integer.bitCount(alignment) != 1) {
			throw new ModelFormatException(
					"general.alignment is %d, not a power of two from 4 on".formatted(alignment));
		}
		long start = (headerEnd + (alignment - 1L)) / alignment * alignment;
		for (Entry entry : entries) {
			long size = entry.bytes();
			// Without overflow: the offset is any number of 64 bits.
			boolean inside = entry.offset >= 0 && entry.offset % alignment == 0 && start <= bytes.limit() - size
					&& entry.offset <= bytes.limit() - size - start;
			if (!inside) {
				throw new ModelFormatException("tensor '%s': %d bytes at offset %s are not in the file"
					.formatted(entry.name, size, Long.toUnsignedString(entry.offset)));
			}
			ByteBuffer slice = bytes.slice((int) (start + entry.offset), (int) size).order(ByteOrder.LITTLE_ENDIAN);
			GgufTensor tensor = new GgufTensor(entry.name, entry.type, (int) entry.rows, (int) entry.columns, slice);
			if (this.tensors.put(entry.name, tensor) != null) {
				throw new ModelFormatException("tensor '%s' is there twice".formatted(entry.name));
			}
		}
	}

	/** Maps a file and reads its header. */
	static GgufFile open(Path path) throws IOException {
		try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
			if (channel.size() > Integer.MAX_VALUE) {
				throw new ModelFormatException("%s has %d bytes; this engine reads models of less than 2 GiB"
					.formatted(path.getFileName(), channel.size()));
			}
			return parse(channel.map(MapMode.READ_ONLY, 0, channel.size()));
		}
	}

	/** Reads a header; the tensors keep the buffer. */
	static GgufFile parse(ByteBuffer bytes) throws ModelFormatException {
		return new GgufFile(bytes);
	}

	/** The value of a key, if it is there and of that type. */
	<T> Optional<T> find(String key, Class<T> type) throws ModelFormatException {
		Object value = this.values.get(key);
		if (value == null) {
			return Optional.empty();
		}
		if (!type.isInstance(value)) {
			throw new ModelFormatException("key '%s' holds a %s where a %s is needed".formatted(key,
					value.getClass().getSimpleName(), type.getSimpleName()));
		}
		return Optional.of(type.cast(value));
	}

	/** The value of a key that must be there. */
	<T> T get(String key, Class<T> type) throws ModelFormatException {
		return find(key, type).orElseThrow(() -> new ModelFormatException("key '%s' is missing".formatted(key)));
	}

	/** A tensor that must be there. */
	GgufTensor tensor(String name) throws ModelFormatException {
		GgufTensor tensor = this.tensors.get(name);
		if (tensor == null) {
			throw new ModelFormatException("tensor '%s' is missing".formatted(name));
		}
		return tensor;
	}

	/** The names of all tensors, in a set of the caller's own. */
	Set<String> tensorNames() {
		return new TreeSet<>(this.tensors.keySet());
	}

	boolean has(String key) {
		return this.values.containsKey(key);
	}

	/**
	 * What the header says of a tensor; rows are the product of all dimensions but the
	 * first.
	 */
	private record Entry(String name, TensorType type, long columns, long rows, long offset) {

		static Entry read(GgufCursor cursor) throws ModelFormatException {
			String name = cursor.string("name of a tensor");
			int dimensions = cursor.u32();
			if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
				throw new ModelFormatException(
						"tensor '%s' has %s dimensions".formatted(name, Integer.toUnsignedString(dimensions)));
			}
			long columns = dimension(cursor, name);
			long rows = 1;
			for (int i = 1; i < dimensions; i++) {
				rows = bounded(rows * dimension(cursor, name), name);
			}
			// Each factor is below 2^31, so no product overflows before it is bounded.
			bounded(rows * columns, name);
			TensorType type = TensorType.of(cursor.u32(), name);
			if (columns % type.blockLength() != 0) {
				throw new ModelFormatException(
						"tensor '%s': rows of %d are no whole blocks of %s".formatted(name, columns, type));
			}
			return new Entry(name, type, columns, rows, cursor.u64());
		}

		private static long dimension(GgufCursor cursor, String name) throws ModelFormatException {
			return bounded(cursor.u64(), name);
		}

		private static long bounded(long size, String name) throws ModelFormatException {
			if (size < 1 || size > Integer.MAX_VALUE) {
				throw new ModelFormatException("tensor '%s' has %s numbers in some dimension, or in all".formatted(name,
						Long.toUnsignedString(size)));
			}
			return size;
		}

		long bytes() {
			return this.type.rowBytes(this.columns) * this.rows;
		}

	}

}
