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
import java.lang.ref.Cleaner;
import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * Memory before Java 22. No buffer can be made to throw there, so every buffer refers to
 * the owner of its memory (in the field that keeps a slice's origin alive), and memory
 * whose buffers left the library's hands is freed when the last of them is unreachable.
 */
final class UnsafeMemory implements NativeMemory {

	private static final long PAGE = 4096;

	/**
	 * With that much memory waiting for buffers to become unreachable, a collection is
	 * worth its cost before more is taken. The JDK does the same for its direct buffers.
	 */
	private static final long COLLECT_AT = 256L << 20;

	private static final Handles HANDLES = Handles.find();

	private static final ByteBuffer TEMPLATE = ByteBuffer.allocateDirect(1);

	private final AtomicLong lingering = new AtomicLong();

	private @Nullable Cleaner cleaner;

	@Override
	public Block allocate(long length) {
		if (this.lingering.get() >= COLLECT_AT) {
			System.gc();
		}
		long slack = (length < PAGE) ? 0 : PAGE - 1;
		long allocated;
		try {
			allocated = HANDLES.allocate(length + slack);
		}
		catch (OutOfMemoryError ex) {
			throw NixlError.BACKEND.exception(
					"Cannot allocate " + length
							+ " bytes of memory; ask for less, or give the process or container more",
					null, "allocate", ex);
		}
		long address = (allocated + slack) & -(slack + 1);
		// What the process had there before must not reach a peer
		HANDLES.zero(address, length);
		return new OwnedBlock(new Owner(), allocated, address, length);
	}

	@Override
	public Block view(long address, long length) {
		return new ForeignBlock(address, length);
	}

	@Override
	public Block view(ByteBuffer direct) {
		ByteBuffer slice = direct.slice();
		return new BufferBlock(slice, HANDLES.address(slice));
	}

	/**
	 * Returns how much memory waits for buffers to become unreachable.
	 * @return the bytes that are free but for those buffers
	 */
	long lingering() {
		return this.lingering.get();
	}

	private synchronized Cleaner cleaner() {
		Cleaner cleaner = this.cleaner;
		if (cleaner == null) {
			cleaner = Cleaner.create((task) -> {
				Thread thread = new Thread(task, "nixl-memory-cleaner");
				thread.setDaemon(true);
				return thread;
			});
			this.cleaner = cleaner;
		}
		return cleaner;
	}

	/**
	 * What buffers refer to.
	 */
	private static final class Owner {

	}

	private final class OwnedBlock implements Block {

		private @Nullable Owner owner;

		private final long allocated;

		private final long address;

		private final long length;

		private volatile boolean lent;

		OwnedBlock(Owner owner, long allocated, long address, long length) {
			this.owner = owner;
			this.allocated = allocated;
			this.address = address;
			this.length = length;
		}

		@Override
		public long address() {
			return this.address;
		}

		@Override
		public long length() {
			return this.length;
		}

		@Override
		public ByteBuffer cut(long offset, int length) {
			return HANDLES.buffer(this.address + offset, length, this.owner);
		}

		@Override
		public void lend() {
			this.lent = true;
		}

		@Override
		public boolean free() {
			Owner owner = this.owner;
			if (owner == null) {
				throw new IllegalStateException("Freed twice");
			}
			this.owner = null;
			if (this.lent) {
				UnsafeMemory.this.lingering.addAndGet(this.length);
				cleaner().register(owner, new Release(this.allocated, this.length, UnsafeMemory.this.lingering));
			}
			else {
				HANDLES.free(this.allocated);
			}
			return true;
		}

	}

	private record Release(long allocated, long length, AtomicLong lingering) implements Runnable {

		@Override
		public void run() {
			HANDLES.free(this.allocated);
			this.lingering.addAndGet(-this.length);
		}

	}

	private record ForeignBlock(long address, long length) implements Block {

		@Override
		public ByteBuffer cut(long offset, int length) {
			return HANDLES.buffer(this.address + offset, length, null);
		}

		@Override
		public void lend() {
			// The caller frees it, and not before the buffers are out of use
		}

		@Override
		public boolean free() {
			return true;
		}

	}

	/**
	 * Methods of Unsafe, bound to its instance, and where a direct buffer keeps what.
	 */
	private record Handles(MethodHandle allocate, MethodHandle free, MethodHandle setMemory, MethodHandle getLong,
			MethodHandle putLong, MethodHandle putInt, MethodHandle putObject, long addressField, long capacityField,
			long limitField, long originField) {

		static Handles find() {
			try {
				Class<?> unsafe = Class.forName("sun.misc.Unsafe");
				MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(unsafe, MethodHandles.lookup());
				Object instance = lookup.findStaticGetter(unsafe, "theUnsafe", unsafe).invoke();
				MethodHandle offset = bind(lookup, instance, "objectFieldOffset", long.class, Field.class);
				Class<?> directBuffer = Class.forName("java.nio.DirectByteBuffer");
				return new Handles(bind(lookup, instance, "allocateMemory", long.class, long.class),
						bind(lookup, instance, "freeMemory", void.class, long.class),
						bind(lookup, instance, "setMemory", void.class, long.class, long.class, byte.class),
						bind(lookup, instance, "getLong", long.class, Object.class, long.class),
						bind(lookup, instance, "putLong", void.class, Object.class, long.class, long.class),
						bind(lookup, instance, "putInt", void.class, Object.class, long.class, int.class),
						bind(lookup, instance, "putObject", void.class, Object.class, long.class, Object.class),
						(long) offset.invokeExact(Buffer.class.getDeclaredField("address")),
						(long) offset.invokeExact(Buffer.class.getDeclaredField("capacity")),
						(long) offset.invokeExact(Buffer.class.getDeclaredField("limit")),
						(long) offset.invokeExact(directBuffer.getDeclaredField("att")));
			}
			catch (Throwable ex) {
				throw new ExceptionInInitializerError(ex);
			}
		}

		private static MethodHandle bind(MethodHandles.Lookup lookup, Object unsafe, String name, Class<?> result,
				Class<?>... parameters) throws ReflectiveOperationException {
			return lookup.findVirtual(unsafe.getClass(), name, MethodType.methodType(result, parameters))
				.bindTo(unsafe);
		}

		long allocate(long length) {
			try {
				return (long) this.allocate.invokeExact(length);
			}
			catch (Throwable ex) {
				throw rethrow(ex);
			}
		}

		void free(long allocated) {
			try {
				this.free.invokeExact(allocated);
			}
			catch (Throwable ex) {
				throw rethrow(ex);
			}
		}

		void zero(long address, long length) {
			try {
				this.setMemory.invokeExact(address, length, (byte) 0);
			}
			catch (Throwable ex) {
				throw rethrow(ex);
			}
		}

		long address(ByteBuffer direct) {
			try {
				return (long) this.getLong.invokeExact((Object) direct, this.addressField);
			}
			catch (Throwable ex) {
				throw rethrow(ex);
			}
		}

		ByteBuffer buffer(long address, int length, @Nullable Object owner) {
			ByteBuffer buffer = TEMPLATE.duplicate();
			try {
				this.putLong.invokeExact((Object) buffer, this.addressField, address);
				this.putInt.invokeExact((Object) buffer, this.capacityField, length);
				this.putInt.invokeExact((Object) buffer, this.limitField, length);
				this.putObject.invokeExact((Object) buffer, this.originField, owner);
			}
			catch (Throwable ex) {
				throw rethrow(ex);
			}
			return buffer;
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
