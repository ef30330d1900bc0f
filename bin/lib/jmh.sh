# shellcheck shell=bash
# Runs the small benchmarks with JMH. To be sourced after common.sh.

# Generates what JMH needs from the compiled classes $1 with class path $2 and runs it; the rest are JMH's arguments.
run_jmh() {
	local classes=$1 class_path=$2 work=$root/nixl-benchmarks/target/jmh
	shift 2
	if [[ ! -e $work/done || $work/done -ot $root/nixl-benchmarks/target/sources.sha256 ]]; then
		rm -rf "$work"
		mkdir -p "$work/sources" "$work/classes"
		"$JAVA_HOME/bin/java" -cp "$class_path" org.openjdk.jmh.generators.bytecode.JmhBytecodeGenerator \
			"$classes" "$work/sources" "$work/classes" reflection >&2
		find "$work/sources" -name '*.java' >"$work/list"
		"$JAVA_HOME/bin/javac" -nowarn -proc:none -cp "$classes:$class_path" -d "$work/classes" "@$work/list" >&2
		touch "$work/done"
	fi
	exec "$JAVA_HOME/bin/java" -cp "$work/classes:$class_path" org.openjdk.jmh.Main "$@"
}
