# shellcheck shell=bash
# Programs of others that bin/bench measures beside us, fetched once into .cache. To be sourced after common.sh. Each
# function prints options of the JVM: where the peer is, or why it cannot be had.

peers=$cache/peers

# Unpacks Debian packages (and what they need that this machine may lack) into folder $1, without root.
unpack_debian() {
	local folder=$1 work
	shift
	command -v apt-get >/dev/null && command -v dpkg >/dev/null || return 1
	mkdir -p "$folder"
	work=$(mktemp -d)
	if ! (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$@") >&2; then
		rm -rf "$work"
		return 1
	fi
	for package in "$work"/*.deb; do
		dpkg -x "$package" "$folder"
	done
	rm -rf "$work"
}

# The folders of libraries below an unpacked root, as LD_LIBRARY_PATH takes them.
library_path() {
	local machine
	machine=$(uname -m)-linux-gnu
	printf '%s:%s\n' "$1/usr/lib/$machine" "$1/lib/$machine"
}

peer_iperf3() {
	local found folder=$peers/iperf3
	if found=$(command -v iperf3); then
		printf '%s\n' "-Dbench.iperf3=$found"
		return
	fi
	if [[ ! -e $folder/done ]]; then
		say "Fetching iperf3 ..."
		if ! unpack_debian "$folder" iperf3 libiperf0 libsctp1; then
			printf '%s\n' "-Dbench.iperf3.why=not installed, and the Debian package cannot be had here"
			return
		fi
		touch "$folder/done"
	fi
	printf '%s\n' "-Dbench.iperf3=$folder/usr/bin/iperf3" "-Dbench.iperf3.libraries=$(library_path "$folder")"
}

# A Python environment $1 with the packages that follow; fails if it cannot be made.
python_environment() {
	local folder=$peers/$1 wanted
	shift
	wanted="$(python3 --version) $*"
	if [[ -f $folder/wanted && $(<"$folder/wanted") == "$wanted" ]]; then
		return
	fi
	say "Making a Python environment with $* ..."
	rm -rf "$folder"
	mkdir -p "$peers"
	# Without pip in it, because Debian's venv alone cannot give it one; pip installs from outside.
	python3 -m venv --without-pip "$folder" >&2 &&
		python3 -m pip --python "$folder/bin/python" install --quiet --disable-pip-version-check --no-input \
			"$@" </dev/null >&2 || return 1
	printf '%s\n' "$wanted" >"$folder/wanted"
}

peer_nixl() {
	# Without their dependencies: torch is named and not needed.
	if python_environment nixl --no-deps nixl-cu13==1.5.1 numpy==2.4.6; then
		printf '%s\n' "-Dbench.nixl=$peers/nixl/bin/python"
	else
		printf '%s\n' "-Dbench.nixl.why=the Python package nixl-cu13 cannot be installed here"
	fi
}

peer_mooncake() {
	local libraries=$peers/mooncake-libraries
	if ! python_environment mooncake mooncake-transfer-engine-non-cuda==0.3.13.post1; then
		printf '%s\n' "-Dbench.mooncake.why=the Python package of the transfer engine cannot be installed here"
		return
	fi
	printf '%s\n' "-Dbench.mooncake=$peers/mooncake/bin/python"
	if ! ldconfig -p 2>/dev/null | grep -q libibverbs.so.1; then
		if [[ ! -e $libraries/done ]]; then
			say "Fetching libibverbs, which the transfer engine loads even for TCP ..."
			unpack_debian "$libraries" libibverbs1 libnl-3-200 libnl-route-3-200 && touch "$libraries/done"
		fi
		printf '%s\n' "-Dbench.mooncake.libraries=$(library_path "$libraries")"
	fi
}
