# shellcheck shell=bash
# What the scripts share: messages, checks of what must be there, JDKs. To be sourced.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=$root/.cache

# All messages go to stderr: stdout belongs to the program that is run.
say() {
	printf '%s\n' "$*" >&2
}

fail() {
	say "$*"
	exit 1
}

# The SHA-256 of standard input, at the start of a line.
sha256() {
	if command -v sha256sum >/dev/null; then
		sha256sum
	else
		shasum -a 256
	fi
}

# Major version of the JDK at $1, or nothing if there is none with a compiler.
jdk_major() {
	local version
	[[ -x $1/bin/java && -x $1/bin/javac ]] || return 0
	version=$(sed -n 's/^JAVA_VERSION="\([0-9.]*\).*/\1/p' "$1/release" 2>/dev/null || true)
	if [[ -z $version ]]; then
		version=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9.]*\).*/\1/p' | head -n 1)
	fi
	printf '%s\n' "${version%%.*}"
}

# The JDK that Maven and this shell use: JAVA_HOME, else the one on the PATH.
default_jdk() {
	local javac
	if [[ -n ${JAVA_HOME:-} ]]; then
		printf '%s\n' "$JAVA_HOME"
	elif javac=$(command -v javac); then
		dirname "$(dirname "$(real_path "$javac")")"
	fi
}

real_path() {
	readlink -f "$1" 2>/dev/null || printf '%s\n' "$1"
}

# Every JDK from 17 on that can be found, as lines "major home", lowest first, each once.
find_jdks() {
	local home major
	{
		default_jdk
		printf '%s\n' /usr/lib/jvm/*
	} | while read -r home; do
		[[ -d $home ]] || continue
		home=$(real_path "$home")
		major=$(jdk_major "$home")
		[[ -n $major && $major -ge 17 ]] && printf '%s %s\n' "$major" "$home"
	done | sort -n -u || true
}

need_java() {
	local home major
	home=$(default_jdk)
	major=$([[ -n $home ]] && jdk_major "$home" || true)
	if [[ -z $major || $major -lt 17 ]]; then
		read -r major home < <(find_jdks | tail -n 1) ||
			fail "A JDK, 17 or newer, is missing. Type: sudo apt-get install openjdk-17-jdk-headless"
	fi
	export JAVA_HOME=$home
	java_major=$major
}

need_maven() {
	local version
	version=$(mvn -v 2>/dev/null | sed -n 's/.*Apache Maven \([0-9][0-9.]*\).*/\1/p' | head -n 1 || true)
	if [[ -z $version ]] || ! printf '3.8\n%s\n' "$version" | sort -V -C; then
		fail "Maven 3.8 or newer is missing (found: ${version:-none}). Type: sudo apt-get install maven"
	fi
}

need_python() {
	if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null ||
		! python3 -m pip --version >/dev/null 2>&1; then
		fail "Python 3.9 or newer with pip is missing. Type: sudo apt-get install python3-pip"
	fi
}

# Options without which newer JDKs warn about Netty's native library and about Unsafe.
jvm_options() {
	if ((java_major >= 24)); then
		printf '%s\n' --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=deny
	fi
}

# Options for the Vector API where this JDK has it: the sample's engine is several times as fast with it.
vector_options() {
	if "$JAVA_HOME/bin/java" --list-modules | grep '^jdk\.incubator\.vector@' >/dev/null; then
		printf '%s\n' --add-modules jdk.incubator.vector
	fi
}

# One line that changes with every file a build without tests depends on.
sources_hash() {
	(cd "$root" && find pom.xml .mvn ./*/pom.xml ./*/src/main LICENSE NOTICE -type f -print0 | LC_ALL=C sort -z |
		xargs -0 cksum | sha256 | cut -d ' ' -f 1)
}

# Builds module $1 (and what it needs) without lint and tests, unless file $2 in it is from these very sources.
build_fast() {
	local module=$1 product=$root/$1/$2 stamp=$root/$1/target/sources.sha256 now
	now=$(sources_hash)
	if [[ -e $product && -f $stamp && $(<"$stamp") == "$now" ]]; then
		return
	fi
	say "Building $module (the first time Maven also fetches its plugins and libraries) ..."
	rm -f "$stamp"
	(cd "$root" && mvn -B -q -ntp -P 'fast,!lint' -pl "$module" -am package </dev/null >&2) ||
		fail "The build failed; its messages are above."
	printf '%s\n' "$now" >"$stamp"
}
