// Figures of a transfer as texts.

export function millis(micros) {
	return micros === undefined ? "–" : `${Math.round(micros / 1000)} ms`;
}

export function bytes(count) {
	if (count < 1024 * 1024) {
		return `${(count / 1024).toFixed(0)} KiB`;
	}
	return `${(count / 1024 / 1024).toFixed(1)} MiB`;
}

export function gbit(speed) {
	return speed === undefined ? "–" : `${speed.toFixed(2)} Gbit/s`;
}

// Titles and values; of no transfer, only the titles.
export function figures(transfer) {
	if (!transfer) {
		return ["First token", "KV blocks", "Bytes", "Speed", "After last layer", "Answer"]
			.map((title) => [title, "–"]);
	}
	const share = transfer.after === undefined ? "–" : `${(transfer.after * 100).toFixed(1)} %`;
	const rate = transfer.tokensPerSecond === undefined ? "" : `, ${transfer.tokensPerSecond.toFixed(1)}/s`;
	return [
		["First token", millis(transfer.firstToken)],
		["KV blocks", `${transfer.blocks} of ${transfer.promptBlocks}`],
		["Bytes", bytes(transfer.bytes)],
		["Speed", gbit(transfer.gbitPerSecond)],
		["After last layer", share],
		["Answer", `${transfer.tokens} tokens${rate}`],
	];
}
