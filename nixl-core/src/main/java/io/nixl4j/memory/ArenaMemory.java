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

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Memory of shared arenas, one for each block: a buffer that outlives its arena throws.
 */
final class ArenaMemory implements NativeMemory {

	private static final long PAGE = 4096;

	private static final Handles HANDLES = Handles.find();

	@Override
	public Block allocate(long length) {
		AutoCloseable arena = HANDLES.newArena();
		try {
			return new ArenaBlock(arena, HANDLES.allocate(arena, length, (length < PAGE) ? Long.BYTES : PAGE));
		}
		catch (OutOfMemoryError ex) {
			close(arena);
			throw NixlError.BACKEND.exception(
					"Cannot allocate " + length
							+ " bytes of memory; ask for less, or give the process or container more",
					null, "allocate", ex);
		}
	}

	@Override
	public Block view(long address, long length) {
		AutoCloseable arena = HANDLES.newArena();
		try {
			return new ArenaBlock(arena, HANDLES.segmentAt(address, length, arena));
		}
		catch (IllegalCallerException ex) {
			close(arena);
			throw NixlError.UNSUPPORTED.exception(
					"This JVM forbids memory to be registered by its address; start it"
							+ " with --enable-native-access=ALL-UNNAMED, or register a direct buffer",
					null, "register", ex);
		}
	}

	@Override
	public Block view(ByteBuffer direct) {
		return new BufferBlock(direct.slice(), HANDLES.address(HANDLES.segmentOf(direct)));
	}

	private static boolean close(AutoCloseable arena) {
		try {
			arena.close();
			return true;
		}
		catch (IllegalStateException ex) {
			// A channel is reading into or writing from one of its buffers
			return false;
		}
		catch (Exception ex) {
			throw new IllegalStateException("An arena could not be closed", ex);
		}
	}

	private record ArenaBlock(AutoCloseable arena, Object segment) implements Block {

		@Override
		public long address() {
			return HANDLES.address(this.segment);
		}

		@Override
		public long length() {
			return HANDLES.length(this.segment);
		}

		@Override
		public ByteBuffer cut(long offset, int length) {
			return HANDLES.buffer(this.segment, offset, length);
		}

		@Override
		public void lend() {
			// The arena guards every buffer
		}

		@Override
		public boolean free() {
			return close(this.arena);
		}

	}

	/**
	 * Methods of {@code java.lang.foreign}, all with its types erased to Object.
	 */
	private record Handles(MethodHandle ofShared, MethodHandle allocate, MethodHandle segmentAt, MethodHandle segmentOf,
			MethodHandle reinterpret, MethodHandle slice, MethodHandle buffer, MethodHandle address,
			MethodHandle length) {

		static Handles find() {
			MethodHandles.Lookup lookup = MethodHandles.lookup();
			try {
				Class<?> arena = Class.forName("java.lang.foreign.Arena");
				Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
				return new Handles(erased(lookup.findStatic(arena, "ofShared", MethodType.methodType(arena))),
						erased(lookup.findVirtual(arena, "allocate",
								MethodType.methodType(segment, long.class, long.class))),
						erased(lookup.findStatic(segment, "ofAddress", MethodType.methodType(segment, long.class))),
						erased(lookup.findStatic(segment, "ofBuffer", MethodType.methodType(segment, Buffer.class))),
						erased(lookup.findVirtual(segment, "reinterpret",
								MethodType.methodType(segment, long.class, arena, Consumer.class))),
						erased(lookup.findVirtual(segment, "asSlice",
								MethodType.methodType(segment, long.class, long.class))),
						erased(lookup.findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class))),
						erased(lookup.findVirtual(segment, "address", MethodType.methodType(long.class))),
						erased(lookup.findVirtual(segment, "byteSize", MethodType.methodType(long.class))));
			}
			catch (ReflectiveOperationException ex) {
				throw new ExceptionInInitializerError(ex);
			}
		}

		private static MethodHandle erased(MethodHandle handle) {
			return handle.asType(handle.type().erase());
		}

		AutoCloseable newArena() {
			try {
				return (AutoCloseable) (Object) this.ofShared.invokeExact();
			}
			catch (Throwable ex) {
				throw rethrow(ex);
			}
		}

		Object allocate(AutoCloseable arena, long length, long alignment) {
			try {
				return (Object) this.allocate.invokeExact((Object) arena, length, alignment);
			}
			catch (Throwable ex) {
				throw rethrow(ex);
			}
		}

		Object segmentAt(long address, long length, AutoCloseable arena) {
			try {
				Object empty = (Object) this.segmentAt.invokeExact(address);
				@Nullable Object noCleanup = null;
				return (Object) this.reinterpret.invokeExact(empty, length, (Object) arena, noCleanup);
			}
			catch (Throwable ex) {
				throw rethrow(ex);
			}
		}

		Object segmentOf(ByteBuffer direct) {
			try {
				return (Object) this.segmentOf.invokeExact((Object) direct);
			}
			catch (Throwable ex) {
				throw rethrow(ex);
			}
		}

		ByteBuffer buffer(Object segment, long offset, long length) {
			try {
				Object slice = (Object) this.slice.invokeExact(segment, offset, length);
				return (ByteBuffer) (Object) this.buffer.invokeExact(slice);
			}
			catch (Throwable ex) {
				throw rethrow(ex);
			}
		}

		long address(Object segment) {
			try {
				return (long) this.address.invokeExact(segment);
			}
			catch (Throwable ex) {
				throw rethrow(ex);
			}
		}

		long length(Object segment) {
			try {
				return (long) this.length.invokeExact(segment);
			}
			catch (Throwable ex) {
				throw rethrow(ex);
			}
		}

		private static RuntimeException rethrow(Throwable ex) {
			if (ex instanceof RuntimeException runtime) {
				return runtime;
			}
			if (ex instanceof Error error) {
				throw error;
			}
			return new IllegalStateException(ex);
		}

	}

}
