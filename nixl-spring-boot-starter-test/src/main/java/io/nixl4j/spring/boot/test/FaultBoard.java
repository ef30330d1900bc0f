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

package io.nixl4j.spring.boot.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * The faults that are planned, and the attempts that are held back by some. Never calls a
 * request while it is locked.
 */
final class FaultBoard {

	/** Guarded by this: each for one attempt. */
	private final List<Planned> once = new ArrayList<>();

	/** Guarded by this: for all attempts, the newest last, one a scope. */
	private final List<Planned> delays = new ArrayList<>();

	/** Guarded by this. */
	private final Set<EnginePair> cuts = new HashSet<>();

	private final Set<FaultRequest> held = ConcurrentHashMap.newKeySet();

	/** Whether nothing is planned, so that posts need no lock. */
	private volatile boolean quiet = true;

	boolean isQuiet() {
		return this.quiet;
	}

	synchronized void once(FaultScope scope, Fault fault) {
		this.once.add(new Planned(scope, fault));
		planned();
	}

	synchronized void delay(FaultScope scope, Duration delay) {
		this.delays.removeIf((planned) -> planned.scope.equals(scope));
		if (!delay.isZero()) {
			this.delays.add(new Planned(scope, Fault.delayed(delay)));
		}
		planned();
	}

	synchronized void cut(EnginePair pair) {
		this.cuts.add(pair);
		planned();
	}

	synchronized List<EnginePair> cuts() {
		return List.copyOf(this.cuts);
	}

	void heal(EnginePair pair) {
		synchronized (this) {
			this.cuts.remove(pair);
			planned();
		}
		go((request) -> request.isCut() && request.engines().equals(pair));
	}

	void land() {
		go(FaultRequest::isLate);
	}

	/** Lets everything go that is held back. */
	void release() {
		go((request) -> true);
	}

	private void go(Predicate<FaultRequest> which) {
		List<FaultRequest> going = this.held.stream().filter(which).toList();
		going.forEach(FaultRequest::go);
	}

	/** Drops what is planned for attempts to come; cuts stay. */
	synchronized void clear() {
		this.once.clear();
		this.delays.clear();
		planned();
	}

	private void planned() {
		this.quiet = this.once.isEmpty() && this.delays.isEmpty() && this.cuts.isEmpty();
	}

	int heldBack() {
		return (int) this.held.stream().filter(FaultRequest::isHeld).count();
	}

	/**
	 * Decides about an attempt that is posted. If it is held back, it is from now on
	 * among those that are let go.
	 * @param request whose attempt
	 * @return its fault, or {@code null} if it has none
	 */
	synchronized @Nullable Fault next(FaultRequest request) {
		Fault fault = choose(request);
		request.fault(fault);
		if (fault != null && fault.kind() != Fault.Kind.FAILING) {
			this.held.add(request);
		}
		return fault;
	}

	private @Nullable Fault choose(FaultRequest request) {
		if (this.cuts.contains(request.engines())) {
			return Fault.CUT;
		}
		for (Iterator<Planned> planned = this.once.iterator(); planned.hasNext();) {
			Planned next = planned.next();
			if (next.scope.has(request.engines(), request.operation())) {
				planned.remove();
				planned();
				return next.fault;
			}
		}
		for (int i = this.delays.size() - 1; i >= 0; i--) {
			if (this.delays.get(i).scope.has(request.engines(), request.operation())) {
				return this.delays.get(i).fault;
			}
		}
		return null;
	}

	/** An attempt is not held back any more. */
	void gone(FaultRequest request) {
		this.held.remove(request);
	}

	/**
	 * A fault, and what it waits for.
	 *
	 * @param scope the attempts that it may be for
	 * @param fault what becomes of them
	 */
	private record Planned(FaultScope scope, Fault fault) {
	}

}
