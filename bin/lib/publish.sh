# shellcheck shell=bash
# Builds what is published, as others get it: jars, sources, Javadoc, poms that stand alone, SBOMs. To be sourced after
# common.sh.

# A Maven repository of what was built last; the tests' consumers take it from there.
published=$cache/published

# Builds with the JDK at $1 twice, in two places and time zones, and fails unless both gave the same bytes.
publish_twice() {
	local jdk=$1 work=$cache/packaging
	rm -rf "$work" "$published"
	publish "$jdk" "$work/first" &&
		TZ=Pacific/Auckland publish "$jdk" "$work/another/second" &&
		python3 "$root/bin/lib/check-published.py" "$work/first/repository" "$work/another/second/repository" &&
		mv "$work/first/repository" "$published"
}

# Publishes a copy of the sources, made in folder $2, into the folder "repository" in it.
publish() {
	local jdk=$1 copy=$2 modules
	mkdir -p "$copy"
	modules=$(cd "$root" && grep -l '<maven.deploy.skip>false<' ./*/pom.xml | xargs -n 1 dirname | paste -s -d , -)
	(cd "$root" && tar -c pom.xml .mvn LICENSE NOTICE src ./*/pom.xml ./*/src ./examples/*/pom.xml) | tar -x -C "$copy"
	(cd "$copy" && JAVA_HOME=$jdk mvn -B -q -ntp -P 'release,!lint' -pl "$modules" -am -DskipTests -Denforcer.skip \
		-Dlicense.skip -Dspring-javaformat.skip -Dmaven.install.skip \
		-DaltDeploymentRepository="published::file://$copy/repository" deploy </dev/null)
}
