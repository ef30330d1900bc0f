# shellcheck shell=bash
# Measures the sample's engine beside llama.cpp. To be sourced after common.sh and model.sh.

# Arguments: threads of each, and rounds; both may be left out.
run_engine() {
	local class_path=sample-app/target/engine-class-path
	need_python
	need_model
	(cd "$root" && mvn -B -q -ntp -P '!lint' -pl sample-app -am -Dmdep.outputFile=target/engine-class-path \
		test-compile dependency:build-classpath </dev/null >&2) || fail "The build failed; its messages are above."
	mapfile -t options < <(jvm_options)
	mapfile -t -O "${#options[@]}" options < <(vector_options)
	cd "$root/sample-app"
	exec "$JAVA_HOME/bin/java" ${options[@]+"${options[@]}"} \
		-cp "target/classes:target/test-classes:$(<"$root/$class_path")" io.nixl4j.sample.engine.EngineBench "$model" "$@"
}
