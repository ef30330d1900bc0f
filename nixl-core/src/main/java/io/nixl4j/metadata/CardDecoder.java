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

package io.nixl4j.metadata;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.msgpack.PackReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads a card. Broken rules of the records come out as their
 * {@link IllegalArgumentException}, which the codec turns into the typed one.
 */
final class CardDecoder {

	private final PackReader reader;

	private @Nullable String engineId;

	private @Nullable Map<String, MemoryDescriptor> memoryDescriptors;

	private @Nullable String agentName;

	private NixlMetadata.Additions additions = NixlMetadata.Additions.none();

	private CardDecoder(PackReader reader) {
		this.reader = reader;
	}

	static NixlMetadata read(PackReader reader) {
		return new CardDecoder(reader).card();
	}

	private NixlMetadata card() {
		fields(this::cardField);
		return new NixlMetadata(required(this.engineId, CardFields.ENGINE_ID),
				required(this.memoryDescriptors, CardFields.MEMORY_DESCRIPTORS),
				required(this.agentName, CardFields.AGENT_NAME), this.additions);
	}

	private boolean cardField(String field) {
		switch (field) {
			case CardFields.ENGINE_ID -> this.engineId = this.reader.text(CardText.MAX_BYTES);
			case CardFields.MEMORY_DESCRIPTORS -> this.memoryDescriptors = descriptors();
			case CardFields.AGENT_NAME -> this.agentName = this.reader.text(CardText.MAX_BYTES);
			default -> {
				return addition(field);
			}
		}
		return true;
	}

	private boolean addition(String field) {
		// Python writes an optional field that is not set as nil.
		boolean absent = this.reader.nil();
		switch (field) {
			case CardFields.INCARNATION -> this.additions = this.additions
				.withIncarnation(absent ? null : Incarnation.of(this.reader.binary(Incarnation.LENGTH)));
			case CardFields.SESSION_ENDPOINT -> this.additions = this.additions
				.withSessionEndpoint(absent ? null : this.reader.text(CardText.MAX_BYTES));
			case CardFields.FEATURES -> this.additions = this.additions.withFeatures(absent ? List.of() : texts());
			case CardFields.ROLES -> this.additions = this.additions.withRoles(absent ? List.of() : texts());
			case CardFields.CAPACITY -> this.additions = this.additions.withCapacity(absent ? Map.of() : capacity());
			case CardFields.MODEL ->
				this.additions = this.additions.withModel(absent ? null : this.reader.text(CardText.MAX_BYTES));
			case CardFields.ZONE ->
				this.additions = this.additions.withZone(absent ? null : this.reader.text(CardText.MAX_BYTES));
			default -> {
				if (!absent) {
					this.reader.skip();
				}
				return false;
			}
		}
		return true;
	}

	private Map<String, MemoryDescriptor> descriptors() {
		int count = this.reader.mapHeader();
		Map<String, MemoryDescriptor> read = new HashMap<>();
		for (int i = 0; i < count; i++) {
			String name = CardText.checkNotEmpty("A region's name", this.reader.text(CardText.MAX_BYTES));
			if (read.put(name, new DescriptorFields(name).read()) != null) {
				throw CardText.corrupt("region '" + name + "' comes twice", null);
			}
		}
		return read;
	}

	private List<String> texts() {
		int count = entries(this.reader.arrayHeader());
		List<String> texts = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			texts.add(this.reader.text(CardText.MAX_BYTES));
		}
		return texts;
	}

	private Map<String, Long> capacity() {
		int count = entries(this.reader.mapHeader());
		Map<String, Long> capacity = new HashMap<>();
		for (int i = 0; i < count; i++) {
			String name = this.reader.text(CardText.MAX_BYTES);
			if (capacity.put(name, this.reader.unsigned()) != null) {
				throw CardText.corrupt("a name in the capacity comes twice", null);
			}
		}
		return capacity;
	}

	/**
	 * Reads a map of fields; a field that {@code field} returns false for is not known
	 * and may come again.
	 */
	private void fields(Field field) {
		int count = this.reader.mapHeader();
		Set<String> known = new HashSet<>();
		for (int i = 0; i < count; i++) {
			String name = this.reader.fieldName(CardFields.LONGEST);
			if (field.read(name) && !known.add(name)) {
				throw CardText.corrupt("field " + name + " comes twice", null);
			}
		}
	}

	private static int entries(int count) {
		if (count > CardText.MAX_ENTRIES) {
			throw CardText.corrupt(count + " entries in a list or map, more than " + CardText.MAX_ENTRIES, null);
		}
		return count;
	}

	private static <T> T required(@Nullable T value, String field) {
		if (value == null) {
			throw CardText.corrupt("field " + field + " is missing", null);
		}
		return value;
	}

	/**
	 * Reads the value of a field.
	 */
	private interface Field {

		boolean read(String name);

	}

	/**
	 * Fields of one descriptor while they are read.
	 */
	private final class DescriptorFields {

		private final String region;

		private @Nullable Long address;

		private @Nullable Long length;

		private @Nullable MemoryType memoryType;

		private @Nullable Long deviceId;

		private @Nullable Permissions permissions;

		private DescriptorFields(String region) {
			this.region = region;
		}

		private MemoryDescriptor read() {
			fields(this::field);
			return new MemoryDescriptor(required(this.address, CardFields.ADDRESS),
					required(this.length, CardFields.LENGTH), required(this.memoryType, CardFields.MEMORY_TYPE),
					required(this.deviceId, CardFields.DEVICE_ID), required(this.permissions, CardFields.PERMISSIONS));
		}

		private boolean field(String field) {
			PackReader reader = CardDecoder.this.reader;
			switch (field) {
				case CardFields.ADDRESS -> this.address = reader.unsigned();
				case CardFields.LENGTH -> this.length = reader.unsigned();
				case CardFields.MEMORY_TYPE -> this.memoryType = memoryType(reader.text(CardText.MAX_BYTES));
				case CardFields.DEVICE_ID -> this.deviceId = reader.unsigned();
				case CardFields.PERMISSIONS -> this.permissions = permissions(reader.text(CardText.MAX_BYTES));
				default -> {
					reader.skip();
					return false;
				}
			}
			return true;
		}

		private MemoryType memoryType(String wireName) {
			for (MemoryType type : MemoryType.values()) {
				if (type.wireName().equals(wireName)) {
					return type;
				}
			}
			throw unsupported("memory type", wireName);
		}

		private Permissions permissions(String code) {
			for (Permissions candidate : Permissions.values()) {
				if (candidate.code().equals(code)) {
					return candidate;
				}
			}
			throw unsupported("permissions", code);
		}

		private NixlException unsupported(String what, String value) {
			return NixlError.UNSUPPORTED.exception("Region '%s' has %s '%s', which this version does not know"
				.formatted(this.region, what, CardText.check("The " + what, value)), null, "decode metadata", null);
		}

	}

}
