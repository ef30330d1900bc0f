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

package io.nixl4j.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The protocol of the processes that a run consists of: a line with a command, a line
 * with its answer, {@code fail} and a reason if there is none. Standard input's end is
 * the process's.
 */
abstract class Commands {

	static final String OK = "ok";

	static final String FAIL = "fail ";

	private final Map<Integer, AutoCloseable> opened = new HashMap<>();

	private int nextId;

	/**
	 * Runs one command.
	 * @param words the line's words
	 * @return the answer
	 * @throws Exception if there is none
	 */
	abstract String answer(String[] words) throws Exception;

	/**
	 * Answers until there are no more commands, then closes everything.
	 * @param answers where answers go
	 * @throws IOException if commands cannot be read
	 */
	void serve(PrintStream answers) throws IOException {
		try (BufferedReader commands = new BufferedReader(
				new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
			answers.println(OK);
			String line = commands.readLine();
			while (line != null) {
				answers.println(answerOrReason(line));
				line = commands.readLine();
			}
		}
		finally {
			this.opened.keySet().stream().toList().forEach(this::closeQuietly);
		}
	}

	private String answerOrReason(String line) {
		String[] words = line.split(" ");
		try {
			if (words[0].equals("close")) {
				closeQuietly(Integer.parseInt(words[1]));
				return OK;
			}
			return answer(words);
		}
		catch (Exception ex) {
			return FAIL + ex.toString().replaceAll("\\s+", " ");
		}
	}

	/**
	 * Keeps what was opened until it is closed by its number.
	 * @param what what was opened
	 * @return its number
	 */
	int keep(AutoCloseable what) {
		int id = this.nextId++;
		this.opened.put(id, what);
		return id;
	}

	@Nullable AutoCloseable kept(int id) {
		return this.opened.get(id);
	}

	private void closeQuietly(int id) {
		AutoCloseable what = this.opened.remove(id);
		if (what != null) {
			try {
				what.close();
			}
			catch (Exception ex) {
				System.err.println("bench: closing failed: " + ex);
			}
		}
	}

	/**
	 * Allocates what transfers use and touches each page.
	 * @param bytes how much
	 * @return the memory
	 */
	static ByteBuffer memory(int bytes) {
		ByteBuffer memory = ByteBuffer.allocateDirect(bytes);
		for (int i = 0; i < bytes; i += 4_096) {
			memory.put(i, (byte) 1);
		}
		return memory;
	}

}
