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

import java.util.List;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.msgpack.PackWriter;

import org.jspecify.annotations.Nullable;

/**
 * Writes a card in its canonical order.
 */
final class CardEncoder {

	private CardEncoder() {
	}

	static void write(NixlMetadata metadata, PackWriter writer) {
		NixlMetadata.Additions additions = metadata.additions();
		writer.mapHeader(3 + count(additions));
		writer.text(CardFields.ENGINE_ID);
		writer.text(metadata.engineId());
		writer.text(CardFields.MEMORY_DESCRIPTORS);
		writer.mapHeader(metadata.memoryDescriptors().size());
		metadata.memoryDescriptors().forEach((name, descriptor) -> {
			writer.text(name);
			write(descriptor, writer);
		});
		writer.text(CardFields.AGENT_NAME);
		writer.text(metadata.agentName());
		write(additions, writer);
	}

	private static void write(MemoryDescriptor descriptor, PackWriter writer) {
		writer.mapHeader(5);
		writer.text(CardFields.ADDRESS);
		writer.unsigned(descriptor.address());
		writer.text(CardFields.LENGTH);
		writer.unsigned(descriptor.length());
		writer.text(CardFields.MEMORY_TYPE);
		writer.text(descriptor.memoryType().wireName());
		writer.text(CardFields.DEVICE_ID);
		writer.unsigned(descriptor.deviceId());
		writer.text(CardFields.PERMISSIONS);
		writer.text(descriptor.permissions().code());
	}

	private static void write(NixlMetadata.Additions additions, PackWriter writer) {
		Incarnation incarnation = additions.incarnation();
		if (incarnation != null) {
			writer.text(CardFields.INCARNATION);
			writer.binary(incarnation.toBytes());
		}
		write(CardFields.SESSION_ENDPOINT, additions.sessionEndpoint(), writer);
		write(CardFields.FEATURES, additions.features(), writer);
		write(CardFields.ROLES, additions.roles(), writer);
		if (!additions.capacity().isEmpty()) {
			writer.text(CardFields.CAPACITY);
			writer.mapHeader(additions.capacity().size());
			additions.capacity().forEach((name, figure) -> {
				writer.text(name);
				writer.unsigned(figure);
			});
		}
		write(CardFields.MODEL, additions.model(), writer);
		write(CardFields.ZONE, additions.zone(), writer);
	}

	private static void write(String field, @Nullable String text, PackWriter writer) {
		if (text != null) {
			writer.text(field);
			writer.text(text);
		}
	}

	private static void write(String field, List<String> texts, PackWriter writer) {
		if (!texts.isEmpty()) {
			writer.text(field);
			writer.arrayHeader(texts.size());
			texts.forEach(writer::text);
		}
	}

	private static int count(NixlMetadata.Additions additions) {
		int count = (additions.incarnation() != null) ? 1 : 0;
		count += (additions.sessionEndpoint() != null) ? 1 : 0;
		count += additions.features().isEmpty() ? 0 : 1;
		count += additions.roles().isEmpty() ? 0 : 1;
		count += additions.capacity().isEmpty() ? 0 : 1;
		count += (additions.model() != null) ? 1 : 0;
		count += (additions.zone() != null) ? 1 : 0;
		return count;
	}

}
