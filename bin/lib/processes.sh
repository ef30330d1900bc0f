# shellcheck shell=bash
# Router and workers of the sample in processes of their own, which find each other through a real etcd. To be sourced
# after common.sh and etcd.sh.

prefill_workers=(prefill-1 prefill-2)
decode_workers=(decode-1 decode-2)

# Asks question $1; the rest are options of the sample. The array "sample" is the command that starts it, etcd and etcdctl
# are the paths of these. Succeeds only if the answer's tokens are those of the engine alone and everything has stopped as it
# should. To be run in a shell that ends with it.
run_processes() {
	local question=$1 name
	shift
	work=$(mktemp -d)
	pids=()
	names=()
	trap stop_processes EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	start_etcd
	common=(--spring.config.import="configtree:$work/keys/" --data-plane.nixl.metadata.etcd.endpoints="$endpoint"
		--data-plane.nixl.namespace=demo "$@")
	make_secret
	say "Starting ${#prefill_workers[@]} prefill and ${#decode_workers[@]} decode workers ..."
	for name in "${prefill_workers[@]}"; do
		start_worker prefill "$name"
	done
	for name in "${decode_workers[@]}"; do
		start_worker decode "$name"
	done
	await_keys
	printf 'Keys in etcd:\n'
	keys
	# In the background, because bash hears no signal while it waits for what is not
	small_sample --sample.role=router --data-plane.nixl.engine-id=router-1 "${common[@]}" "$question" &
	pids+=($!)
	names+=(router-1)
	wait $! || fail "The answer is not that of the engine alone."
	unset "pids[${#pids[@]}-1]" "names[${#names[@]}-1]"
	stop_workers
	[[ -z $(keys) ]] || fail "After the workers have stopped etcd has: $(keys)"
}

# The sample with little memory and one processor: five of them are to fit into a small machine.
small_sample() {
	exec "${sample[0]}" -Xmx256m -XX:+UseSerialGC -XX:ActiveProcessorCount=1 "${sample[@]:1}" "$@"
}

start_worker() {
	small_sample --spring.profiles.active=web --server.port=0 "--sample.role=$1" "--data-plane.nixl.engine-id=$2" \
		"${common[@]}" >"$work/$2.log" 2>&1 </dev/null &
	pids+=($!)
	names+=("$2")
}

start_etcd() {
	local client peer
	read -r client peer < <(free_ports)
	endpoint=http://127.0.0.1:$client
	"$etcd" --name demo --data-dir "$work/etcd" --listen-client-urls "$endpoint" --advertise-client-urls "$endpoint" \
		--listen-peer-urls "http://127.0.0.1:$peer" --initial-advertise-peer-urls "http://127.0.0.1:$peer" \
		--initial-cluster "demo=http://127.0.0.1:$peer" >"$work/etcd.log" 2>&1 </dev/null &
	pids+=($!)
	names+=(etcd)
	until ctl endpoint health >/dev/null 2>&1; do
		check_alive
		sleep 0.1
	done
}

free_ports() {
	python3 -c 'import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*[each.getsockname()[1] for each in sockets])'
}

# A file that is named as the key whose value it has, so that no list of processes shows it.
make_secret() {
	mkdir -m 700 "$work/keys"
	python3 -c 'import secrets; print(secrets.token_hex(32))' >"$work/keys/data-plane.nixl.tcp.secret"
}

ctl() {
	ETCDCTL_API=3 "$etcdctl" --endpoints "$endpoint" --command-timeout 2s "$@"
}

keys() {
	ctl get --prefix --keys-only demo/ | grep . || true
}

await_keys() {
	until (($(keys | wc -l) == ${#prefill_workers[@]} + ${#decode_workers[@]})); do
		check_alive
		sleep 0.2
	done
}

# Fails if a process has ended that should not have, and shows what it said.
check_alive() {
	local i
	for i in "${!pids[@]}"; do
		if ! kill -0 "${pids[i]}" 2>/dev/null; then
			tail -n 20 "$work/${names[i]}.log" >&2
			fail "${names[i]} has ended."
		fi
	done
}

# All but etcd, which is the first.
stop_workers() {
	check_alive
	stop_all "${pids[@]:1}"
	pids=("${pids[0]}")
}

# Ends processes, by force what is still there after 30 seconds, and waits for them.
stop_all() {
	local pid deadline=$((SECONDS + 30))
	for pid in "$@"; do
		kill "$pid" 2>/dev/null || true
	done
	for pid in "$@"; do
		while kill -0 "$pid" 2>/dev/null && ((SECONDS < deadline)); do
			sleep 0.1
		done
		kill -9 "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
}

stop_processes() {
	trap '' INT TERM
	stop_all ${pids[@]+"${pids[@]}"}
	rm -rf "$work"
}
