# shellcheck shell=bash
# The Python that tests use as a peer, with what src/build/requirements*.txt name. To be sourced after common.sh.

python_peer=$cache/venv/bin/python
openai_python=$cache/venv-openai/bin/python
schemas_python=$cache/venv-schemas/bin/python

# For all tests.
need_python_peer() {
	python_with "$cache/venv" "$root/src/build/requirements.txt"
}

# OpenAI's own client, for the long form of the tests.
need_openai_python() {
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null ||
		fail "OpenAI's client needs Python 3.10 or newer; python3 is $(python3 --version)."
	python_with "$cache/venv-openai" "$root/src/build/requirements-openai.txt"
}

# Schemas of Docker Compose and Kubernetes with what checks files against them, for the long form too.
need_schemas_python() {
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
		fail "The checks of deploy/ need Python 3.11 or newer; python3 is $(python3 --version)."
	python_with "$cache/venv-schemas" "$root/src/build/requirements-schemas.txt"
}

# Makes the environment $1 with what file $2 names.
python_with() {
	local folder=$1 wanted
	wanted=$(python3 --version; sha256 <"$2")
	if [[ -x $folder/bin/python && -f $folder/wanted && $(<"$folder/wanted") == "$wanted" ]]; then
		return
	fi
	say "Making the Python environment of the tests ..."
	rm -rf "$folder"
	# Without pip in it, because Debian's venv alone cannot give it one; pip installs from outside.
	python3 -m venv --without-pip "$folder"
	python3 -m pip --python "$folder/bin/python" install --quiet --disable-pip-version-check --no-input \
		--requirement "$2" </dev/null >&2 ||
		fail "The Python packages of ${2#"$root/"} could not be installed."
	printf '%s\n' "$wanted" >"$folder/wanted"
}
