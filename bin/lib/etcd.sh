# shellcheck shell=bash
# A real etcd and its etcdctl: what NIXL_ETCD names, the machine's own, or Debian's, unpacked once into .cache without
# root. To be sourced after common.sh and peers.sh.

etcd_folder=$cache/etcd

# Sets etcd and etcdctl to the paths of the two programs.
find_etcd() {
	etcd=${NIXL_ETCD:-$(command -v etcd || printf '%s\n' "$etcd_folder/usr/bin/etcd")}
	etcdctl=$(dirname "$etcd")/etcdctl
	[[ -x $etcdctl ]] || etcdctl=$(command -v etcdctl || printf '%s\n' "$etcdctl")
}

# Prints the options of Maven that say where etcd is; after need_etcd.
etcd_options() {
	printf '%s\n' "-Dnixl.etcd=$etcd" "-Dnixl.etcdctl=$etcdctl"
}

# Unpacks beside and renames, so that another run at the same time finds all of it or nothing.
fetch_etcd() {
	local work
	mkdir -p "$cache"
	work=$(mktemp -d "$cache/etcd.XXXXXX")
	if ! unpack_debian "$work" etcd-server etcd-client; then
		rm -rf "$work"
		return 1
	fi
	# A whole folder that another run has put there meanwhile is as good; half of one is thrown away.
	[[ -x $etcd_folder/usr/bin/etcdctl ]] || rm -rf "$etcd_folder"
	mv -T "$work" "$etcd_folder" 2>/dev/null || rm -rf "$work"
	find_etcd
	[[ -x $etcd && -x $etcdctl ]]
}

need_etcd() {
	find_etcd
	if [[ -x $etcd && -x $etcdctl ]]; then
		return
	fi
	[[ -z ${NIXL_ETCD:-} ]] || fail "NIXL_ETCD is '$NIXL_ETCD'; no etcd with etcdctl is there."
	command -v apt-get >/dev/null ||
		fail "etcd and etcdctl are missing; put both on the PATH, or name etcd's path by NIXL_ETCD."
	say "Fetching etcd (9 MB) ..."
	# The lists of packages may be older than what the servers have.
	if ! fetch_etcd && ! { ((EUID == 0)) && apt-get -qq update >&2 && fetch_etcd; }; then
		fail "etcd cannot be fetched. Type: sudo apt-get update && sudo apt-get install etcd-server etcd-client"
	fi
}
