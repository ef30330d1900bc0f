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

package io.nixl4j.session;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RegionTable;
import io.nixl4j.route.Operation;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Who may do what, until when, and when that is proved to be over.
 */
class GrantTableTests {

	private final RegionTable regions = new RegionTable(Duration.ofSeconds(60), Runnable::run);

	private final GrantTable table = new GrantTable("peer", new SecureRandom());

	@AfterEach
	void close() {
		this.regions.close();
	}

	private LocalRegion region(Permissions permissions) {
		return this.regions.allocate(64, RegionOptions.of("").withPermissions(permissions));
	}

	private long grant(LocalRegion region) {
		SessionMessage.Grant grant = this.table.grant(region);
		assertThat(grant).isNotNull();
		return grant.handle();
	}

	private static void refused(ThrowingCallable call, NixlError error) {
		assertThat(catchThrowableOfType(NixlException.class, call).error()).isEqualTo(error);
	}

	@Test
	void grantSaysWhatTheRegionIs() {
		LocalRegion region = this.regions.allocate(100,
				RegionOptions.of("kv").withPermissions(Permissions.READ).withDeviceId(3));
		SessionMessage.Grant grant = this.table.grant(region);
		assertThat(grant).isNotNull();
		assertThat(grant.name()).isEqualTo("kv");
		assertThat(grant.length()).isEqualTo(100);
		assertThat(grant.address()).isEqualTo(region.address());
		assertThat(grant.deviceId()).isEqualTo(3);
		assertThat(grant.permissions()).isEqualTo(Permissions.READ);
		assertThat(grant.toString()).doesNotContain(Long.toString(grant.handle()));
		assertThat(this.table.grant(region)).as("once is enough").isNull();
	}

	@Test
	void noMoreIsGrantedThanAPeerTakes() {
		for (int i = 0; i < ReceivedGrants.MAX_GRANTS; i++) {
			grant(this.regions.allocate(1, RegionOptions.of("")));
		}
		assertThat(this.table.isFull()).isTrue();
		assertThat(this.table.grant(region(Permissions.READ))).isNull();
	}

	@Test
	void accessHoldsTheRegionUntilItIsLeft() {
		LocalRegion region = region(Permissions.READ_WRITE);
		long handle = grant(region);
		assertThat(this.table.admit(handle, Operation.WRITE)).isSameAs(region);
		assertThat(this.table.admit(handle, Operation.READ)).isSameAs(region);
		assertThat(region.holds()).isEqualTo(2);
		this.table.leave(region);
		this.table.leave(region);
		assertThat(region.holds()).isZero();
	}

	@Test
	void onlyWhatIsPermittedIsAdmitted() {
		long readable = grant(region(Permissions.READ));
		long writable = grant(region(Permissions.WRITE));
		refused(() -> this.table.admit(readable, Operation.WRITE), NixlError.PERMISSION);
		refused(() -> this.table.admit(writable, Operation.READ), NixlError.PERMISSION);
		this.table.leave(this.table.admit(readable, Operation.READ));
		this.table.leave(this.table.admit(writable, Operation.WRITE));
		assertThat(this.table.refuseAll()).as("refusals hold nothing").isDone();
	}

	@Test
	void handlesNobodyGaveOutAreRefused() {
		long handle = grant(region(Permissions.READ_WRITE));
		for (long wrong : new long[] { 0, 1, -1, handle + 1, ~handle }) {
			refused(() -> this.table.admit(wrong, Operation.READ), NixlError.STALE);
		}
	}

	@Test
	void handlesDifferByRegionAndTable() {
		Set<Long> handles = new HashSet<>();
		LocalRegion region = region(Permissions.READ_WRITE);
		for (int i = 0; i < 100; i++) {
			GrantTable another = new GrantTable("peer", new SecureRandom());
			SessionMessage.Grant grant = another.grant(region);
			assertThat(grant).isNotNull();
			handles.add(grant.handle());
		}
		assertThat(handles).hasSize(100);
	}

	@Test
	void withdrawnGrantIsRefusedAtOnceAndGoneWhenAnswered() {
		LocalRegion region = region(Permissions.READ_WRITE);
		long handle = grant(region);
		this.table.answered(handle);
		this.table.leave(this.table.admit(handle, Operation.READ));
		GrantTable.Entry entry = this.table.withdraw(region);
		assertThat(entry).isNotNull();
		refused(() -> this.table.admit(handle, Operation.READ), NixlError.STALE);
		assertThat(entry.answered()).as("an answer before the question proves nothing").isNotDone();
		assertThat(this.table.has(region)).isTrue();
		this.table.answered(handle + 1);
		assertThat(entry.answered()).isNotDone();
		this.table.answered(handle);
		assertThat(entry.answered()).isDone();
		assertThat(this.table.has(region)).isFalse();
		assertThat(this.table.withdraw(region)).isNull();
	}

	@Test
	void closingRegionIsNeitherGrantedNorAdmitted() {
		LocalRegion region = region(Permissions.READ_WRITE);
		long handle = grant(region);
		LocalRegion other = region(Permissions.READ_WRITE);
		region.close();
		other.close();
		refused(() -> this.table.admit(handle, Operation.READ), NixlError.REGION_CLOSED);
		assertThat(this.table.grant(other)).isNull();
		assertThat(this.table.has(other)).isFalse();
	}

	@Test
	void endIsProvedWhenTheLastAccessIsLeft() {
		LocalRegion region = region(Permissions.READ_WRITE);
		long handle = grant(region);
		this.table.admit(handle, Operation.WRITE);
		this.table.admit(handle, Operation.WRITE);
		CompletableFuture<Void> quiet = this.table.refuseAll();
		refused(() -> this.table.admit(handle, Operation.WRITE), NixlError.PEER_LOST);
		this.table.leave(region);
		refused(() -> this.table.admit(handle + 1, Operation.WRITE), NixlError.PEER_LOST);
		assertThat(quiet).isNotDone();
		this.table.leave(region);
		assertThat(quiet).isDone();
	}

	@Test
	void drainAnswersEveryWithdrawal() {
		LocalRegion region = region(Permissions.READ_WRITE);
		grant(region);
		GrantTable.Entry entry = this.table.withdraw(region);
		assertThat(entry).isNotNull();
		this.table.refuseAll();
		assertThat(entry.answered()).isNotDone();
		this.table.drained();
		assertThat(entry.answered()).isDone();
		assertThat(this.table.has(region)).isFalse();
	}

	@Test
	void nothingIsAdmittedAfterTheProofWhateverTheRace() throws Exception {
		for (int round = 0; round < 300; round++) {
			GrantTable raced = new GrantTable("peer", new SecureRandom());
			LocalRegion region = region(Permissions.READ_WRITE);
			SessionMessage.Grant grant = raced.grant(region);
			assertThat(grant).isNotNull();
			AtomicBoolean quiet = new AtomicBoolean();
			AtomicInteger afterwards = new AtomicInteger();
			CompletableFuture<?>[] accesses = new CompletableFuture<?>[2];
			for (int i = 0; i < accesses.length; i++) {
				accesses[i] = CompletableFuture.runAsync(() -> {
					try {
						while (true) {
							raced.admit(grant.handle(), Operation.READ);
							if (quiet.get()) {
								afterwards.incrementAndGet();
							}
							raced.leave(region);
						}
					}
					catch (NixlException ex) {
						assertThat(ex.error()).isEqualTo(NixlError.PEER_LOST);
					}
				});
			}
			CompletableFuture<Void> proof = raced.refuseAll().thenRun(() -> quiet.set(true));
			CompletableFuture.allOf(accesses).get(60, TimeUnit.SECONDS);
			proof.get(60, TimeUnit.SECONDS);
			assertThat(afterwards).hasValue(0);
			assertThat(region.holds()).isZero();
			region.close();
		}
	}

}
