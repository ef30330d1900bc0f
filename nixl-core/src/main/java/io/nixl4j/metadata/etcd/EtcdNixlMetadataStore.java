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
package io.nixl4j.metadata.etcd;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataCodec;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.metadata.Predecessors;
import io.nixl4j.metadata.StoreState;
import io.nixl4j.metadata.StoreState.Kind;
import org.jspecify.annotations.Nullable;

/**
 * A store on etcd, for agents of many processes. Each entry hangs on this process's lease
 * and goes with it; what was published once is kept there in its last form, through
 * restarts and losses of etcd, until it is deleted or another incarnation takes the id
 * over. Reading is answered by a copy of the whole namespace that a watch keeps true;
 * where the copy may be old and has no card, etcd is asked.
 * <p>
 * Futures fail as {@link io.nixl4j.metadata.NixlMetadataStoreException} when etcd cannot
 * be used, after twice the time of a request at the latest. A card of an incarnation that
 * failed to be put for the first time is not put later; a later card of one that is
 * published, and a deletion, are done when etcd is back, also if their futures failed.
 * Futures complete and listeners without an executor are called on one thread of the
 * store; what runs there may use the store, but holds up the others while it waits.
 */
public final class EtcdNixlMetadataStore implements NixlMetadataStore {

	private final EtcdOptions options;

	private final StoreThreads threads = new StoreThreads();

	private final EtcdClients clients;

	private final EtcdConnection connection;

	private final EtcdCalls calls;

	private final EtcdKeys keys;

	private final EntryReader reader;

	private final CardMirror mirror = new CardMirror();

	private final LeaseKeeper lease;

	private final EntryKeeper entries;

	private final CardListing listing;

	private final CopyState state;

	private final CardWatch watch;

	/** What callers wait for. */
	private final Set<CompletableFuture<?>> promised = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	private EtcdNixlMetadataStore(EtcdOptions options) {
		this.options = options;
		this.clients = new EtcdClients(options, this.threads.forClient());
		this.connection = new EtcdConnection(this.clients, this.threads, options);
		this.calls = new EtcdCalls(this.connection, this.threads, options);
		this.keys = new EtcdKeys(options.namespace());
		this.reader = new EntryReader(this.keys);
		this.lease = new LeaseKeeper(this.calls, this.threads, options);
		this.entries = new EntryKeeper(new NameTakeOver(this.calls, this.lease, this.threads, this.keys, this.reader),
				new EntryDeletion(this.calls, this.keys, this.reader, this.threads), this.mirror,
				this.connection::suspect);
		this.lease.listener(this.entries);
		this.listing = new CardListing(this.calls, this.keys);
		this.state = new CopyState(this.mirror, this.connection, this.threads, options);
		this.watch = new CardWatch(this.threads, this.connection, this.listing, this.keys, this.reader, this.mirror,
				this.state, this.entries, options);
	}

	/**
	 * Opens a store. Returns at once: the connection is made in the background, and made
	 * again whenever it is lost. {@link #check()} tells whether etcd can be used.
	 * @param options where etcd is and what to keep there
	 * @return the store, to be closed when nobody uses it any more
	 * @throws io.nixl4j.metadata.NixlMetadataStoreException if the keys of TLS cannot be
	 * used
	 */
	public static EtcdNixlMetadataStore open(EtcdOptions options) {
		EtcdNixlMetadataStore store = new EtcdNixlMetadataStore(options);
		try {
			store.connection.open(store.lease, store.watch);
			return store;
		}
		catch (RuntimeException ex) {
			store.clients.close();
			store.threads.close();
			throw ex;
		}
	}

	/**
	 * Asks etcd for something that every user of this store has to be allowed, and waits
	 * for the answer.
	 * @throws io.nixl4j.metadata.NixlMetadataStoreException if there is none within the
	 * time of a request, or it is a refusal
	 */
	public void check() {
		checkOpen();
		GetOption option = GetOption.builder().isPrefix(true).withCountOnly(true).build();
		Function<Client, CompletableFuture<GetResponse>> question = (client) -> client.getKVClient()
			.get(this.keys.prefix(), option);
		Client client = this.connection.client();
		CompletableFuture<GetResponse> answer;
		if (client != null && this.connection.ready() == null) {
			// Not by way of the calls, which wait until etcd is there: now it is asked.
			try {
				answer = question.apply(client);
			}
			catch (RuntimeException ex) {
				answer = CompletableFuture.failedFuture(ex);
			}
		}
		else {
			answer = this.calls.call("check", null, question);
		}
		await(answer, "check", null);
	}

	/**
	 * Connects with other keys and trust from now on: connections that are open are
	 * replaced, and the copy is compared. Entries and watches stay.
	 * @param tls keys and trust
	 * @throws io.nixl4j.metadata.NixlMetadataStoreException if they cannot be used; the
	 * earlier ones are used on then
	 */
	public void reloadTls(EtcdTls tls) {
		this.options.withTls(tls);
		checkOpen();
		this.clients.useTls(tls);
		this.threads.execute(this.connection::replace);
	}

	@Override
	public CompletableFuture<Void> put(NixlMetadata metadata) {
		return puts(metadata, null);
	}

	@Override
	public CompletableFuture<Void> put(NixlMetadata metadata, Predecessors predecessors) {
		return puts(metadata, predecessors);
	}

	private CompletableFuture<Void> puts(NixlMetadata metadata, @Nullable Predecessors predecessors) {
		byte[] value;
		try {
			value = NixlMetadataCodec.encode(metadata);
		}
		catch (NixlException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return onLoop("put metadata", metadata.engineId(), () -> this.entries.put(metadata, value, predecessors));
	}

	/**
	 * Finds the card of exactly this engine: in the copy, or in etcd if the copy has none
	 * and may be old.
	 * @throws io.nixl4j.metadata.NixlMetadataStoreException if etcd has to be asked and
	 * cannot be
	 */
	@Override
	public Optional<NixlMetadata> find(String engineId) {
		NixlMetadata card = this.mirror.find(engineId);
		if (card != null || this.state.kind() != Kind.BEHIND) {
			return Optional.ofNullable(card);
		}
		checkOpen();
		ByteSequence key = this.keys.of(engineId);
		if (this.keys.engineId(key) == null) {
			return Optional.empty();
		}
		GetResponse answer = await(this.calls.call("get metadata", engineId, (client) -> client.getKVClient().get(key)),
				"get metadata", engineId);
		return answer.getKvs().stream().findFirst().map(this.reader::card);
	}

	/**
	 * Lists the cards of the copy, or those in etcd if there is no copy yet.
	 * @throws io.nixl4j.metadata.NixlMetadataStoreException if etcd has not been reached
	 * yet and cannot be
	 */
	@Override
	public List<NixlMetadata> list() {
		if (this.state.hasRead()) {
			return this.mirror.list();
		}
		checkOpen();
		return await(this.listing.list(), "list metadata", null).entries()
			.stream()
			.map(this.reader::card)
			.filter(Objects::nonNull)
			.sorted(NixlMetadata.byEngineId())
			.toList();
	}

	@Override
	public CompletableFuture<Boolean> delete(String engineId) {
		return onLoop("delete metadata", engineId, () -> this.entries.delete(engineId));
	}

	@Override
	public CompletableFuture<Boolean> delete(String engineId, Incarnation incarnation) {
		return onLoop("delete metadata", engineId, () -> this.entries.delete(engineId, incarnation));
	}

	@Override
	public Watch watch(Executor executor, Listener listener) {
		checkOpen();
		Watch begun = this.mirror.watch(executor, listener);
		this.mirror.deliver();
		return begun;
	}

	@Override
	public StoreState state() {
		return this.state.now();
	}

	/**
	 * Ends all watches, then removes what this process published by ending its lease, if
	 * etcd can be reached. Returns when all threads have been told to end.
	 */
	@Override
	public void close() {
		if (this.closed) {
			return;
		}
		this.closed = true;
		this.mirror.endWatches();
		this.threads.executeAndWait(() -> {
			this.watch.close();
			this.entries.close();
			this.lease.close();
		}, this.options.requestTimeout());
		LeaseKeeper.revoke(this.lease.lease(), this.connection.ready(), this.options);
		this.threads.executeAndWait(this.connection::close, this.options.requestTimeout());
		this.promised.forEach((promise) -> promise.completeExceptionally(closedException("metadata store")));
		this.threads.close();
		this.clients.close();
	}

	private <T> CompletableFuture<T> onLoop(String operation, String engineId, Supplier<CompletableFuture<T>> work) {
		CompletableFuture<T> result = new CompletableFuture<>();
		if (this.closed) {
			result.completeExceptionally(closedException(operation));
			return result;
		}
		this.promised.add(result);
		result.whenComplete((value, failure) -> this.promised.remove(result));
		this.threads.execute(() -> work.get().whenComplete((value, failure) -> this.threads.call(() -> {
			// Listeners first: who waits for the future may expect them to have heard.
			this.mirror.deliver();
			if (failure == null) {
				result.complete(value);
			}
			else {
				result.completeExceptionally(this.connection.exception(failure, operation, engineId));
			}
		})));
		return result;
	}

	private <T> T await(CompletableFuture<T> answer, String operation, @Nullable String engineId) {
		try {
			return answer.get(this.options.requestTimeout().multipliedBy(3).toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw NixlError.CANCELLED.exception("Waiting for etcd was interrupted", engineId, operation, ex);
		}
		catch (ExecutionException | TimeoutException | CompletionException ex) {
			throw this.connection.exception(ex, operation, engineId);
		}
	}

	private void checkOpen() {
		if (this.closed) {
			throw closedException("metadata store");
		}
	}

	private static NixlException closedException(String operation) {
		return NixlError.CLOSED.exception("The metadata store is closed", null, operation, null);
	}

}
