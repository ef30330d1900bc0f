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

package io.nixl4j.memory;

/**
 * Opens the memory of a kind of device for an agent, such as that of GPUs. Providers are
 * given to the agent's builder or found by {@link java.util.ServiceLoader}; they hold no
 * state of their own, so one provider may serve several agents.
 */
public interface DeviceMemoryProvider {

	/**
	 * Returns the type of the memory.
	 * @return a type other than DRAM; an agent uses one provider a type
	 */
	MemoryType type();

	/**
	 * Opens the memory for an agent. Called while the agent is built, so what takes long
	 * is better left to the first allocation.
	 * @param agentName the agent, for names of threads and texts of logs
	 * @return the memory, closed by the agent
	 * @throws NixlException if there is no such memory here; its message names the reason
	 * and the cure
	 */
	DeviceMemory open(String agentName);

}
