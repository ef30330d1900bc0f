# shellcheck shell=bash
# The browser that tests drive: Debian's Chromium with its driver, the machine's own or unpacked once into .cache without
# root. To be sourced after common.sh and peers.sh.

chromium_folder=$cache/chromium

# Prints the options of Maven that say where the browser is.
chromium_options() {
	if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then
		printf '%s\n' "-Dnixl.chromium=$(command -v chromium)" "-Dnixl.chromedriver=$(command -v chromedriver)"
	else
		# The launcher is a script that looks for itself below /usr.
		printf '%s\n' "-Dnixl.chromium=$chromium_folder/usr/lib/chromium/chromium" \
			"-Dnixl.chromedriver=$chromium_folder/usr/bin/chromedriver" \
			"-Dnixl.chromium.libraries=$(chromium_libraries)"
	fi
}

# Its own libraries, and the private ones of some of them.
chromium_libraries() {
	printf '%s:%s/usr/lib/%s-linux-gnu/pulseaudio\n' "$(library_path "$chromium_folder")" "$chromium_folder" "$(uname -m)"
}

# What apt-get would install for Chromium on this machine, one name a line.
chromium_packages() {
	apt-get -qq --simulate --no-install-recommends install chromium chromium-driver 2>/dev/null |
		sed -n 's/^Inst \([^ ]*\).*/\1/p'
}

fetch_chromium() {
	local packages
	mapfile -t packages < <(chromium_packages)
	((${#packages[@]} > 0)) && unpack_debian "$chromium_folder" "${packages[@]}"
}

need_chromium() {
	if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then
		return
	fi
	[[ -e $chromium_folder/done ]] && return
	command -v apt-get >/dev/null ||
		fail "Chromium and ChromeDriver are missing; the tests of the web page need them on the PATH."
	say "Fetching Chromium (120 MB) ..."
	rm -rf "$chromium_folder"
	# The lists of packages may be older than what the servers have.
	if ! fetch_chromium && ! { ((EUID == 0)) && apt-get -qq update >&2 && fetch_chromium; }; then
		rm -rf "$chromium_folder"
		fail "Chromium cannot be fetched. Type: sudo apt-get update && sudo apt-get install chromium chromium-driver"
	fi
	touch "$chromium_folder/done"
}
