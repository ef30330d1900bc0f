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
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A {@link TinyModel} for tests of other packages: one that answers within milliseconds,
 * with nonsense.
 */
public final class TinyModelFile {

	/** Its answers have more than one sign, and some of them end. */
	private static final long SEED = 87;

	private TinyModelFile() {
	}

	/**
	 * Writes the model.
	 * @param folder where to
	 * @return the file, {@code tiny.gguf}
	 * @throws IOException if it cannot be written
	 */
	public static Path in(Path folder) throws IOException {
		return Files.write(folder.resolve("tiny.gguf"), new TinyModel(SEED).file().bytes());
	}

}
