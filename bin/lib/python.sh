# shellcheck shell=bash
# The Python that tests use as a peer, with what src/build/requirements.txt names. To be sourced after common.sh.

venv=$cache/venv
python_peer=$venv/bin/python

need_python_peer() {
	local wanted
	wanted=$(python3 --version; sha256 <"$root/src/build/requirements.txt")
	if [[ -x $python_peer && -f $venv/wanted && $(<"$venv/wanted") == "$wanted" ]]; then
		return
	fi
	say "Making the Python environment of the tests ..."
	rm -rf "$venv"
	# Without pip in it, because Debian's venv alone cannot give it one; pip installs from outside.
	python3 -m venv --without-pip "$venv"
	python3 -m pip --python "$python_peer" install --quiet --disable-pip-version-check --no-input \
		--requirement "$root/src/build/requirements.txt" </dev/null >&2 ||
		fail "The Python packages of src/build/requirements.txt could not be installed."
	printf '%s\n' "$wanted" >"$venv/wanted"
}
