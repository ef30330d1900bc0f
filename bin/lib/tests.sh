# shellcheck shell=bash
# Running Maven's tests and saying what ran. To be sourced after common.sh and python.sh.

# Sums up what surefire wrote since file $1; fails if nothing ran or anything failed.
sum_up_tests() {
	python3 "$root/bin/lib/sum-up-tests.py" "$root" "$1"
}

# Runs Maven with the JDK at $1; the rest are its arguments.
run_maven() {
	local jdk=$1
	shift
	(cd "$root" && JAVA_HOME=$jdk mvn -B -ntp -fae -Dmaven.test.redirectTestOutputToFile=true "$@" </dev/null)
}
