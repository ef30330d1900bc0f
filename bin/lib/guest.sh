# shellcheck shell=bash
# The emulated guest: a Debian kernel under QEMU that shows this machine's files, for network conditions that need root
# or a kernel module. To be sourced after common.sh and peers.sh.

guest=$cache/guest

# What these packages need that is not installed, one name a line, themselves included.
missing_packages() {
	apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances \
		"$@" 2>/dev/null | grep '^[a-z0-9]' | sort -u | while read -r package; do
		if [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) != installed ]] &&
			apt-cache show "$package" >/dev/null 2>&1; then
			printf '%s\n' "$package"
		fi
	done
}

# Fetches QEMU, a kernel and small tools into .cache/guest.
need_guest() {
	local kernel packages
	[[ -e $guest/done ]] && return
	command -v apt-cache >/dev/null || fail "The guest needs a Debian machine: its packages are fetched by apt-get."
	say "Fetching QEMU and a kernel (about 150 MB) ..."
	kernel=$(apt-cache depends linux-image-amd64 | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1)
	mapfile -t packages < <(missing_packages qemu-system-x86 seabios busybox-static cpio kmod)
	unpack_debian "$guest" "$kernel" "${packages[@]}" ||
		fail "The packages of the guest cannot be fetched. Try: apt-get update"
	touch "$guest/done"
}

# Runs program $1 as root in the guest; it may write to folder $2, which it sees as /vm.
run_guest() {
	GUEST_ROOT=$guest GUEST_SHARED=$2 "$root/nixl-benchmarks/guest/run" "$1"
}
