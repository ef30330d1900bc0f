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

package io.nixl4j.spring.boot.serving;

import io.nixl4j.NixlAgent;
import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.serving.KvTransferListener;
import io.nixl4j.serving.WorkerOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Makes what both kinds of workers need.
 */
final class ServingParts {

	private static final String REGION = "kv";

	private final NixlServingProperties properties;

	private final ObjectProvider<KvLayout> layouts;

	private final ObjectProvider<NixlKvRegionCustomizer> regionCustomizers;

	private final ObjectProvider<NixlWorkerOptionsCustomizer> optionsCustomizers;

	private final ObjectProvider<KvTransferListener> transferListeners;

	ServingParts(NixlServingProperties properties, ObjectProvider<KvLayout> layouts,
			ObjectProvider<NixlKvRegionCustomizer> regionCustomizers,
			ObjectProvider<NixlWorkerOptionsCustomizer> optionsCustomizers,
			ObjectProvider<KvTransferListener> transferListeners) {
		this.properties = properties;
		this.layouts = layouts;
		this.regionCustomizers = regionCustomizers;
		this.optionsCustomizers = optionsCustomizers;
		this.transferListeners = transferListeners;
	}

	/**
	 * Makes a layout of the configuration.
	 * @param layout the configuration, with layers
	 * @return the layout
	 */
	static KvLayout layout(NixlServingProperties.Layout layout) {
		Integer latent = layout.latentSize();
		int layers = number(layout.layers());
		return ServingFailure.checked("layout",
				() -> (latent != null) ? KvLayout.latent(layers, layout.tokensPerBlock(), latent, layout.elementType())
						: new KvLayout(layers, layout.tokensPerBlock(), number(layout.heads()),
								number(layout.headSize()), layout.elementType()));
	}

	/** What is missing is too little, and its refusal names it. */
	private static int number(@Nullable Integer value) {
		return (value != null) ? value : 0;
	}

	KvCache cache(NixlServingRole role, NixlAgent agent) {
		KvLayout layout = this.layouts.getIfUnique();
		if (layout == null) {
			throw ServingFailure.of(role, "does not know how KV blocks lie",
					"Make one KvLayout bean, or set " + ServingFailure.key("layout.layers") + ", "
							+ ServingFailure.key("layout.heads") + " and " + ServingFailure.key("layout.head-size")
							+ ". Workers with a layout each make a KvCache bean each.");
		}
		Integer blocks = this.properties.worker(role).blocks();
		String key = ServingFailure.key(role.key() + ".blocks");
		if (blocks == null) {
			throw ServingFailure.of(role, "does not know how many KV blocks to have", "Set " + key + ". A block of "
					+ layout.tokensPerBlock() + " tokens takes " + layout.blockBytes() + " bytes.");
		}
		RegionOptions options = RegionOptions.of(REGION)
			.withPermissions((role == NixlServingRole.PREFILL) ? Permissions.READ : Permissions.WRITE);
		for (NixlKvRegionCustomizer customizer : this.regionCustomizers.orderedStream().toList()) {
			options = customizer.customize(role, options);
		}
		RegionOptions region = options;
		return ServingFailure.checked(role.key(),
				() -> new KvCache(layout, agent.allocate(layout.bytes(blocks), region)));
	}

	/**
	 * Lets an agent say what its worker's engine serves, if that is configured.
	 * @param agent the worker's
	 */
	void sayModel(NixlAgent agent) {
		String model = this.properties.model();
		if (model != null) {
			ServingFailure.value(ServingFailure.key("model"), () -> agent.updateModel(model));
		}
	}

	WorkerOptions options(NixlServingRole role) {
		NixlServingProperties.Worker worker = this.properties.worker(role);
		WorkerOptions options = ServingFailure
			.checked(role.key(),
					() -> WorkerOptions.defaults()
						.withThreads(worker.threads())
						.withMaxRequests(worker.maxRequests())
						.withTransferMode(this.properties.decode().transferMode()))
			.withTransferListener(TransferListeners.of(this.transferListeners.orderedStream().toList()));
		for (NixlWorkerOptionsCustomizer customizer : this.optionsCustomizers.orderedStream().toList()) {
			options = customizer.customize(role, options);
		}
		return options;
	}

}
