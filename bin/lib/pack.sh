# shellcheck shell=bash
# Packs the benchmark with JREs of its own, to be run where there is neither Java nor Maven. To be sourced after common.sh.

jre_modules=java.base,java.logging,java.management,java.net.http,java.naming,java.sql,java.instrument,java.xml
jre_modules+=,jdk.unsupported,jdk.management,jdk.net,jdk.zipfs,jdk.crypto.ec

# Makes a JRE out of the JDK $2 of major version $1 in folder $3.
make_jre() {
	local compress=0
	(($1 >= 21)) && compress=zip-0
	"$2/bin/jlink" --add-modules "$jre_modules" --strip-debug --no-header-files --no-man-pages \
		"--compress=$compress" --output "$3" >&2
	if command -v strip >/dev/null; then
		find "$3" -name '*.so*' -type f -exec strip --strip-unneeded {} + 2>/dev/null || true
	fi
}

# Writes the archive $1: JREs 17 and newest, the libraries, the peers' scripts, and "run", which takes what bin/bench takes.
pack_bench() {
	local archive=$1 work folder major home
	command -v xz >/dev/null || fail "xz is missing. Type: sudo apt-get install xz-utils"
	work=$(mktemp -d)
	folder=$work/nixl-bench
	mkdir -p "$folder/lib"
	cp "$root/nixl-benchmarks/target/nixl-benchmarks.jar" "$root"/nixl-benchmarks/target/lib/*.jar "$folder/lib/"
	cp -r "$root/nixl-benchmarks/src/main/peers" "$folder/peers"
	cp "$root/LICENSE" "$root/NOTICE" "$folder/"
	while read -r major home; do
		if ((major == 17)) || [[ $major == "$(find_jdks | tail -n 1 | cut -d ' ' -f 1)" ]]; then
			say "Making a JRE $major ..."
			make_jre "$major" "$home" "$folder/jre$major"
		fi
	done < <(find_jdks)
	cat >"$folder/run" <<'RUN'
#!/usr/bin/env bash
# Measures on this machine; arguments as for bin/bench. JRE=25 takes another JRE than the oldest. Peers are used where
# they are installed: iperf3 on the PATH, NIXL_PYTHON and MOONCAKE_PYTHON name interpreters that have the packages.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jres=("$here"/jre*)
jre=${jres[0]}
[[ -z ${JRE:-} ]] || jre=$here/jre$JRE
options=("-Dbench.peers=$here/peers")
if ((${jre##*jre} >= 24)); then
	options+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=deny)
fi
for each in "${jres[@]}"; do
	options+=("-Dbench.jdk${each##*jre}=$each")
done
if iperf3=$(command -v iperf3); then
	options+=("-Dbench.iperf3=$iperf3")
fi
options+=("-Dbench.nixl=${NIXL_PYTHON:-none}" "-Dbench.mooncake=${MOONCAKE_PYTHON:-none}")
exec "$jre/bin/java" "${options[@]}" -cp "$here/lib/*" io.nixl4j.benchmarks.Bench "$@"
RUN
	chmod +x "$folder/run"
	tar -C "$work" -c nixl-bench | xz -9 -T0 >"$archive"
	rm -rf "$work"
	say "$archive: $(($(wc -c <"$archive") >> 20)) MiB. Unpack it and type: nixl-bench/run --quick"
}
